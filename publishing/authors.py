"""The names of those who write, as they are kept and shown."""

from typing import Any

LONGEST = 160


def describe_author(user: Any) -> str:
    """Return the name of an account, to be kept where the account may be removed."""
    return str(user.get_full_name() or user.get_username())[:LONGEST]
