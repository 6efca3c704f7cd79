"""Preview an import: report what each row and column would change, before anything is saved."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from actionplans.models import Activity, Milestone
from actionplans.ownership import may_change_all
from actionplans.spreadsheet.cells import Unreadable, strip_cell
from actionplans.spreadsheet.choices import Choices, format_address
from actionplans.spreadsheet.milestone_reader import MilestoneReader, find_activities, make_key
from actionplans.spreadsheet.names import fold_text
from actionplans.spreadsheet.parser import Sheet, SheetRow
from actionplans.spreadsheet.row_reader import RowReader, fetch_activities
from actionplans.spreadsheet.sheet_reader import SheetReader
from publishing.models import Publication

Progress = Callable[[int, int], None]


def ignore_progress(done: int, total: int) -> None:
    """Ignore the progress."""


EXCERPT = 280
SOME = 100
"""Rows between two calls of the progress function."""
NEW, CHANGED, REMOVED = "new", "changed", "removed"
RIGHTS = {NEW: "add", CHANGED: "change", REMOVED: "delete"}
REPORTED = ("delivery_status", "status_reason_sv", "status_reason_en", "merged_into")
"""The columns that only a signed report changes."""


@dataclass(frozen=True)
class Fault:
    """Why a cell, or a whole row, is refused."""

    row: int
    cell: str
    column: str
    what: str
    why: str
    sheet: str = ""
    """The name of the sheet of milestones; empty on that of activities."""


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
    sheet: str = ""
    is_public: bool = False
    """Whether it changes an activity that is published, now or as scheduled."""
    is_report: bool = False
    """Whether it changes what only a signed report can change."""


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
    def removed(self) -> int:
        return sum(outcome.kind == REMOVED for outcome in self.outcomes)

    @property
    def refused(self) -> int:
        return len({(fault.sheet, fault.row) for fault in self.faults})

    @property
    def published(self) -> int:
        """How many rows change what is published."""
        return sum(outcome.is_public for outcome in self.outcomes)

    @property
    def has_choice(self) -> bool:
        """Whether it matters if the rows are saved as drafts or published."""
        return any(outcome.is_public or (outcome.kind == NEW and not outcome.sheet) for outcome in self.outcomes)

    @property
    def public_reports(self) -> list[int]:
        """The rows that change the status of what is published, which no draft can hold."""
        return [outcome.row for outcome in self.outcomes if outcome.is_public and outcome.is_report]

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
    milestones: list[tuple[str, Milestone]] = field(default_factory=list)
    """What becomes of each milestone, and the milestone."""
    rows: dict[int, int] = field(default_factory=dict)
    """The row of each activity by `id()`: new ones have no primary key."""
    digest: Any = field(default_factory=hashlib.sha256)

    def row_of(self, activity: Activity) -> int:
        return self.rows[id(activity)]


def preview_rows(
    sheet: Sheet, choices: Choices, user: User | None, tell: Progress = ignore_progress, *, lock: bool = False
) -> Preview:
    """Validate every row. With `lock`, inside a transaction, the activities are locked until it ends."""
    preview = Preview(Report(total=sheet.total))
    ids = _list_ids(sheet)
    existing = fetch_activities(choices.own, ids, lock=lock)
    reader = RowReader(choices, existing, sheet.language)
    _Validator(sheet, reader, user, Activity, ids).check_rows(preview, tell)
    _refuse_circles(preview, sheet)
    if sheet.milestones:
        _preview_milestones(sheet.milestones, choices, user, preview, tell, lock=lock)
    tell(sheet.total, sheet.total)
    preview.report.fingerprint = preview.digest.hexdigest()
    return preview


def _preview_milestones(
    sheet: Sheet, choices: Choices, user: User | None, preview: Preview, tell: Progress, *, lock: bool
) -> None:
    ids = _list_ids(sheet)
    activities = find_activities((row.cells.get("activity") for row in sheet.rows), ids, choices, lock=lock)
    # Fetched after the lock: so nobody changes them any more.
    stored = list(Milestone.objects.filter(activity__in=activities))
    for milestone in stored:
        milestone.activity = activities[milestone.activity_id]
    existing = {milestone.pk: milestone for milestone in stored if milestone.pk in ids}
    reader = MilestoneReader(choices, existing, sheet.language, map(make_key, stored))
    _Validator(sheet, reader, user, Milestone, ids).check_rows(preview, tell)


class _Validator:
    """Checks the rows of one sheet, and notes in a preview what they would change or why they are refused."""

    def __init__(self, sheet: Sheet, reader: SheetReader, user: User | None, model: type[Model], ids: set[int]) -> None:
        self.sheet, self.reader = sheet, reader
        self.others = _find_others(model, ids - reader.existing.keys())
        name = model._meta.model_name
        self.rights = {
            kind: user is None or user.has_perm(f"actionplans.{right}_{name}") for kind, right in RIGHTS.items()
        }
        self.rows_of_ids: dict[int, int] = {}

    def check_rows(self, preview: Preview, tell: Progress) -> None:
        before = preview.report.total - len(self.sheet.rows) if self.sheet.name else 0
        for done, row in enumerate(self.sheet.rows, before):
            if done % SOME == 0:
                tell(done, preview.report.total)
            faults = self._check_row(row, preview)
            preview.report.faults += faults
            for fault in faults:
                preview.digest.update(repr(fault).encode())

    def _check_row(self, row: SheetRow, preview: Preview) -> list[Fault]:
        if why := self._wrong_id(row):
            return [self._fault(row, "id", why)]
        try:
            thing = self.reader.read_row(row.number, row.cells)
        except ValidationError as error:
            return self._faults(row, error)
        kind = _find_kind(thing)
        if kind and not self.rights[kind]:
            return [self._fault(row, "id", str(self.reader.refusals.may_not_change))]
        if kind:
            self._note(row, thing, kind, preview)
        else:
            preview.report.unchanged += 1
        return []

    def _note(self, row: SheetRow, thing: Any, kind: str, preview: Preview) -> None:
        is_milestone = isinstance(thing, Milestone)
        activity: Any = thing.activity if is_milestone else thing
        is_public = activity.pk is not None and activity.publication == Publication.PUBLISHED
        noted = [self.sheet.name, row.number, thing.pk, kind, activity.publication, thing.changes]
        preview.digest.update(json.dumps(noted).encode())
        outcome = Outcome(
            row.number,
            kind,
            f"{activity.title}: {thing.title}" if is_milestone else thing.title,
            activity.pk,
            [
                Difference(self.sheet.name_column(change.key), *excerpt_difference(change.before, change.after))
                for change in thing.changes
            ],
            self.sheet.name,
            is_public,
            not is_milestone and any(change.key in REPORTED for change in thing.changes),
        )
        preview.report.outcomes.append(outcome)
        if is_milestone:
            preview.milestones.append((kind, thing))
            return
        (preview.new if kind == NEW else preview.changed).append(thing)
        preview.rows[id(thing)] = row.number
        self.reader.choices.in_file[fold_text(format_address(thing))] = thing

    def _wrong_id(self, row: SheetRow) -> str:
        given, refusals = row.cells["id"], self.reader.refusals
        if given == "":
            return "" if self.rights[NEW] else str(refusals.may_not_add)
        number = _id(given)
        if number is None:
            return given.why if isinstance(given, Unreadable) else _("“%(id)s” is not an id.") % {"id": given[:60]}
        if number in self.others:
            return str(refusals.of_others)
        if number not in self.reader.existing:
            return str(refusals.unknown) % {"id": number}
        earlier = self.rows_of_ids.setdefault(number, row.number)
        return "" if earlier == row.number else str(refusals.used_twice) % {"row": earlier}

    def _faults(self, row: SheetRow, error: ValidationError) -> list[Fault]:
        found = error.message_dict
        order = [*(column.key for column in self.sheet.columns), NON_FIELD_ERRORS, *found]
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
    return Fault(row, cell, sheet.name_column(key), what, why, sheet.name)


def _find_kind(thing: Any) -> str | None:
    """Return what becomes of the thing of a row; None if nothing does."""
    if thing.pk is None:
        return NEW
    if getattr(thing, "is_removed", False):
        return REMOVED
    return CHANGED if thing.changes else None


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


def _list_ids(sheet: Sheet) -> set[int]:
    return {number for row in sheet.rows if (number := _id(row.cells["id"]))}


def _find_others(model: type[Model], ids: Iterable[int]) -> set[int]:
    """Return which of these ids are somebody else's."""
    rows: Any = model._default_manager.filter(pk__in=list(ids))
    return set(rows.values_list("pk", flat=True))


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
    preview.report.outcomes = [
        outcome for outcome in preview.report.outcomes if (outcome.sheet, outcome.row) != (sheet.name, row)
    ]


def join_messages(error: ValidationError) -> str:
    """Return all messages as one text."""
    return " ".join(error.messages)


def may_import(user: User) -> bool:
    """Whether a user may import files at all; their plans decide which rows."""
    return user.has_perm("actionplans.change_activity") and (may_change_all(user) or Choices(user).own.exists())
