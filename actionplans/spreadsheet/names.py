"""Names in cells and headers, in whichever of the site's languages the file is written."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modeltranslation.settings import AVAILABLE_LANGUAGES

from language.characters import strip_invisible

SHEET, MILESTONES, GUIDE = _("Activities"), _("Milestones"), _("Columns")


def fold_text(text: str) -> str:
    """Fold a text for comparison: case, repeated spaces and invisible characters do not matter."""
    return " ".join(strip_invisible(text).split()).casefold()


def translate_name(what: Promise | str) -> set[str]:
    """Return a text in every language, folded for comparison."""
    names = set()
    for language in AVAILABLE_LANGUAGES:
        with override(language):
            names.add(fold_text(str(what)))
    return names
