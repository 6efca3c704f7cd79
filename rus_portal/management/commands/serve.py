"""`serve`: run the web server."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from rus_portal.server import serve_portal


class Command(BaseCommand):
    help = "Serves the portal until it is stopped. Processes that die, freeze or grow are replaced."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen at")

    def handle(self, **options: Any) -> None:
        serve_portal(options["host"], options["port"])
