from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        from registry import checks, signatures  # noqa: F401 - they register what `check` looks at
        from registry.services.mail_journal import subscribe_to_mailroom

        subscribe_to_mailroom()
