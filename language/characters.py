"""Normalisation of text on its way in, and safe characters on its way out.

Needs neither Django nor the database, since the processes that read senders' files use it too.
"""

import re
import unicodedata

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""Line ends (Unicode, UAX 14: BK, CR, NL). PowerPoint breaks lines within a paragraph by vertical tabs."""
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
"""Code points that will never be characters (Unicode, 23.7)."""
NO_TEXT = rf"\x00-\x08\v\f\x0e-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}"
"""Control characters except tab and line ends, surrogates, noncharacters: nobody types or sees them."""
DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""Marks that turn the reading direction, so that one text can look like another (UTS 39)."""
BYTE_ORDER_MARK = "\ufeff"
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f"
"""Soft hyphens, zero-width spaces, joiners, direction marks: allowed in text, ignored in comparisons."""
WITHOUT_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
UNWRITABLE = re.compile(f"[{NO_TEXT}]")
UNWANTED = re.compile(f"[{NO_TEXT}{DIRECTIONS}{BYTE_ORDER_MARK}]")
BETWEEN_LINES = re.compile(r"[ \t]*[\n\t][ \t\n]*")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def normalize_text(text: str) -> str:
    """Return the text as it is stored and compared: NFC, LF line ends, no control characters. Idempotent."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", UNWANTED.sub("", LINE_ENDS.sub("\n", text)))


def normalize_line(text: str) -> str:
    """Return a normalised title, name or other single line: line ends and tabs become spaces."""
    return BETWEEN_LINES.sub(" ", normalize_text(text)).strip()


def normalize_parsed(value: object) -> object:
    """Return parsed JSON with all texts normalised. Raise `ValueError` if two names become equal."""
    if isinstance(value, str):
        return normalize_text(value)
    if isinstance(value, list):
        return [normalize_parsed(one) for one in value]
    if isinstance(value, dict):
        found = {normalize_parsed(name): normalize_parsed(one) for name, one in value.items()}
        if len(found) != len(value):
            raise ValueError("two names are the same")
        return found
    return value


def strip_invisible(text: str) -> str:
    """Return the text normalised and without invisible characters, for comparisons."""
    return normalize_text(text.translate(WITHOUT_INVISIBLE))


def make_writable(value: object) -> str:
    """Return the value as text that any format can hold.

    XML 1.0 (2.2), iCalendar (RFC 5545, 3.1) and Office Open XML refuse a document for one control character. Each
    becomes the replacement character, so that the loss is visible. The text still needs escaping.
    """
    return UNWRITABLE.sub(REPLACEMENT, LINE_ENDS.sub("\n", str(value)))
