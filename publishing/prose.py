"""What an editor may use in running text. The same list decides what survives sanitising."""

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
    """Return the HTML that an editor may use, normalised; what was written as a reference (`&#x1D;`) is too.

    The sanitiser has the last word: without a character that is taken out, or with one that is composed, what was
    harmless can be a tag or the scheme of a link.
    """
    clean: str = _sanitize(normalize_text(html))
    while (text := normalize_text(clean)) != clean:
        clean = _sanitize(text)
    return clean
