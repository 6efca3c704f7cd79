"""Headers as text. Structure is parsed first, from the raw header; encoded words are decoded after (RFC 2047, 6.2).

So an encoded word is always text, never an address, a separator or a new header.
"""

import binascii
import re
from email.message import Message
from typing import Any

from mailroom.charsets import decode_text, decode_unlabelled

ENCODED_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?((?:(?!=\?[^?\s]+\?[bq]\?).)*?)\?=", re.IGNORECASE)
"""RFC 2047, 2, with the language of RFC 2231, 5. Spaces inside are forbidden, but common."""
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")


def read_header(mail: Message, name: str) -> str:
    """Return the first header of that name, decoded, on one line."""
    return decode_words(read_raw_header(mail, name))


def read_raw_header(mail: Message, name: str) -> str:
    """Return the first header of that name with its encoded words undecoded, for parsing its structure."""
    return str((mail.get_all(name) or [""])[0])


def decode_words(text: str) -> str:
    """Return a text with its encoded words decoded, on one line."""
    pieces: list[str] = []
    charset, gathered, end = "", b"", 0
    for word in ENCODED_WORD.finditer(text):
        between = text[end : word.start()]
        is_next = bool(charset) and not between.strip()  # space between two encoded words is ignored (RFC 2047, 6.2)
        if not is_next or word[1].lower() != charset:
            pieces += [decode_text(gathered, charset), "" if is_next else between]
            charset, gathered = word[1].lower(), b""
        gathered += _bytes_of(word)
        end = word.end()
    return " ".join("".join([*pieces, decode_text(gathered, charset), text[end:]]).split())


def read_message_ids(mail: Message, *names: str) -> list[str]:
    """Return the Message-IDs in the headers (RFC 5322, 3.6.4), which are never encoded."""
    return [found for name in names for found in MESSAGE_ID.findall(read_raw_header(mail, name))]


def read_parameter(mail: Message, name: str, header: str) -> str:
    """Return a decoded parameter of a header, such as a file name; the form of RFC 2231 is preferred.

    Many programs also write encoded words here, which RFC 2047, 5 forbids. They are decoded too.
    """
    try:
        values = [value for key, value in mail.get_params([], header) if key.lower() == name]
    except Exception:  # noqa: BLE001 - headers can hold anything
        return ""
    values.sort(key=lambda value: not isinstance(value, tuple))
    return _text_of_parameter(values[0]) if values else ""


def decode_value(value: str) -> str:
    """Return a header's value unfolded, with bytes beyond ASCII decoded as UTF-8 (RFC 6532) or windows-1252."""
    try:
        text = decode_unlabelled(value.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        text = value.encode("utf-8", "replace").decode()
    return text.replace("\r", "").replace("\n", "")


def _text_of_parameter(value: Any) -> str:
    if isinstance(value, tuple):
        charset, _language, text = value
        return " ".join(decode_text(text.encode("latin-1", "replace"), charset).split())
    return decode_words(value)


def _bytes_of(word: "re.Match[str]") -> bytes:
    """Return the bytes of an encoded word, or the word itself if it is broken."""
    text = word[3].encode("utf-8", "replace")
    if word[2].lower() == "q":
        return binascii.a2b_qp(text, header=True)
    try:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
        return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")
    except binascii.Error:
        return word[0].encode("utf-8", "replace")
