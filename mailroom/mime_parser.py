"""Text and files of a mail (RFC 2045, 2046 and 2387). Nothing here raises, whatever the bytes are."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from pathlib import PurePosixPath
from typing import Any

from mailroom.charsets import decode_text
from mailroom.headers import decode_value, read_parameter
from mailroom.html_text import find_charset, read_html

DEEPEST = 50
"""Deeper parts are read in order, whatever their structure."""
LONGEST_NAME = 200
SHARE_OF_WORDS = 0.5
"""A plain part with fewer of the page's words is no version of it, such as "Your program cannot show HTML"."""
MARKUP = ("text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html")
ENDINGS = {
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
}
"""In addition to Python's own."""
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
"""A signed or encrypted mail within the mail (S/MIME, RFC 8551, 3)."""
NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]|[^\s=][ \t]+\S")
URL = re.compile(r"https?://\S+")
TYPES = mimetypes.MimeTypes()


class Mail(Message):
    """A mail. A forwarded mail in it is kept as a file, byte for byte."""

    def get_content_maintype(self) -> str:
        """Keep the parser from parsing a forwarded mail."""
        maintype = super().get_content_maintype()
        return "application" if maintype == "message" else maintype


class WirePolicy(Compat32):
    """Keeps headers as they came and returns them as text, still encoded."""

    def header_fetch_parse(self, _name: str, value: Any) -> str:
        return decode_value(str(value))


@dataclass(frozen=True)
class Attached:
    """A part of a mail that is not its text."""

    name: str
    content_type: str
    content: bytes


@dataclass
class Contents:
    """The texts and the files, each in order."""

    texts: list[str] = field(default_factory=list)
    files: list[Attached] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(text.strip() for text in self.texts if text.strip())


@dataclass
class _Found:
    """The texts of a part with their types, and its files."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    files: list[Message] = field(default_factory=list)

    def add(self, other: "_Found") -> None:
        self.texts += other.texts
        self.files += other.files

    @property
    def text(self) -> str:
        return "\n".join(text for _type, text in self.texts).strip()

    @property
    def is_markup(self) -> bool:
        return any(content_type in MARKUP for content_type, _text in self.texts)


def parse_mail(raw: bytes) -> Mail:
    """Return the parsed mail; if it nests too deeply, only the header is parsed and the rest is text."""
    policy: Any = WirePolicy()
    try:
        return BytesParser(Mail, policy=policy).parsebytes(raw)
    except Exception:  # noqa: BLE001 - the bytes can be anything (RecursionError, LookupError, IndexError …)
        return BytesHeaderParser(Mail, policy=policy).parsebytes(raw.replace(b"\0", b""))


def read_contents(mail: Message) -> Contents:
    """Return the texts and files of a mail. Of alternative versions of a text, one is chosen."""
    found = _read(mail, 0)
    if not found.text:
        found.texts = [("text/plain", text) for text in _beside_the_parts(mail, is_all=not found.files)]
    parts = [(part, _payload(part)) for part in found.files]
    named = [(part, content) for part, content in parts if content or _given_name(part)]
    files = [
        Attached(_name_of(part, number), part.get_content_type(), content)
        for number, (part, content) in enumerate(named, 1)
    ]
    return Contents([text for _type, text in found.texts], files)


def is_encrypted(mail: Message) -> bool:
    """Whether the text is encrypted (RFC 1847, 2.2; RFC 8551, 3.3)."""
    types = {part.get_content_type() for part in _leaves(mail)}
    kinds = {read_parameter(part, "smime-type", "content-type").lower() for part in _leaves(mail)}
    is_enveloped = bool(types.intersection(SEALED)) and "signed-data" not in kinds
    return mail.get_content_type() == "multipart/encrypted" or is_enveloped


def is_sealed(mail: Message) -> bool:
    """Whether the text is inside a signature (RFC 8551, 3.5.2)."""
    return any(part.get_content_type() in SEALED for part in _leaves(mail)) and not is_encrypted(mail)


def _read(part: Message, depth: int) -> _Found:
    payload: Any = part.get_payload()
    if not isinstance(payload, list) or part.get_content_maintype() != "multipart":
        return _read_leaf(part, is_whole=depth == 0)
    if depth >= DEEPEST:
        return _join(_read_leaf(leaf) for leaf in _leaves(part))
    subtype = part.get_content_subtype()
    if subtype == "related":
        return _read_related(part, payload, depth)
    found = [_read(child, depth + 1) for child in payload]
    return _choose(found) if subtype == "alternative" else _join(found)


def _read_leaf(part: Message, *, is_whole: bool = False) -> _Found:
    """Read a part without parts as text or file. A multipart whose parts cannot be found is text."""
    content_type = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        return _Found(texts=[("text/plain", _text_of(part))])
    is_file = part.get_content_disposition() == "attachment" or (bool(_given_name(part)) and not is_whole)
    if is_file or content_type not in ("text/plain", *MARKUP):
        return _Found(files=[part])
    return _Found(texts=[(content_type, _text_of(part))])


def _read_related(part: Message, children: list[Message], depth: int) -> _Found:
    """Read a page with its pictures (RFC 2387): the root is the text, the rest are files, unless the root is empty."""
    start = read_parameter(part, "start", "content-type")
    roots = [child for child in children if start and str(child.get("Content-ID", "")).strip() == start]
    root = (roots or children)[0]
    found = _read(root, depth + 1)
    for child in children:
        if child is not root:
            is_leaf = child.get_content_maintype() != "multipart"
            found.add(_Found(files=[child]) if is_leaf and found.text else _read(child, depth + 1))
    return found


def _join(found: "Iterator[_Found] | list[_Found]") -> _Found:
    joined = _Found()
    for each in found:
        joined.add(each)
    return joined


def _choose(versions: list[_Found]) -> _Found:
    """Choose the plain text if it says what the page says (RFC 2046, 5.1.4). All files are kept."""
    said = [version for version in versions if version.text]
    plain = next((version for version in said if not version.is_markup), None)
    page = next((version for version in reversed(said) if version.is_markup), None)
    chosen = page if plain is None or (page and not _says_as_much(plain.text, page.text)) else plain
    files = [file for version in versions for file in version.files]
    return _Found(texts=chosen.texts if chosen else [], files=files)


def _says_as_much(plain: str, page: str) -> bool:
    words = _words(page)
    return len(words & _words(plain)) >= SHARE_OF_WORDS * len(words)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{2,}", URL.sub(" ", text).casefold()))


def _leaves(mail: Message) -> Iterator[Message]:
    """Yield the leaf parts in order, without recursion, since parts may nest deeply."""
    waiting: list[Any] = [mail]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            waiting.extend(reversed(payload))
        else:
            yield part


def _beside_the_parts(mail: Message, *, is_all: bool) -> Iterator[str]:
    """Yield the text before the first or after the last boundary, if there is no other or it is a damaged part.

    Otherwise it is for old programs: "This is a multi-part message in MIME format" (RFC 2046, 5.1.1).
    """
    for text in (mail.preamble, mail.epilogue):
        if text and text.strip() and (is_all or "content-type:" in text.lower()):
            yield decode_text(text.encode("ascii", "surrogateescape"))


def _text_of(part: Message) -> str:
    content = _payload(part)
    charset = read_parameter(part, "charset", "content-type")
    if part.get_content_type() not in MARKUP:
        return decode_text(content, charset)
    return read_html(decode_text(content, charset or find_charset(content)))


def _payload(part: Message) -> bytes:
    payload: Any = part.get_payload()
    try:
        if isinstance(payload, list):
            return b"\n".join(inner.as_bytes() for inner in payload)
        coding = _coding_of(part)
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = coding
        found: Any = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - the bytes can be anything
        found = str(payload).encode("utf-8", "replace")
    return found if isinstance(found, bytes) else b""


def _coding_of(part: Message) -> str:
    """Return the transfer encoding (RFC 2045, 6), without comments; 8bit for what is not really base64."""
    found = re.search(r"[\w-]+", str(part.get("Content-Transfer-Encoding", "")))
    coding = found[0].lower() if found else "8bit"
    return "8bit" if coding == "base64" and NO_BASE64.search(str(part.get_payload())[:1000]) else coding


def _given_name(part: Message) -> str:
    return read_parameter(part, "filename", "content-disposition") or read_parameter(part, "name", "content-type")


def _name_of(part: Message, number: int) -> str:
    """Return the given name, or a number with an ending by type. A name that is cut keeps its ending."""
    name = _given_name(part)
    if not name:
        content_type = part.get_content_type()
        return f"{number}{ENDINGS.get(content_type) or TYPES.guess_extension(content_type) or '.bin'}"
    ending = PurePosixPath(name).suffix[:20]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(ending)] + ending
