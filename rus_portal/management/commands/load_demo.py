"""`load_demo`: load Västernorrland's strategy, plans, documents and people as example content."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rus_portal.demo.loader import load_content
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
        if options["if_empty"] and Strategy.objects.exists():
            return
        load_content(self.stdout.write)
        self.stdout.write("Indexing it for the search …")
        index_due()
        self.stdout.write("The example content is in place.")
