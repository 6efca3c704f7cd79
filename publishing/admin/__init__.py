"""Base classes of the admin for texts in two languages, and for publishing."""

from publishing.admin.owned import OwnedAdmin
from publishing.admin.publishable import (
    CHANGE_LOG,
    SAVED_BY_ANOTHER_CLICK,
    STEP_LABELS,
    PublishableAdmin,
    translate_note,
)
from publishing.admin.translated import PlainFields, Translated, TranslatedAdmin, sv_en

__all__ = [
    "CHANGE_LOG",
    "SAVED_BY_ANOTHER_CLICK",
    "STEP_LABELS",
    "OwnedAdmin",
    "PlainFields",
    "PublishableAdmin",
    "Translated",
    "TranslatedAdmin",
    "sv_en",
    "translate_note",
]
