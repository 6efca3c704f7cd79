"""Mail that nobody wrote (RFC 3834). One definition for what comes in and for what we send."""

import re
from email.message import Message

from mailroom.headers import read_raw_header

REPLIES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Auto-Respond")
"""What programs wrote before RFC 3834, and some still do."""
LISTS = ("List-Id", "List-Unsubscribe", "List-Post", "List-Help")
"""RFC 2369 and 2919."""
COMMENT = re.compile(r"\([^()]*\)")


def is_automatic(mail: Message) -> bool:
    """Whether anything says that a program or a list sent it: it gets no receipt, though it may well be registered."""
    return (
        is_automatic_reply(mail)
        or is_from_list(mail)
        or _keyword(mail, "Auto-Submitted") not in ("", "no")
        or _keyword(mail, "Precedence") in ("bulk", "junk")
        or has_no_return_path(mail)
    )


def is_automatic_reply(mail: Message) -> bool:
    """Whether it says that it is the answer of a program, such as an absence (RFC 3834, 5)."""
    return (
        _keyword(mail, "Auto-Submitted") == "auto-replied"
        or _keyword(mail, "Precedence").replace("-", "_") in ("auto_reply", "autoreply")
        or any(_keyword(mail, name) not in ("", "no", "false", "0") for name in REPLIES)
    )


def is_from_list(mail: Message) -> bool:
    """Whether it came by a list, on which people may well have written it."""
    return _keyword(mail, "Precedence") == "list" or any(name in mail for name in LISTS)


def has_no_return_path(mail: Message) -> bool:
    """Whether nobody wants to know if it could be delivered (RFC 5321, 4.5.5)."""
    return "".join(read_raw_header(mail, "Return-Path").split()) == "<>"


def _keyword(mail: Message, name: str) -> str:
    """The first word of a header, without comments and parameters (RFC 3834, 5)."""
    value = COMMENT.sub(" ", read_raw_header(mail, name)).partition(";")[0]
    return " ".join(value.split()).lower()
