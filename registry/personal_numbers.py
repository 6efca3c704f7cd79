"""Swedish personal identity numbers and coordination numbers in free text (folkbokföringslagen 1991:481, 18 §)."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from personnummer.personnummer import Personnummer, PersonnummerException

HYPHENS = "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}-"
"""The plain hyphen last, where a character class takes it literally."""
GAP = rf"[ \t./{HYPHENS}]?"
REST = (
    rf"{GAP}(?P<month>[0-9]{{2}}){GAP}(?P<day>[0-9]{{2}})[ \t]?(?P<mark>[+{HYPHENS}]?)\s?(?P<last>[0-9]{{4}})(?![0-9])"
)
SPELLINGS = [
    re.compile(rf"(?<![0-9])(?=(?P<century>18|19|20){GAP}(?P<year>[0-9]{{2}}){REST})"),
    re.compile(rf"(?<![0-9])(?=(?P<century>)(?P<year>[0-9]{{2}}){REST})"),
]
"""With and without the century. Lookaheads, so that overlapping numbers are found too."""


def holds_personal_number(text: str) -> bool:
    """Whether the text holds a number with valid date and check digit, in any usual spelling."""
    return any(_is_valid(number) for number in _candidates(text))


def _candidates(text: str) -> Iterator[str]:
    """Yield what looks like a number, spelt as `personnummer` wants it."""
    normal = "".join(
        character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf"
    )
    for spelling in SPELLINGS:
        for found in spelling.finditer(normal):
            mark = "+" if found["mark"] == "+" else "-"
            yield found["century"] + found["year"] + found["month"] + found["day"] + mark + found["last"]


def _is_valid(number: str) -> bool:
    try:
        return Personnummer(number).get_date() <= date.today()  # noqa: DTZ011
    except (PersonnummerException, ValueError):
        return False
