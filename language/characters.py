"""Which characters a text may hold: normalised once, where it comes in, and made safe wherever it is written out.

Needs neither Django nor the database, since the processes that read senders' files use it too.
"""

import re
import unicodedata

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""All that ends a line (Unicode, UAX 14: BK, CR, NL). A vertical tab is PowerPoint's line break within a paragraph."""
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
"""Code points that will never be characters (Unicode, 23.7)."""
NO_TEXT = rf"\x00-\x08\v\f\x0e-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}"
"""Control characters but tab and line ends, halves of characters, noncharacters: nobody has typed or can see them."""
DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""Marks that turn the reading direction of what follows, so that one text can be made to look like another (UTS 39)."""
BYTE_ORDER_MARK = "\ufeff"
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f"
"""Soft hyphens, spaces of no width, joiners, marks of direction: right in running text, in the way of a comparison."""
WITHOUT_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
UNWRITABLE = re.compile(f"[{NO_TEXT}]")
UNWANTED = re.compile(f"[{NO_TEXT}{DIRECTIONS}{BYTE_ORDER_MARK}]")
BETWEEN_LINES = re.compile(r"[ \t]*[\n\t][ \t\n]*")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def normalize_text(text: str) -> str:
    """Return the text as it is stored and compared: composed (NFC), lines ended by LF, nothing in it that is no text.

    Doing it again changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", UNWANTED.sub("", LINE_ENDS.sub("\n", text)))


def normalize_line(text: str) -> str:
    """Return a title, a name or whatever else stands on one line, normalised: line ends and tabs become spaces."""
    return BETWEEN_LINES.sub(" ", normalize_text(text)).strip()


def normalize_parsed(value: object) -> object:
    """Return what a JSON document held, its texts normalised. Raise `ValueError` where two names become the same."""
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
    """Return the text normalised and without what cannot be seen, for comparing it with a name."""
    return normalize_text(text.translate(WITHOUT_INVISIBLE))


def make_writable(value: object) -> str:
    """Return the value as text that any format can hold, whatever stands in the database.

    XML 1.0 (2.2), iCalendar (RFC 5545, 3.1) and Office Open XML refuse a document for one control character. Each is
    told by the replacement character, so that nothing goes away unseen. Safe is not the same as escaped: that is
    still the writer's.
    """
    return UNWRITABLE.sub(REPLACEMENT, LINE_ENDS.sub("\n", str(value)))
