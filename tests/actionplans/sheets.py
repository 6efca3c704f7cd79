"""Excel files of activities, valid and invalid, for tests and the benchmark."""

import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.utils.translation import override
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from accounts.roles import Role
from actionplans.columns import BY_KEY, SHEET_COLUMNS
from actionplans.milestone_columns import MILESTONE_COLUMNS
from actionplans.models import ActionPlan, Activity
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.exporter import export_plans
from actionplans.spreadsheet.importer import Manner, Saving, import_sheet
from actionplans.spreadsheet.parser import parse_workbook
from actionplans.spreadsheet.preview import preview_rows
from tests import factories

KEYS = [column.key for column in SHEET_COLUMNS]
MILESTONE_KEYS = [column.key for column in MILESTONE_COLUMNS]
ROW = dict[str, Any]


class County(NamedTuple):
    """The plans, goals, organisations and people that files name."""

    coordinator: User
    plans: list[ActionPlan]
    other: ActionPlan
    others_activity: Activity


def make_county() -> County:
    """Create a coordinator with three plans, goals, priorities, organisations, people, and another's plan."""
    coordinator = factories.make_user(Role.COORDINATOR, username="samordnaren")
    member = factories.make_staff(user=coordinator, name="Frida Källenbach", email="frida@example.org")
    factories.make_staff(name="Örjan Åberg", email="orjan@example.org")
    strategy = factories.make_strategy()
    plans = [
        factories.make_plan(
            strategy=strategy, slug=f"plan-{name}", title_sv=f"Plan {name.upper()}", coordinators=[member]
        )
        for name in "abc"
    ]
    for number in (1, 2):
        goal = factories.make_goal(strategy, code=f"M{number}", position=number)
        for letter in "xy":
            title = f"Väg {letter}{number}: först"
            factories.make_priority(
                goal, title_sv=title, title_en=f"Way {letter}{number}", slug=f"vag-{letter}{number}"
            )
    for name in ("Mittuniversitetet", "Sundsvalls kommun", "Tillväxtverket", "Ånge; kommun: norra"):
        factories.make_organisation(name=name)
    other = factories.make_plan(strategy=strategy, slug="annans-plan", title_sv="Annans plan")
    return County(coordinator, plans, other, factories.make_activity(other, slug="annans"))


def rows(count: int, first: int = 0) -> list[ROW]:
    """Return rows of new activities, each with nearly every column filled."""
    return [_row(number) for number in range(first, first + count)]


def _row(number: int) -> ROW:
    x = "xy"[number % 2]
    row: ROW = dict.fromkeys(KEYS)
    row |= {
        "plan": f"Plan {'ABC'[number % 3]}",
        "slug": f"rad-{number}",
        "title_sv": f"Aktivitet nummer {number} 🌲",
        "title_en": f"Activity number {number}",
        "summary_sv": f"=Sammanfattning {number}\nmed två rader",
        "summary_en": "-Summary",
        "body_sv": f"Stycke ett om {number} & annat.\n\nStycke två.",
        "body_en": f"<h2>Part {number}</h2><p>Some <strong>bold</strong> words.</p>",
        "starts_on": date(2025, 1 + number % 12, 1),
        "ends_on": date(2027, 1 + number % 12, 28) if number % 4 else None,
        "delivery_status": ("Planerad", "Pågår", "Klar", "Pausad")[number % 4],
        "status_reason_sv": "Väntar på beslut." if number % 4 == 3 else None,
        "planned_amount": 1_000 * number if number % 3 else None,
        "contact": "Frida Källenbach" if number % 2 else None,
        "responsible": "Mittuniversitetet",
        "participating": "Sundsvalls kommun; Tillväxtverket" if number % 5 else None,
        "financing": "Mittuniversitetet; Tillväxtverket: 500000" if number % 2 else None,
        "goals_sv": f"M1: Så här bidrar {number}.\nM2 / Väg {x}2: först: Och så här.\n  På två rader.",
        "goals_en": f"M1: This is how {number} helps.",
    }
    return row


def cell_of(key: str, row: int = 2) -> str:
    """Return what spreadsheets call a column's cell, such as B2."""
    return f"{get_column_letter(KEYS.index(key) + 1)}{row}"


def as_file(rows: Iterable[ROW], language: str = "sv", keys: Iterable[str] = KEYS) -> io.BytesIO:
    """Return a file with these rows. Text stays text, whatever it looks like; a `Formula` is one."""
    keys = list(keys)
    book = Workbook(write_only=True)
    with override(language):
        sheet = book.create_sheet("Aktiviteter" if language == "sv" else "Activities")
        sheet.append([str(BY_KEY[key].label) for key in keys])
    for row in rows:
        sheet.append([_cell(sheet, row.get(key)) for key in keys])
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return content


def with_milestones(content: io.BytesIO, found: Iterable[ROW], headers: Iterable[str] | None = None) -> io.BytesIO:
    """Return a file with a sheet of milestones, instead of the one that it has."""
    content.seek(0)
    book = load_workbook(content)
    if "Milstolpar" in book.sheetnames:
        del book["Milstolpar"]
    sheet = book.create_sheet("Milstolpar")
    with override("sv"):
        sheet.append(list(headers or (str(column.label) for column in MILESTONE_COLUMNS)))
    for row in found:
        sheet.append([row.get(key) for key in MILESTONE_KEYS])
    changed = io.BytesIO()
    book.save(changed)
    changed.seek(0)
    return changed


def milestones_of(content: io.BytesIO) -> list[ROW]:
    """Return the rows of milestones of an exported file."""
    content.seek(0)
    rows = load_workbook(content, read_only=True).worksheets[1].iter_rows(min_row=2, max_col=6, values_only=True)
    found = [dict(zip(MILESTONE_KEYS, row, strict=True)) for row in rows]
    return [row | {key: row[key] and row[key].date() for key in ("due_on", "reached_on")} for row in found]


class Formula(str):
    """A cell with a formula."""

    __slots__ = ()


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, str(value))
    cell.data_type = "f" if isinstance(value, Formula) else "s"
    return cell


def cells_of(content: io.BytesIO) -> list[ROW]:
    """Return the rows of an exported file as a spreadsheet shows them: dates as dates."""
    content.seek(0)
    sheet = load_workbook(content, read_only=True).worksheets[0]
    found = []
    for row in sheet.iter_rows(min_row=2, max_col=len(KEYS), values_only=True):
        values = dict(zip(KEYS, row, strict=True))
        for key in ("starts_on", "ends_on"):
            values[key] = values[key] and values[key].date()
        found.append(values)
    return found


class Kind(NamedTuple):
    """A kind of fault: how to make it, the column that is blamed, and the beginning of its message."""

    name: str
    spoil: Callable[[ROW, list[ROW]], Any]
    key: str
    words: str


def _set(**values: Any) -> Callable[[ROW, list[ROW]], Any]:
    return lambda row, _rows: row.update(values)


def _like_the_first(*keys: str) -> Callable[[ROW, list[ROW]], Any]:
    return lambda row, rows: row.update({key: rows[0][key] for key in keys})


def kinds(county: County) -> list[Kind]:
    """Return every kind of fault that has a message."""
    return [*_kinds_of_a_cell(), *_kinds_of_a_row(), *_kinds_between_rows(county)]


def _kinds_of_a_cell() -> list[Kind]:
    """Return values that a cell may never hold."""
    return [
        Kind("bad date", _set(starts_on="i våras"), "starts_on", "”i våras” är inget datum."),
        Kind("unknown plan", _set(plan="Plan Ö"), "plan", "”Plan Ö” finns inte"),
        Kind("another's plan", _set(plan="Annans plan"), "plan", "Du samordnar inte planen"),
        Kind("missing title", _set(title_sv=None), "title_sv", "Cellen är tom"),
        Kind("too long title", _set(title_sv="å" * 161), "title_sv", "Säkerställ att detta värde"),
        Kind("invalid slug", _set(slug="å ä ö"), "slug", "”å ä ö” kan inte vara en adress"),
        Kind("unknown id", _set(id=999_999_999), "id", "Det finns ingen aktivitet med id"),
        Kind("unknown organisation", _set(participating="Tillväxtverk"), "participating", "”Tillväxtverk” finns inte"),
        Kind("amount not a number", _set(financing="Tillväxtverket: mycket"), "financing", "”mycket” är inget belopp"),
        Kind("negative amount", _set(planned_amount=-1), "planned_amount", "Ett belopp kan inte vara"),
        Kind("formula", _set(summary_sv=Formula("=1+1")), "summary_sv", "Cellen innehåller en formel"),
        Kind("unknown contact", _set(contact="Ingen Alls"), "contact", "”Ingen Alls” finns inte"),
        Kind("forbidden html", _set(body_sv="<p>Hej</p><script>x()</script>"), "body_sv", "Texten innehåller <script>"),
        Kind("line break in a title", _set(title_en="a_x000B_b"), "title_en", "Texten måste stå på en rad"),
    ]


def _kinds_of_a_row() -> list[Kind]:
    """Return contradictions between cells, or within one."""
    early, no_english = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 4, 30)}, {"goals_en": None}
    unknown = {"delivery_status": "Nästan klar", "status_reason_sv": None}
    paused = {"delivery_status": "Pausad", "status_reason_sv": None}
    merged = {"delivery_status": "Sammanslagen", "status_reason_sv": "Ihop."}
    two, other = "Mittuniversitetet; Tillväxtverket", "M1 / vag-x2: Så."
    return [
        Kind("unknown status", _set(**unknown), "delivery_status", "”Nästan klar”"),
        Kind("end before start", _set(**early), "ends_on", "Aktiviteten kan inte sluta"),
        Kind("unknown goal", _set(goals_sv="M9: Så.", **no_english), "goals_sv", "”M9” är ingen målkod"),
        Kind(
            "priority of another goal",
            _set(goals_sv=other, **no_english),
            "goals_sv",
            "Prioriteringen ”vag-x2” hör till",
        ),
        Kind("goal without how", _set(goals_sv="M1", **no_english), "goals_sv", "Skriv hur aktiviteten bidrar"),
        Kind("two responsible", _set(responsible=two), "responsible", "Bara en organisation kan"),
        Kind("reason missing", _set(**paused), "status_reason_sv", "Skriv varför aktiviteten"),
        Kind("merged without target", _set(**merged), "merged_into", "Ange vilken aktivitet"),
    ]


def _kinds_between_rows(county: County) -> list[Kind]:
    """Return conflicts with other rows and other coordinators' activities."""
    return [
        Kind("another's activity", _set(id=county.others_activity.pk), "id", "Aktiviteten hör till en plan"),
        Kind("duplicate slug", _like_the_first("plan", "slug"), "slug", "Rad 2 har samma adress"),
        Kind("duplicate id", _like_the_first("id"), "id", "Id står redan på rad 2"),
    ]


def written(county, **given):
    content = io.BytesIO()
    export_plans(Choices(county.coordinator, **given), content)
    return content


def tried(county, content):
    return preview_rows(parse_workbook(content), Choices(county.coordinator), county.coordinator).report


def saved(county, content, manner=Manner.PUBLISH, **note):
    """Save a file; new activities are then published as well, unless the manner is another."""
    saving = Saving(manner, **note)
    return import_sheet(parse_workbook(content), Choices(county.coordinator), county.coordinator, saving, tried=None)
