"""`load_demo`: load Västernorrland's strategy, plans, documents and people as example content."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from jobs.locks import Lock, hold_advisory_lock
from search.indexing import index_due
from strategy.models import Strategy


class Command(BaseCommand):
    help = "Loads the example content and the demo logins. Loading again makes only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="load only where there is no strategy yet")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This is not a demonstration, so example content and logins with a known password are not "
                "loaded. Set DEMO=1 if you are sure."
            )
        with hold_advisory_lock(Lock.LOAD_DEMO, connection, self._tell_wait):
            if options["if_empty"] and Strategy.objects.exists():
                return
            from rus_portal.demo.loader import load_content  # makes PDF files: not imported at every start

            load_content(self.stdout.write)
            self.stdout.write("Indexing it for the search …")
            index_due()
        self.stdout.write("The example content is in place.")

    def _tell_wait(self) -> None:
        self.stdout.write("Another process is loading the example content; waiting for it …")
