"""`prepare`: build what is not committed."""

from typing import Any

from django.core.management.base import BaseCommand

from rus_portal.assets import prepare_assets


class Command(BaseCommand):
    help = (
        "Builds translations, style sheets, static files and the lexicons of the search from the code, where they are "
        "missing or the code has changed. Needs no network, no database and no settings; the portal does not start "
        "without it."
    )
    requires_system_checks = []  # one of them asks for what is built here

    def handle(self, **_options: Any) -> None:
        prepare_assets(self.stdout.write)
