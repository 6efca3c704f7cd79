"""Verifies that nothing in the registry was lost or altered."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from registry.models import Case, Event
from registry.verification import find_faults


class Command(BaseCommand):
    help = (
        "Checks the chain of events, the published heads of its days, the number series, what came in and its "
        "files against their checksums. "
        "Ends with 0 if all is as it was left, with 1 if anything is not."
    )

    def handle(self, **_options: Any) -> None:
        events, cases = Event.objects.count(), Case.objects.count()
        found = 0
        for fault in find_faults(progress=self.stdout.write):
            found += 1
            self.stderr.write(fault)
        if found:
            self.stderr.write(f"The registry is not whole: {found} faults.")
            sys.exit(1)
        self.stdout.write(
            f"The registry is whole: {cases} cases, each number exactly once and without a gap; "
            f"{events} events, each as it was written."
        )
