from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "rus_portal"

    def ready(self) -> None:
        from rus_portal import checks  # noqa: F401 - it registers what is looked at before the start

        if settings.SENTRY_DSN:
            from rus_portal.operations.fault_reports import start_fault_reports

            start_fault_reports(settings.SENTRY_DSN)


class PortalAdminConfig(AdminConfig):
    default_site = "rus_portal.admin.PortalAdminSite"
