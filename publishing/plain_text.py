"""Rich text as plain text: for the search, for histories and for messages."""

import re
from html import unescape

from django.utils.html import strip_tags

END_OF_BLOCK = re.compile(r"</(?:p|h[1-6]|li|blockquote|tr)>|<br ?/?>", re.IGNORECASE)
ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL | re.IGNORECASE)
CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL | re.IGNORECASE)


def read_plain_text(html: str) -> str:
    """Return rich text without tags: a line for each paragraph, item and row of a table."""
    return unescape(strip_tags(END_OF_BLOCK.sub("\n", ROW.sub(_write_row, html)))).strip()


def _write_row(row: re.Match[str]) -> str:
    """Return the cells of a row in one line: only together do they say something."""
    cells = (" ".join(END_OF_BLOCK.sub(" ", cell).split()) for cell in CELL.findall(row[1]))
    return f"{'; '.join(cells)}\n"
