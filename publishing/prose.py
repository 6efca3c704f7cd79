"""What the rich text editor offers, and the sanitiser keeps."""

from django_prose_editor.fields import create_sanitizer

from language.characters import normalize_text

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
}

_sanitize = create_sanitizer(EXTENSIONS)


def sanitize_prose(html: str) -> str:
    """Return the allowed HTML, normalised, including character references (`&#x1D;`).

    The sanitiser has the last word: removing or composing a character can turn harmless text into a tag or the scheme
    of a link.
    """
    clean: str = _sanitize(normalize_text(html))
    while (text := normalize_text(clean)) != clean:
        clean = _sanitize(text)
    return clean
