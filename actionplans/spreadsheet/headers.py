"""The headers of the sheet of activities, in every language."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from actionplans.columns import SHEET_COLUMNS, Column
from actionplans.spreadsheet.names import LANGUAGES, fold_text, translate_name

SHEET = _("Activities")
GUIDE = _("Columns")


def map_headers() -> dict[str, Column]:
    """Return the columns by their headers in every language."""
    return {name: column for column in SHEET_COLUMNS for name in translate_name(column.label)}


def detect_language(headers: Iterable[str], otherwise: str) -> str:
    """Return the language of most of the headers; `otherwise` if it is as likely."""
    given = {fold_text(text) for text in headers}
    counts = {}
    for language in LANGUAGES:
        with override(language):
            counts[language] = len({fold_text(str(column.label)) for column in SHEET_COLUMNS} & given)
    best = max(LANGUAGES, key=lambda language: counts[language])
    return otherwise if counts.get(otherwise, 0) == counts[best] else best
