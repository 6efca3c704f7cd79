"""Detection of automatic mail (RFC 3834)."""

import re
from email.message import Message

from mailroom.headers import read_raw_header

REPLIES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Auto-Respond")
"""Headers from before RFC 3834 that are still in use."""
LISTS = ("List-Id", "List-Unsubscribe", "List-Post", "List-Help")
"""RFC 2369 and 2919."""
COMMENT = re.compile(r"\([^()]*\)")


def is_automatic(mail: Message) -> bool:
    """Whether a program or a list sent it. Such mail gets no receipt, but may be registered."""
    return (
        is_automatic_reply(mail)
        or is_from_list(mail)
        or _keyword(mail, "Auto-Submitted") not in ("", "no")
        or _keyword(mail, "Precedence") in ("bulk", "junk")
        or has_no_return_path(mail)
    )


def is_automatic_reply(mail: Message) -> bool:
    """Whether it is an automatic reply, such as an absence notice (RFC 3834, 5)."""
    return (
        _keyword(mail, "Auto-Submitted") == "auto-replied"
        or _keyword(mail, "Precedence").replace("-", "_") in ("auto_reply", "autoreply")
        or any(_keyword(mail, name) not in ("", "no", "false", "0") for name in REPLIES)
    )


def is_from_list(mail: Message) -> bool:
    """Whether it came by a mailing list, where people may have written it."""
    return _keyword(mail, "Precedence") == "list" or any(name in mail for name in LISTS)


def has_no_return_path(mail: Message) -> bool:
    """Whether the return path is empty, so that bounces go nowhere (RFC 5321, 4.5.5)."""
    return "".join(read_raw_header(mail, "Return-Path").split()) == "<>"


def _keyword(mail: Message, name: str) -> str:
    """Return the keyword of a header, without comments and parameters (RFC 3834, 5)."""
    value = COMMENT.sub(" ", read_raw_header(mail, name)).partition(";")[0]
    return " ".join(value.split()).lower()
