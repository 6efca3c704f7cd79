"""What readers return, and the errors that they raise."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from indicators.models import Gender, ValueStatus

LARGEST = Decimal(10) ** 13
STEP = Decimal("0.000001")


class Figure(NamedTuple):
    """One value from a source."""

    area: str
    """As in `Area.code`."""
    year: int
    gender: str
    value: Decimal | None
    status: str


class AnswerError(Exception):
    """The source's answer cannot be used. The message is a sentence for the indicator's owner."""


class UnreachableError(AnswerError):
    """The source did not answer, or asked us to wait."""


def make_figure(area: str, year: int, gender: str, value: Any, status: str) -> Figure:
    """Return a figure. Raise `AnswerError` unless the value is a finite number that can be stored."""
    if value is None:
        return Figure(area, year, Gender(gender).value, None, ValueStatus.MISSING)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise AnswerError(_("The response has a value that is not a number for %(year)s.") % {"year": year})
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= LARGEST:
        raise AnswerError(_("The response has an impossible number for %(year)s.") % {"year": year})
    return Figure(area, year, Gender(gender).value, number.quantize(STEP), status)
