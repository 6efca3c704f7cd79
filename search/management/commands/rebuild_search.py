"""`rebuild_search`: rebuild the whole search index."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from registry.search import index_all_cases
from search.indexing import index_all


class Command(BaseCommand):
    help = (
        "Writes the whole search index anew, while the portal runs: after an upgrade that reads words in another way. "
        "Ends with 0 when everything is indexed, with 1 and a sentence when it could not be."
    )

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        tell = self.stdout.write if options["verbosity"] else lambda _line: None
        try:
            done = index_all(tell)
            cases = index_all_cases()
        except DatabaseError as error:
            raise CommandError(
                f"The index could not be rebuilt: {error} What is indexed so far stays. Run the command again."
            ) from error
        seconds = time.monotonic() - started
        tell(f"{done} things are indexed, and {cases} cases for the registry, in {seconds:.1f} seconds.")
