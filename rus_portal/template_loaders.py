"""The loader of the project's own templates, which are indented for those who read them, not for visitors."""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"<(pre|textarea|script|style)\b.*?</\1>|\n[ \t]+", re.DOTALL | re.IGNORECASE)


class Loader(filesystem.Loader):
    """Load HTML templates without their indentation, and all others as they are."""

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        return remove_indentation(contents) if str(origin.template_name).endswith(".html") else contents


def remove_indentation(html: str) -> str:
    """Return the HTML without the spaces that lines begin with; line breaks stay, and so does what is verbatim."""
    return INDENTATION.sub(lambda found: found[0] if found[1] else "\n", html)
