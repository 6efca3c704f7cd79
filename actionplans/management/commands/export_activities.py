"""`export_activities`: write activities as an Excel file that `import_activities` can read."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from actionplans.models import ActionPlan
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.exporter import export_plans

SOME = 500


class Command(BaseCommand):
    help = "Writes the activities of all action plans, or of one, as an Excel file with drop-down lists and a guide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write, such as activities.xlsx")
        parser.add_argument("--plan", help="the address of one plan, such as innovation")

    def handle(self, **options: Any) -> None:
        plans = plan_called(options["plan"])
        path: Path = options["file"]
        try:
            with path.open("wb") as stream:
                count = export_plans(Choices(None, plans), stream, self._tell)
        except OSError as error:
            raise CommandError(f"The file could not be written: {error}.") from error
        self.stdout.write(f"{count} activities are written to {path}.")

    def _tell(self, done: int, total: int) -> None:
        if done % SOME == 0:
            self.stdout.write(f"{done} of {total} activities…")


def plan_called(slug: str | None) -> Any:
    """Return the plan with that slug, or None for all. Raise `CommandError`."""
    if slug is None:
        return None
    plans = ActionPlan.objects.filter(slug=slug)
    if not plans.exists():
        known = ", ".join(ActionPlan.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(f"There is no plan with the address {slug}. The plans are: {known or 'none'}.")
    return plans
