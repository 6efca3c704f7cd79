"""`check_operations`: whether the portal works as it should, for cron and for whoever sits at the machine."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from rus_portal.operations.conditions import State, find_worst, look_at_all


class Command(BaseCommand):
    help = (
        "Says in words how the portal is, as /readyz does, and ends with 1 if something does not work. "
        "With --verbosity 0 it says only what somebody should look at."
    )
    requires_system_checks: list[str] = []  # it is asked when something is wrong

    def handle(self, **options: Any) -> None:
        with translation.override("en"):
            conditions = look_at_all()
        for condition in conditions:
            state, sentence, advice, _measured = condition.finding
            if state > State.OK or options["verbosity"]:
                self.stdout.write(f"{state.name:<8} {condition.title}: {sentence} {advice}".rstrip())
        sys.exit(find_worst(conditions) == State.FAULT)
