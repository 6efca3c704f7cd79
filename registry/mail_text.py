"""What a mail says, out of its bytes. Nothing here raises, whatever the bytes are: all of them are kept anyway."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message as Mail
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value, getaddresses
from html.parser import HTMLParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
BLOCKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table"}
UNSEEN = {"script", "style", "head", "title"}


@dataclass(frozen=True)
class Attached:
    """A part of a mail that is not its text."""

    name: str
    content: bytes


def parse(raw: bytes) -> Mail:
    """The mail; where its parts nest too deep to be read, its header alone with the rest as text."""
    try:
        return message_from_bytes(raw, policy=policy.compat32)
    except Exception:  # noqa: BLE001 - the bytes are anyone's (RecursionError, LookupError, IndexError …)
        return BytesHeaderParser(policy=policy.compat32).parsebytes(raw.replace(b"\0", b""))


def header(mail: Mail, name: str) -> str:
    """A header on one line, decoded as well as can be; the first where there are several."""
    return decoded((mail.get_all(name) or [""])[0])


def decoded(value: Any) -> str:
    try:
        pieces = decode_header(str(value) if "=?" in str(value) else value)
        text = "".join(_text(piece, charset) for piece, charset in pieces)
    except Exception:  # noqa: BLE001 - a header is anyone's
        text = str(value)
    return " ".join(clean(text).split())


def addresses(mail: Mail, *names: str) -> list[tuple[str, str]]:
    """Names and valid addresses in some headers."""
    values = [decoded(value) for name in names for value in mail.get_all(name) or []]
    try:
        return [(name[:200], address) for name, address in getaddresses(values) if _is_address(address)]
    except Exception:  # noqa: BLE001
        return []


def message_ids(mail: Mail, *names: str) -> list[str]:
    """The Message-IDs that some headers name."""
    return [found for name in names for found in MESSAGE_ID.findall(header(mail, name))]


def describe(raw: bytes) -> dict[str, str]:
    """The same answers as a form gives: who, what, in which words."""
    mail = parse(raw)
    senders = addresses(mail, "From") or addresses(mail, "Reply-To", "Sender")
    name, email = senders[0] if senders else (header(mail, "From")[:200], "")
    body, _attached = contents(mail)
    return {"name": name, "email": email, "subject": header(mail, "Subject")[:200], "message": body, "about": ""}


def contents(mail: Mail) -> tuple[str, list[Attached]]:
    """The readable text, and everything else as attachments."""
    leaves = list(_leaves(mail))
    plain = next((part for part in leaves if _is_text(part, "text/plain")), None)
    chosen = plain or next((part for part in leaves if _is_text(part, "text/html")), None)
    body = ""
    if chosen is not None:
        body = _text(_payload(chosen), chosen.get_content_charset())
        body = body if chosen is plain else text_of_html(body)
    attached = [Attached(_name(part, number), _payload(part)) for number, part in enumerate(leaves, 1)
                if part is not chosen]  # fmt: skip
    return clean(body).replace("\r\n", "\n").strip(), attached


def text_of_html(html: str) -> str:
    """The words of a page, a line for each block."""
    reader = _HtmlText()
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # noqa: BLE001 - markup is anyone's
        return html
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean(text: str) -> str:
    """Without what the database cannot hold: NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


class _HtmlText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.hidden += tag in UNSEEN
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in UNSEEN))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data.replace("\n", " "))


def _leaves(mail: Mail) -> Iterator[Mail]:
    """The parts that hold something, in order; a forwarded mail is one part. Without recursion: parts nest deep."""
    waiting: list[Any] = [mail]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() != "message":
            waiting.extend(reversed(payload))
        else:
            yield part


def _is_text(part: Mail, media_type: str) -> bool:
    try:
        return part.get_content_type() == media_type and part.get_content_disposition() != "attachment"
    except Exception:  # noqa: BLE001
        return False


def _payload(part: Mail) -> bytes:
    try:
        payload = part.get_payload()
        if isinstance(payload, list):
            return b"\n".join(inner.as_bytes() for inner in payload if isinstance(inner, Mail))
        found: Any = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001
        found = str(part.get_payload()).encode("utf-8", "replace")
    return found if isinstance(found, bytes) else b""


def _name(part: Mail, number: int) -> str:
    try:
        name = decoded(collapse_rfc2231_value(part.get_filename() or ""))
    except Exception:  # noqa: BLE001
        name = ""
    return name[:200] or f"{number}.{'eml' if part.get_content_maintype() == 'message' else 'bin'}"


def _text(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    for name in (charset, "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254  # noqa: PLR2004 - what the column holds
