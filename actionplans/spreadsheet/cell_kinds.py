"""The kinds of cell: each converts the text of a cell to a value and back.

`parse` reads the text and `show` writes it; `parse(show(value))` gives back every stored value. A cell that cannot be
parsed raises ValueError with a sentence for whoever filled it in.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from actionplans.models import Activity, Organisation
from actionplans.spreadsheet import prose
from actionplans.spreadsheet.cells import is_too_long, normalize_cell, strip_cell
from actionplans.spreadsheet.choices import Choices, Lookup, UnknownNameError, format_address
from actionplans.spreadsheet.names import fold_text
from publishing.models import Publication
from strategy.models import Goal, Priority

LARGEST = 2**63 - 1
LARGEST_TYPED = 10**15 - 1
"""The largest whole number that a spreadsheet keeps all digits of."""
EARLIEST, LATEST = date(1950, 1, 1), date(2099, 12, 31)
"""The dates that can be entered: a year outside of them is mistyped."""
TEXT, NUMBER, AMOUNT, DAY = "@", "0", "#,##0", "yyyy-mm-dd"
"""How spreadsheets format the cells of a kind."""


class Share(NamedTuple):
    """An organisation's share of the financing, in kronor, if known."""

    organisation: Organisation
    amount: int | None


class Link(NamedTuple):
    """A goal that an activity serves, and how, in one language."""

    goal: Goal
    priority: Priority | None
    how: str


class Row(NamedTuple):
    """The row that a cell is part of: its activity or milestone, and what the file may name."""

    choices: Choices
    thing: Any


class Cell:
    """What the cells of a column hold."""

    number_format = TEXT
    offers = ""
    """The list in `Choices` that the cells offer."""
    is_strict = True
    """Whether nothing else than what is offered can be written."""
    is_read_only = False

    def parse(self, value: str, row: Row) -> Any:
        raise NotImplementedError

    def show(self, value: Any, row: Row) -> str:
        raise NotImplementedError


class IdCell(Cell):
    """The portal's number for what the row is about."""

    number_format = NUMBER
    is_read_only = True

    def show(self, _value: Any, row: Row) -> str:
        return str(row.thing.pk or "")


class TextCell(Cell):
    """Plain text of one line or several."""

    def __init__(self, *, is_one_line: bool = False) -> None:
        self.is_one_line = is_one_line

    def parse(self, value: str, _row: Row) -> str:
        text = normalize_cell(value) if strip_cell(value) else ""
        if self.is_one_line and "\n" in text:
            raise ValueError(_("The text must be on one line. Remove the line breaks."))
        if text.startswith("(") and text == get_too_long_message():
            raise ValueError(_("This cell only says that a text was too long. Enter the text itself."))
        return text

    def show(self, value: str | None, _row: Row) -> str:
        return fit_cell(value or "")


class SlugCell(TextCell):
    """The last part of an address."""

    def parse(self, value: str, row: Row) -> str:
        text = super().parse(strip_cell(value), row)
        if text and not re.fullmatch(r"[A-Za-z0-9_-]+", text):
            raise ValueError(
                _("“%(text)s” is not a valid address. Use only letters a to z, numbers and hyphens.") % {"text": text}
            )
        return text


class ProseCell(TextCell):
    """Rich text."""

    def parse(self, value: str, row: Row) -> str:
        return prose.parse_prose(super().parse(value, row))

    def show(self, value: str | None, row: Row) -> str:
        return super().show(prose.render_prose(value or ""), row)


class DayCell(Cell):
    """A date in ISO 8601."""

    number_format = DAY

    def __init__(self, *, is_past: bool = False) -> None:
        self.is_past = is_past

    def parse(self, value: str, _row: Row) -> date | None:
        text = strip_cell(value)
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(_("“%(text)s” is not a date. Use the format 2026-01-31.") % {"text": text}) from None
        if day and not EARLIEST <= day <= LATEST:
            raise ValueError(_("The year %(year)s is probably mistyped. Enter another date.") % {"year": day.year})
        return day

    def show(self, value: date | None, _row: Row) -> str:
        return value.isoformat() if value else ""


class AmountCell(Cell):
    """Whole kronor."""

    number_format = AMOUNT

    def parse(self, value: str, _row: Row) -> int | None:
        return parse_amount(value) if strip_cell(value) else None

    def show(self, value: int | None, _row: Row) -> str:
        return "" if value is None else str(value)


class StatusCell(Cell):
    """A delivery status by its name in any language."""

    offers = "statuses"

    def parse(self, value: str, row: Row) -> str:
        if not strip_cell(value):
            raise ValueError(_("The delivery status is missing. Choose one from the list."))
        status = row.choices.statuses.get(fold_text(value))
        if status is None:
            names = ", ".join(str(label) for label in Activity.Delivery.labels)
            raise ValueError(
                _("“%(name)s” is not a status. Enter one of: %(names)s.") % {"name": value.strip(), "names": names}
            )
        return status

    def show(self, value: str | None, _row: Row) -> str:
        return str(Activity.Delivery(value).label) if value else ""


class PublicationCell(Cell):
    """Whether the public can read the activity: read-only."""

    is_read_only = True

    def parse(self, _value: str, row: Row) -> str:
        if row.thing.pk is None:
            raise ValueError(
                _("Leave this cell empty in a new row: you choose whether to publish when you import the file.")
            )
        raise ValueError(_("Publication cannot be changed through Excel. Restore the cell and publish in the portal."))

    def show(self, value: str | None, _row: Row) -> str:
        return str(Publication(value).label) if value else ""


class OneCell(Cell):
    """One thing from a list, or nothing."""

    def __init__(self, offers: str) -> None:
        self.offers = offers

    def lookup(self, row: Row) -> Lookup[Any]:
        found: Lookup[Any] = getattr(row.choices, self.offers)
        return found

    def parse(self, value: str, row: Row) -> Any:
        return self.lookup(row).find(strip_cell(value)) if strip_cell(value) else None

    def show(self, value: Any, row: Row) -> str:
        return self.lookup(row).label(value) if value else ""


class PlanCell(OneCell):
    """One of the user's own plans."""

    def parse(self, value: str, row: Row) -> Any:
        if not strip_cell(value):
            raise ValueError(_("The plan is missing. Choose one from the list."))
        try:
            return super().parse(value, row)
        except UnknownNameError as error:
            try:
                row.choices.all_plans.find(value)
            except ValueError:
                raise error from None
            raise ValueError(_("You do not coordinate the plan “%(name)s”.") % {"name": value.strip()}) from None


class ActivityCell(OneCell):
    """The activity of a milestone: one of the user's own, or one that the file adds or gives another address."""

    is_strict = False

    def __init__(self) -> None:
        super().__init__("activities")

    def parse(self, value: str, row: Row) -> Any:
        if not strip_cell(value):
            raise ValueError(_("The activity is missing. Enter the address of a plan and an activity."))
        return row.choices.in_file.get(fold_text(value)) or super().parse(value, row)

    def show(self, value: Any, _row: Row) -> str:
        return format_address(value) if value else ""


class ResponsibleCell(OneCell):
    """The responsible organisation."""

    def parse(self, value: str, row: Row) -> Any:
        try:
            return super().parse(value, row)
        except UnknownNameError:
            if len(split_parts(value)) > 1:
                raise ValueError(
                    _("Only one organisation can be responsible. Move the others to participating organisations.")
                ) from None
            raise


class SeveralCell(Cell):
    """Organisations separated by semicolons."""

    offers = "organisations"
    is_strict = False

    def parse(self, value: str, row: Row) -> tuple[Organisation, ...]:
        return _each_once(row.choices.organisations.find(part) for part in split_parts(value))

    def show(self, value: Iterable[Organisation], row: Row) -> str:
        return "; ".join(_name_one(one, row) for one in value or ())


class FinancingCell(SeveralCell):
    """Organisations separated by semicolons, each with its amount."""

    def parse(self, value: str, row: Row) -> tuple[Share, ...]:  # type: ignore[override]
        shares = []
        for part in split_parts(value):
            name, colon, sum_ = part.rpartition(":")
            organisation = row.choices.organisations.find((name if colon else part).strip())
            shares.append(Share(organisation, parse_amount(sum_) if colon else None))
        _each_once(share.organisation for share in shares)
        return tuple(shares)

    def show(self, value: Iterable[Share], row: Row) -> str:  # type: ignore[override]
        shown = (_name_one(one, row) if sum_ is None else f"{_name_one(one, row)}: {sum_}" for one, sum_ in value or ())
        return "; ".join(shown)


def split_parts(value: str) -> list[str]:
    """Split a cell at semicolons and line breaks."""
    return [part.strip() for part in re.split(r"[;\n]", strip_cell(value)) if part.strip()]


def parse_amount(text: str) -> int:
    """Parse whole kronor, however they are grouped. Raise ValueError with a sentence."""
    digits = re.sub(r"\s|kr$", "", strip_cell(text).casefold())
    if re.fullmatch(r"[-−–]\d+([.,]\d+)?", digits):
        raise ValueError(_("An amount cannot be less than 0."))
    if not re.fullmatch(r"[0-9]{1,19}", digits) or int(digits) > LARGEST:
        raise ValueError(
            _("“%(text)s” is not an amount. Enter whole kronor in numbers, such as 500000.") % {"text": text.strip()}
        )
    return int(digits)


def fit_cell(text: str) -> str:
    """Return a text as a cell can hold it. One that is too long is replaced by a notice and stays in the portal."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return get_too_long_message() if is_too_long(text) else text


def get_too_long_message() -> str:
    return _("(The text is too long for a cell. Change it in the portal; left as it is, this cell changes nothing.)")


def _name_one(organisation: Organisation, row: Row) -> str:
    """Return the name, or the slug if the name contains a separator."""
    label = row.choices.organisations.label(organisation)
    return organisation.slug if re.search(r"[;:\n]", label) else label


def _each_once(organisations: Iterable[Organisation]) -> tuple[Organisation, ...]:
    found: dict[int, Organisation] = {}
    for one in organisations:
        if one.pk in found:
            raise ValueError(_("“%(name)s” appears twice in the cell. Remove one of them.") % {"name": one})
        found[one.pk] = one
    return tuple(found.values())
