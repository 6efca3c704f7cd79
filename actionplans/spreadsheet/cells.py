"""The values of a spreadsheet's cells, and the escaping of text.

Office Open XML writes a character that XML cannot hold as `_xHHHH_`, and therefore a text that looks like that as
`_x005F_xHHHH_` (ECMA-376, Part 1, 22.9.2.19: ST_Xstring). openpyxl does neither, so both are done here.
"""

import re
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from language.characters import normalize_text, strip_invisible

LONGEST = 32_767
"""UTF-16 units that a cell can hold: Excel cuts off longer texts."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which some program takes a text for a formula."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x0d\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LAST_OF_BMP = 0xFFFF


class Unreadable(NamedTuple):
    """A cell without a usable value: why, in a sentence, and what to show instead."""

    why: str
    shown: str = "–"


def escape_text(text: str) -> str:
    """Return a text as it is written into a file."""
    text = LOOKS_ESCAPED.sub("_x005F_", text)
    return UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape_text(text: str) -> str:
    """Return the text that was written into a file."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def is_too_long(text: str) -> bool:
    """Whether a cell cannot hold the text."""
    if len(text) * len("_x005F_") < LONGEST:  # whatever is in it
        return False
    written = escape_text(text)
    return len(written) + sum(ord(char) > LAST_OF_BMP for char in written) > LONGEST


def normalize_cell(text: str) -> str:
    """Return a text as it is stored, without surrounding spaces."""
    return normalize_text(text).strip()


def strip_cell(text: str) -> str:
    """Return a date, number or name without invisible characters and surrounding spaces."""
    return strip_invisible(text).strip()


def read_cell(value: Any, data_type: str) -> str | Unreadable:
    """Return a cell's value as text, for comparing and parsing."""
    if value is None:
        return ""
    if data_type == "f" or not isinstance(value, str | bool | int | float | date | time):
        formula = value if isinstance(value, str) else "–"
        return Unreadable(_("The cell contains a formula. Enter the value itself instead."), formula)
    if data_type == "e":
        return Unreadable(_("The cell contains the error %(error)s. Enter a value instead.") % {"error": value})
    if isinstance(value, bool):
        return Unreadable(_("The cell contains true or false. Enter it as text instead."))
    if isinstance(value, str):
        return unescape_text(value).replace("\r\n", "\n").replace("\r", "\n")
    return _text_of_number(value)


def _text_of_number(value: float | date | time) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
