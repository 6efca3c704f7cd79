"""`fetch_indicators`: fetch new values from Kolada and SCB now, instead of when the worker would."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from indicators.fetcher import fetch_indicator, find_fetchable, list_sources
from indicators.models import Indicator, Source


class Command(BaseCommand):
    help = (
        "Reads the values of indicators from Kolada and SCB. An indicator's answer is taken whole or not at all; what "
        "changes leaves the old value as a revision, and what goes wrong is told here and on the owner's dashboard."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="*", help="the last part of an indicator's address; without any, all")

    def handle(self, **options: Any) -> None:
        if not list_sources():
            raise CommandError(
                "No source may be asked, so nothing was fetched. Set KOLADA_URL or SCB_URL; .env.example says how."
            )
        indicators = [_named(slug) for slug in options["slug"]] or list(find_fetchable().order_by("slug"))
        if not indicators:
            self.stdout.write("No indicator takes its values from a source that may be asked.")
        failed = 0
        for number, indicator in enumerate(indicators, 1):
            changed, fault = fetch_indicator(indicator)
            failed += bool(fault)
            words = f"not fetched. {fault}" if fault else f"{changed} new or changed values."
            self.stdout.write(f"{number} of {len(indicators)}: {indicator.slug}: {words}")
        if failed:
            raise CommandError(
                f"{failed} of {len(indicators)} indicators could not be fetched, and nothing of theirs was changed. "
                "What was wrong stands above and on their owners' dashboards."
            )


def _named(slug: str) -> Indicator:
    """Return the indicator with that slug. Raise `CommandError` with a sentence if it cannot be fetched."""
    found = Indicator.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no indicator called {slug}. Its name is the last part of its page's address.")
    if found.source_kind == Source.MANUAL:
        raise CommandError(f"The values of {slug} are entered by hand, so there is nothing to fetch.")
    if found.is_example:
        raise CommandError(f"The values of {slug} are made up as an example. Take that mark away before you fetch.")
    if not find_fetchable().filter(pk=found.pk).exists():
        raise CommandError(f"The source of {slug} may not be asked, or the indicator is withdrawn.")
    return found
