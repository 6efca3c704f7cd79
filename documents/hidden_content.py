"""Hidden content of a file, in sentences for editors, and the rule that an editor must accept it.

The sentences say what kind of content it is and where, never what it says.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import DocumentVersion
from files.extraction import findings

NUMBERS_AT_MOST = 20
"""Above this, slides are counted instead of listed."""


def describe_hidden(rows: Iterable[Any]) -> list[str]:
    """Return a sentence for each kind and place (rows of `DocumentVersion.hidden_content`)."""
    sentences: list[str] = []
    on_slides: dict[str, list[str]] = {}
    for kind, place, count in rows:
        if place and kind in findings.ON_SLIDES:
            on_slides.setdefault(kind, []).append(place)
        else:
            sentences.append(_describe(kind, place, count))
    return [*(_on_slides(kind, places) for kind, places in on_slides.items()), *sentences]


def _describe(kind: str, place: str, count: int) -> str:
    words = _in_place(kind, count) if place else _in_file(kind, count)
    return words % {"place": place, "count": count}


def _in_place(kind: str, count: int) -> str:
    match kind:
        case findings.SHEET:
            return _("The sheet “%(place)s” is hidden.")
        case findings.ROWS:
            return ngettext(
                "%(count)d hidden row in the sheet “%(place)s”.",
                "%(count)d hidden rows in the sheet “%(place)s”.",
                count,
            )
        case findings.COLUMNS:
            return ngettext(
                "%(count)d hidden column in the sheet “%(place)s”.",
                "%(count)d hidden columns in the sheet “%(place)s”.",
                count,
            )
        case findings.CELLS:
            return ngettext(
                "%(count)d cell in the sheet “%(place)s” is formatted so that its content does not show.",
                "%(count)d cells in the sheet “%(place)s” are formatted so that their content does not show.",
                count,
            )
        case findings.LAYER:
            return _("The layer “%(place)s” is switched off.")
    return _in_file(kind, count)


def _in_file(kind: str, count: int) -> str:
    match kind:
        case findings.ROWS:
            return _("Rows of a table are hidden.")
        case findings.TEXT:
            return ngettext("Hidden text in %(count)d paragraph.", "Hidden text in %(count)d paragraphs.", count)
        case findings.DELETIONS:
            return _("Tracked deletions: text that has been deleted is still in the file.")
        case findings.SHAPES:
            return ngettext("%(count)d hidden object.", "%(count)d hidden objects.", count)
        case findings.COMMENTS:
            return ngettext("%(count)d comment.", "%(count)d comments.", count)
        case findings.EMBEDDED:
            return ngettext(
                "%(count)d embedded file, such as the data behind a chart.",
                "%(count)d embedded files, such as the data behind a chart.",
                count,
            )
    return _in_workbook(kind, count)


def _in_workbook(kind: str, count: int) -> str:
    match kind:
        case findings.NAMES:
            return ngettext(
                "%(count)d defined name in the workbook contains text.",
                "%(count)d defined names in the workbook contain text.",
                count,
            )
        case findings.UNUSED:
            return ngettext(
                "%(count)d text in the workbook is not used in any cell.",
                "%(count)d texts in the workbook are not used in any cell.",
                count,
            )
        case findings.PIVOT:
            return _("The source data of a pivot table.")
        case findings.LINKS:
            return _("Values fetched from other workbooks.")
        case findings.UNLINKED:
            return ngettext(
                "%(count)d deleted sheet or slide is still in the file.",
                "%(count)d deleted sheets or slides are still in the file.",
                count,
            )
    return _("The file is too large to check completely, so it may have more hidden content.")


def _on_slides(kind: str, places: list[str]) -> str:
    if len(places) > NUMBERS_AT_MOST:
        words = {
            findings.SLIDE: _("%(count)d slides are hidden."),
            findings.NOTES: _("Speaker notes to %(count)d slides."),
            findings.SHAPES: _("Hidden objects on %(count)d slides."),
        }
        return words[kind] % {"count": len(places)}
    words = {
        findings.SLIDE: ngettext("Slide %(numbers)s is hidden.", "Slides %(numbers)s are hidden.", len(places)),
        findings.NOTES: ngettext(
            "Speaker notes to slide %(numbers)s.", "Speaker notes to slides %(numbers)s.", len(places)
        ),
        findings.SHAPES: ngettext(
            "Hidden objects on slide %(numbers)s.", "Hidden objects on slides %(numbers)s.", len(places)
        ),
    }
    return words[kind] % {"numbers": ", ".join(places)}


def check_hidden(rows: Iterable[Any], *, is_accepted: bool) -> None:
    """Raise `ValidationError` if a file has hidden content that nobody has accepted."""
    if not rows or is_accepted:
        return
    question = _(
        "Anyone who downloads the file can reveal it. Remove it and add the corrected file, or tick the box to "
        "publish the file with its hidden content."
    )
    raise ValidationError(" ".join([_words(rows), question]), code="hidden")


def check_hidden_in_bulk(version: DocumentVersion | None) -> None:
    """Raise `ValidationError` likewise, where there is no box to tick."""
    if version is not None and version.must_accept_hidden:
        advice = _(
            "Open the document to publish it, and confirm there whether the file can be public with its hidden content."
        )
        raise ValidationError(" ".join([_words(version.hidden_content), advice]), code="hidden")


def _words(rows: Iterable[Any]) -> str:
    return " ".join([_("The file has hidden content."), *describe_hidden(rows)])
