"""What is said of a text."""

from typing import NamedTuple

LONGEST_QUOTE = 60


class Remark(NamedTuple):
    """A whole sentence that says what to do. An error stops the text from being published, advice stops nothing."""

    words: str
    is_error: bool = False


def shorten_quote(text: str) -> str:
    """Return a text as it is quoted: its beginning, if it is long."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"
