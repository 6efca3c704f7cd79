"""Rich text in a cell: plain text where that loses nothing, otherwise the HTML that the editor allows."""

import re
from collections import Counter
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _

from actionplans.models import Activity
from actionplans.spreadsheet.cells import normalize_cell

TAG = re.compile(r"<[a-zA-Z/!?]")
PARAGRAPHS = re.compile(r"(?:<p>(?:[^<]|<br>)+</p>)+")


def render_prose(html: str) -> str:
    """Return a stored text as a cell shows it. `parse_prose` gives it back, but for space between paragraphs."""
    dense = re.sub(r"</p>\s+(?=<p>)", "</p>", html.strip())
    if PARAGRAPHS.fullmatch(dense):
        plain = unescape(dense[len("<p>") : -len("</p>")].replace("</p><p>", "\n\n").replace("<br>", "\n"))
        if not TAG.search(plain) and parse_prose(plain) == dense:
            return plain
    return html


def parse_prose(cell: str) -> str:
    """Return a cell's text as it is stored. Raise ValueError if the editor's rules would lose something."""
    cell = normalize_cell(cell)
    is_plain = not TAG.search(cell)
    html = _from_plain(cell) if is_plain else cell
    field: Any = Activity._meta.get_field("body")
    clean: str = field.sanitize(html)
    lost = Counter() if is_plain else _parts(html) - _parts(clean)
    if lost:
        raise ValueError(
            _(
                "The text contains %(parts)s, which the editor does not allow. Remove it, or use the tags listed in "
                "the guide."
            )
            % {"parts": ", ".join(sorted(lost))}
        )
    return clean


def _from_plain(text: str) -> str:
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", text)]
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


class _Parts(HTMLParser):
    """Counts what must survive sanitising: elements and links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"<{tag}>"] += 1
        self.found.update(f"{name}=…" for name, _value in attrs if name == "href" or name.startswith("on"))

    def handle_comment(self, _data: str) -> None:
        self.found["<!-- -->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.found[f"<!{decl.split(maxsplit=1)[0] if decl.split() else ''}>"] += 1

    def handle_pi(self, _data: str) -> None:
        self.found["<?>"] += 1


def _parts(html: str) -> Counter[str]:
    parser: Any = _Parts()
    parser.feed(html)
    parser.close()
    found: Counter[str] = parser.found
    return found
