"""What the rich text editor offers, and the sanitiser keeps."""

import re

from django.db.models import Model
from django_prose_editor.fields import ProseEditorField, create_sanitizer

from language.characters import normalize_text
from publishing.pasted_text.conversion import clean_html, is_foreign

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "HardBreak": True,
    "Table": {"resizable": False},
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
}
WITHOUT_SCHEME = re.compile(r'(<a [^>]*?href=")(?=www\.)', re.IGNORECASE)

_sanitize = create_sanitizer(EXTENSIONS)


def sanitize_prose(html: str) -> str:
    """Return the allowed HTML, normalised, including character references (`&#x1D;`).

    What another program has written is cleaned first, so that its lists and tables are kept; `www.` gets its scheme.
    The sanitiser has the last word: removing or composing a character can turn harmless text into a tag or the scheme
    of a link.
    """
    text = normalize_text(html)
    clean: str = _sanitize(clean_html(text).html if is_foreign(text) else text)
    while (text := normalize_text(clean)) != clean:
        clean = _sanitize(text)
    return WITHOUT_SCHEME.sub(r"\1https://", clean)


def list_prose_names(model: type[Model]) -> list[str]:
    """Return the names of a model's rich texts, in each language."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, ProseEditorField)]
