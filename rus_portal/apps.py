from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "rus_portal"


class PortalAdminConfig(AdminConfig):
    default_site = "rus_portal.admin.PortalAdminSite"
