"""Decoding of bytes by the labels that browsers know (WHATWG Encoding Standard)."""

import codecs

import webencodings

ASCII_LABELS = ("", "us-ascii", "ascii")
OLDER = {"utf-7", "cp437", "cp850", "cp858", "cp865", "utf-32"}
"""Encodings of old mail programs that browsers have dropped. No others: some of Python's take quadratic time."""


def decode_text(content: bytes, label: str | None = "") -> str:
    """Return the text, with U+FFFD for what cannot be decoded."""
    name = (label or "").strip().strip("\"'").lower()
    encoding = webencodings.lookup(name)
    if encoding is None and (older := _find_older(name)):
        return content.decode(older, "replace")
    if encoding is None or name in ASCII_LABELS:
        return decode_unlabelled(content)
    text, used = webencodings.decode(content, encoding, errors="replace")
    return _decode_mislabelled(content, text) if used.name == "utf-8" and "\ufffd" in text else text


def decode_unlabelled(content: bytes) -> str:
    """Decode bytes without a label as UTF-8 if they are valid, else as windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return webencodings.decode(content, "windows-1252", errors="replace")[0]


def _find_older(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return found if found in OLDER else ""


def _decode_mislabelled(content: bytes, text: str) -> str:
    """Return invalid UTF-8 as it was decoded if most of it is readable, else decoded as windows-1252."""
    is_damaged = sum(character > "\x7f" for character in text) > 2 * text.count("\ufffd")
    return text if is_damaged else webencodings.decode(content, "windows-1252", errors="replace")[0]
