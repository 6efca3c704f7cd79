"""Ids for the headings of a rich text, and a table of contents."""

import re
from collections.abc import Collection
from typing import NamedTuple

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


class Heading(NamedTuple):
    """A heading, and its id to link to."""

    anchor: str
    title: str


def add_heading_anchors(html: str, taken: Collection[str] = ()) -> tuple[SafeString, list[Heading]]:
    """Return sanitised HTML with an id on each second-level heading, and those headings.

    Ids that the page itself uses are `taken`.
    """
    headings: list[Heading] = []

    def anchored(match: re.Match[str]) -> str:
        title = strip_tags(match[1])
        anchor = slugify(title) or "avsnitt"
        if anchor in taken or any(heading.anchor == anchor for heading in headings):
            anchor = f"{anchor}-{len(headings) + 1}"
        headings.append(Heading(anchor, title))
        return f'<h2 id="{anchor}">{match[1]}</h2>'

    return mark_safe(HEADING.sub(anchored, html)), headings  # noqa: S308 (the field sanitises in `full_clean`)
