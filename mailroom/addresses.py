"""Addresses in headers (RFC 5322, 3.4), parsed before anything is decoded.

Python's own parsers decode encoded words first, or take a name with an @ for an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mailroom.headers import ENCODED_WORD, decode_words

QUOTED = r'"(?:[^"\\]|\\.)*"'
TOKEN = re.compile(
    rf"""
    (?P<word>{ENCODED_WORD.pattern})
    | (?P<quoted>{QUOTED})
    | (?P<angle><(?:{QUOTED}|[^<>"])*>?)
    | (?P<mark>[(),:;])
    | (?P<text>[^"<(),:;=]+|.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
BARE = re.compile(rf"((?:{QUOTED}|[^\s\"@]+)\s*@\s*[^\s\"@]+)|{QUOTED}")
"""An address without angle brackets. One within quotes is a name."""
UNANSWERED = re.compile(
    r"^(no[._-]?(reply|answer)|do[._-]?not[._-]?reply|(ej|inget)[._-]?svar|svara[._-]?(ej|inte)|mailer-daemon)"
    r"([._+\d-].*)?@",
    re.IGNORECASE,
)
LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3: a path of 256, with its angle brackets."""
LONGEST_HEADER = 100_000
Address = tuple[str, str]


def read_addresses(mail: Message, *names: str) -> list[Address]:
    """Return the names and valid addresses in the headers, in order."""
    found = [pair for name in names for value in mail.get_all(name) or [] for pair in parse_addresses(str(value))]
    return [(name, address) for name, address in found if is_address(address)]


def parse_addresses(value: str) -> list[Address]:
    """Return each decoded name with its address, valid or not."""
    found: list[Address] = []
    before: list[str] = []
    for mailbox in _split(value[:LONGEST_HEADER]):
        name, address = mailbox.read()
        if address:
            found.append((", ".join(filter(None, [*before, name])), address))
        before = [] if address else [*before, name]  # Öberg, Åsa <asa@example.org>: the quotes were forgotten
    return found


def is_address(address: str) -> bool:
    """Whether mail can be sent there. Encoded words are refused, since other servers would decode them."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= LONGEST_ADDRESS and address.isprintable() and "=?" not in address


def is_answered(address: str) -> bool:
    """Whether the address accepts answers: not if it says that nobody reads them, such as no-reply."""
    return is_address(address) and not UNANSWERED.match(address)


@dataclass
class _Mailbox:
    """The pieces of one mailbox, undecoded."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    bare: str = ""
    """The words without encoded ones, which cannot hold an address."""
    angle: str = ""

    def add(self, token: "re.Match[str]") -> None:
        if token["angle"]:
            self.words += [self.angle]  # the last of several: earlier ones belong to the name
            self.angle = token["angle"]
        else:
            self.words += [token[0]]
            self.bare += " " if token["word"] else token[0]

    def is_empty(self) -> bool:
        return not "".join([self.angle, *self.comments, *self.words]).strip()

    def read(self) -> Address:
        """Return name and address of `Name <address>`, or of `address (name)` as before RFC 2822."""
        comment, address = "".join(self.comments), self.angle.strip("<> \t")
        if address.startswith("@"):
            address = address.rpartition(":")[2]  # an obsolete route (RFC 5322, 4.4)
        addresses = [found[1] for found in BARE.finditer(self.bare) if found[1]]
        name = "".join(map(_unquoted, self.words))
        if not self.angle and len(addresses) == 1:
            address = re.sub(r"\s*@\s*", "@", addresses[0])
            name = "".join(self.words).replace(addresses[0], "")
        return decode_words(name.strip(' \t<>"') or comment), address


def _split(value: str) -> Iterator[_Mailbox]:
    """Yield the mailboxes of a list, without the names of groups (RFC 5322, 3.4)."""
    mailbox, depth = _Mailbox(), 0
    may_comment = value.count("(") == value.count(")")
    for token in TOKEN.finditer(value):
        mark = token["mark"] if may_comment or token[0] not in "()" else None
        if mark in ("(", ")"):
            depth = max(0, depth + (1 if mark == "(" else -1))
        elif depth:
            mailbox.comments.append(token[0])
        elif mark == ":":
            mailbox = _Mailbox()
        elif mark:
            yield mailbox
            mailbox = _Mailbox()
        else:
            mailbox.add(token)
    yield mailbox


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if re.fullmatch(QUOTED, word, re.DOTALL) else word
