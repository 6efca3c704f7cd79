"""Preview an import: report what each row and column would change, before anything is saved."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from actionplans.columns import BY_KEY
from actionplans.models import Activity
from actionplans.ownership import may_change_all
from actionplans.spreadsheet.cells import Unreadable, strip_cell
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.parser import Sheet, SheetRow
from actionplans.spreadsheet.row_reader import RowReader, fetch_activities

Progress = Callable[[int, int], None]


def ignore_progress(done: int, total: int) -> None:
    """Ignore the progress."""


EXCERPT = 280
SOME = 100
"""Rows between two calls of the progress function."""
NEW, CHANGED = "new", "changed"


@dataclass(frozen=True)
class Fault:
    """Why a cell, or a whole row, is refused."""

    row: int
    cell: str
    column: str
    what: str
    why: str


@dataclass(frozen=True)
class Difference:
    """A change of a cell, shortened around the difference."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """The effect of a valid row."""

    row: int
    kind: str
    title: str
    id: int | None
    differences: list[Difference]


@dataclass
class Report:
    """The effects and faults of a file, for people to read. It can be stored as JSON."""

    total: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def new(self) -> int:
        return sum(outcome.kind == NEW for outcome in self.outcomes)

    @property
    def changed(self) -> int:
        return sum(outcome.kind == CHANGED for outcome in self.outcomes)

    @property
    def refused(self) -> int:
        return len({fault.row for fault in self.faults})

    @property
    def can_be_saved(self) -> bool:
        return bool(self.outcomes) and not self.faults

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Report":
        outcomes = [
            Outcome(**{**one, "differences": [Difference(**each) for each in one["differences"]]})
            for one in kept["outcomes"]
        ]
        return cls(**{**kept, "faults": [Fault(**one) for one in kept["faults"]], "outcomes": outcomes})


@dataclass
class Preview:
    """A report, and its activities, ready to be saved."""

    report: Report
    new: list[Activity] = field(default_factory=list)
    changed: list[Activity] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)
    """The row of each activity by `id()`: new ones have no primary key."""

    def row_of(self, activity: Activity) -> int:
        return self.rows[id(activity)]


def preview_rows(
    sheet: Sheet, choices: Choices, user: User | None, tell: Progress = ignore_progress, *, lock: bool = False
) -> Preview:
    """Validate every row. With `lock`, inside a transaction, the activities are locked until it ends."""
    ids = {number for row in sheet.rows if (number := _id(row.cells["id"]))}
    existing = fetch_activities(choices.own, ids, lock=lock)
    reader = RowReader(choices, existing, sheet.language)
    preview = Preview(Report(total=len(sheet.rows)))
    validator = _Validator(sheet, reader, user, set(_others(ids - existing.keys())))
    digest = hashlib.sha256()
    for done, row in enumerate(sheet.rows):
        if done % SOME == 0:
            tell(done, len(sheet.rows))
        validator.check_row(row, preview, digest)
    _refuse_circles(preview, sheet)
    tell(len(sheet.rows), len(sheet.rows))
    preview.report.fingerprint = digest.hexdigest()
    return preview


class _Validator:
    def __init__(self, sheet: Sheet, reader: RowReader, user: User | None, others: set[int]) -> None:
        self.sheet, self.reader, self.others = sheet, reader, others
        self.may_add = user is None or user.has_perm("actionplans.add_activity")
        self.rows_of_ids: dict[int, int] = {}

    def check_row(self, row: SheetRow, preview: Preview, digest: Any) -> None:
        faults: list[Fault] = []
        if why := self._wrong_id(row):
            faults = [self._fault(row, "id", why)]
        else:
            try:
                self._note(row, self.reader.read_row(row.number, row.cells), preview, digest)
            except ValidationError as error:
                faults = self._faults(row, error)
        preview.report.faults += faults
        for fault in faults:
            digest.update(repr(fault).encode())

    def _note(self, row: SheetRow, activity: Any, preview: Preview, digest: Any) -> None:
        is_new = activity.pk is None
        if not is_new and not activity.changes:
            preview.report.unchanged += 1
            return
        digest.update(json.dumps([row.number, activity.pk, activity.changes]).encode())
        differences = [
            Difference(_header(self.sheet, change.key), *excerpt_difference(change.before, change.after))
            for change in activity.changes
        ]
        kind = NEW if is_new else CHANGED
        outcome = Outcome(row.number, kind, activity.title, activity.pk, differences)
        preview.report.outcomes.append(outcome)
        (preview.new if is_new else preview.changed).append(activity)
        preview.rows[id(activity)] = row.number

    def _wrong_id(self, row: SheetRow) -> str:
        given = row.cells["id"]
        if given == "":
            return "" if self.may_add else _("You do not have permission to add activities. Remove the row.")
        number = _id(given)
        if number is None:
            return given.why if isinstance(given, Unreadable) else _("“%(id)s” is not an id.") % {"id": given[:60]}
        if number in self.others:
            return _("The activity belongs to a plan that you do not coordinate. Remove the row.")
        if number not in self.reader.existing:
            words = _("There is no activity with the id %(id)s. Clear the cell if the row is a new activity.")
            return words % {"id": number}
        earlier = self.rows_of_ids.setdefault(number, row.number)
        if earlier == row.number:
            return ""
        words = _("The id is already used in row %(row)s. Clear the cell if the row is a new activity.")
        return words % {"row": earlier}

    def _faults(self, row: SheetRow, error: ValidationError) -> list[Fault]:
        found = error.message_dict
        order = [*BY_KEY, NON_FIELD_ERRORS, *found]
        return [
            self._fault(row, key, why)
            for key in dict.fromkeys(order)
            if key in found
            for why in dict.fromkeys(found[key])
        ]

    def _fault(self, row: SheetRow, key: str, why: str) -> Fault:
        what = row.cells.get(key, "")
        shown = what.shown if isinstance(what, Unreadable) else what
        return _make_fault(self.sheet, row.number, key, why, excerpt_difference("", shown)[1])


def _make_fault(sheet: Sheet, row: int, key: str, why: str, what: str = "") -> Fault:
    cell = f"{sheet.letters[key]}{row}" if key in sheet.letters else ""
    return Fault(row, cell, _header(sheet, key), what, why)


def _header(sheet: Sheet, key: str) -> str:
    """Return the column's header in the file, or its label."""
    return sheet.headers.get(key) or (str(BY_KEY[key].label) if key in BY_KEY else "")


def excerpt_difference(before: str, after: str) -> tuple[str, str]:
    """Shorten two texts so that their first difference is seen."""
    differ = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    start = max(0, differ - EXCERPT // 4) if max(len(before), len(after)) > EXCERPT else 0
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    part = text[start : start + EXCERPT]
    return f"{'…' if start and part else ''}{part}{'…' if len(text) > start + EXCERPT else ''}"


def _id(given: Any) -> int | None:
    """Return an id as a number, or None."""
    text = strip_cell(given) if isinstance(given, str) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None  # noqa: PLR2004 - a bigint's


def _others(ids: Iterable[int]) -> Iterable[int]:
    return Activity.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)


def _refuse_circles(preview: Preview, sheet: Sheet) -> None:
    """Refuse merges that lead back to the same activity. The service refuses them too, but one at a time."""
    moved = [one for one in preview.changed if any(change.key == "merged_into" for change in one.changes)]  # type: ignore[attr-defined]
    if not moved:
        return
    leads = dict(Activity.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    leads |= {one.pk: one.merged_into_id for one in moved}
    for one in moved:
        seen, following = {one.pk}, leads.get(one.pk)
        while following and following not in seen:
            seen.add(following)
            following = leads.get(following)
        if following == one.pk:
            row = preview.row_of(one)
            why = _("The activity would redirect back to itself through other activities. Choose a different one.")
            refuse_row(preview, sheet, row, "merged_into", why)


def refuse_row(preview: Preview, sheet: Sheet, row: int, key: str, why: str) -> None:
    """Add a fault that only shows when rows are compared, or when they are saved."""
    preview.report.faults.append(_make_fault(sheet, row, key, why))
    preview.report.outcomes = [outcome for outcome in preview.report.outcomes if outcome.row != row]


def join_messages(error: ValidationError) -> str:
    """Return all messages as one text."""
    return " ".join(error.messages)


def may_import(user: User) -> bool:
    """Whether a user may import files at all; their plans decide which rows."""
    return user.has_perm("actionplans.change_activity") and (may_change_all(user) or Choices(user).own.exists())
