"""`import_activities`: preview an Excel file of activities, or import it with --save."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.management.commands.export_activities import plan_called
from actionplans.models import ActivityImport
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.importer import Saving, import_sheet
from actionplans.spreadsheet.parser import Sheet, UnreadableFileError, parse_workbook
from actionplans.spreadsheet.preview import NEW, REMOVED, Outcome, Report, may_import, preview_rows


class Command(BaseCommand):
    help = (
        "Reads activities from an Excel file made by export_activities or the admin, and tells row by row what would "
        "be made, changed or refused. Saves nothing without --save; with it, all rows or none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to read, such as activities.xlsx")
        parser.add_argument("--plan", help="the address of the only plan whose rows are taken, such as innovation")
        parser.add_argument("--save", action="store_true", help="save, if no row is refused")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="publish new activities, and change published ones at once; without it their changes are kept as "
            "drafts of the user",
        )
        parser.add_argument("--note", default="", help="the change note in Swedish, instead of the automatic one")
        parser.add_argument("--note-en", default="", help="the change note in English")
        parser.add_argument(
            "--user", help="the username of whoever does it: their plans only, and their name on reports"
        )

    def handle(self, **options: Any) -> None:
        user = _user_called(options["user"], is_needed=options["save"])
        choices = Choices(user, plan_called(options["plan"]))
        sheet = _sheet_of(options["file"])
        if options["save"] and user is not None:
            manner = ActivityImport.Manner.PUBLISH if options["publish"] else ActivityImport.Manner.DRAFTS
            saving = Saving(manner, options["note"], options["note_en"])
            report, is_saved = import_sheet(sheet, choices, user, saving, tried=None, tell=self._tell)
        else:
            report, is_saved = preview_rows(sheet, choices, user, self._tell).report, False
        self._print(report)
        if report.faults:
            raise CommandError(
                f"{report.refused} rows are refused, so nothing was saved. "
                "Correct the cells named above, and try again."
            )
        if is_saved:
            self.stdout.write("All of it is saved.")
        elif report.outcomes:
            self.stdout.write("Nothing is saved yet. Run the command again with --save.")

    def _tell(self, done: int, total: int) -> None:
        is_screen = self.stdout.isatty()
        if total and (is_screen or done % 1000 == 0):
            self.stdout.write(f"{done} of {total} rows…", ending="\r" if is_screen and done < total else "\n")

    def _print(self, report: Report) -> None:
        for fault in report.faults:
            place = ", ".join(
                part for part in (fault.sheet, _("row %(row)s") % {"row": fault.row}, fault.column, fault.cell) if part
            )
            self.stdout.write(f"✗ {place}: {fault.why}")
        for outcome in report.outcomes:
            self._print_outcome(outcome)
        self.stdout.write(
            _("%(new)s new, %(changed)s changed, %(removed)s removed, %(unchanged)s unchanged, %(refused)s refused.")
            % {
                "new": report.new,
                "changed": report.changed,
                "removed": report.removed,
                "unchanged": report.unchanged,
                "refused": report.refused,
            }
        )

    def _print_outcome(self, outcome: Outcome) -> None:
        mark = {NEW: "+", REMOVED: "-"}.get(outcome.kind, "~")
        place = ", ".join(filter(None, (outcome.sheet, _("row %(row)s") % {"row": outcome.row})))
        self.stdout.write(f"{mark} {place}: {outcome.title}")
        if outcome.kind != NEW:
            for one in outcome.differences:
                self.stdout.write(f"    {one.column}: {one.before!r} → {one.after!r}")


def _user_called(username: str | None, *, is_needed: bool) -> User | None:
    if username is None:
        if is_needed:
            raise CommandError("Say with --user who saves it: reports are signed with that name.")
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None or not may_import(user):
        raise CommandError(f"There is no active login called {username} that may change activities.")
    return user


def _sheet_of(path: Path) -> Sheet:
    try:
        with path.open("rb") as stream:
            return parse_workbook(stream, get_language() or "sv")
    except UnreadableFileError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"The file could not be opened: {error}.") from error
