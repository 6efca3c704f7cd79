"""The loader of the project's own templates, which are indented for those who read them, not for visitors."""

import re

from django.template import Origin
from django.template.loaders import filesystem

VERBATIM = r"<(pre|textarea|script|style)\b.*?</\1>"
INDENTATION = re.compile(rf"{VERBATIM}|\n\s+", re.DOTALL | re.IGNORECASE)
SILENT_TAG = (
    r"\{% (?:(?:block|else|elif|empty|end(?:block|comment|for|if|with)|comment|for|if|load|with)\b(?:(?!%\})[^\n])*"
    r"|(?:(?!%\})[^\n])* as \w+ )%\}"
)
SILENT_LINE = re.compile(rf"{VERBATIM}|(?<=\n)({SILENT_TAG})\n", re.DOTALL | re.IGNORECASE)
"""A line with nothing but a tag that writes nothing. The line before it has a break of its own."""


class Loader(filesystem.Loader):
    """Load HTML templates without their indentation and the lines that tags stand on, and all others as they are."""

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        return remove_layout(contents) if str(origin.template_name).endswith(".html") else contents


def remove_layout(html: str) -> str:
    """Return the HTML without the spaces that lines begin with, empty lines and those of tags that write nothing.

    Between two words there is as much as a line break where there was one; what is verbatim stays as it is.
    """
    flat = INDENTATION.sub(lambda found: found[0] if found[1] else "\n", html)
    return SILENT_LINE.sub(lambda found: found[0] if found[1] else found[2], flat)
