"""What a file is, what is wrong with it, and the text of each page.

Files are opened by a process of their own only (`apart`), which has little memory and time and nothing of ours to
read: what is in a file is the sender's, and may be made to break whoever opens it. What runs there (`child` and what
it imports) needs neither Django's settings nor the database; so this module imports nothing either.
"""

from typing import TYPE_CHECKING

from documents.extraction.facts import Facts

if TYPE_CHECKING:
    from django.core.files import File

__all__ = ["Facts", "inspect"]


def inspect(file: "File") -> Facts:
    """What the file is. Raises `ValidationError`, with a sentence and a code (`refusals`), for one that we do not take.

    Leaves the file at its start.
    """
    from documents.extraction.inspection import facts_of

    return facts_of(file)
