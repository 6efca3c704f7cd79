"""A follow-up's page and report as text."""

from typing import Any

import pypdfium2
from lxml import html

from followup.report import _made


def main_of(client: Any, path: str) -> str:
    """Return the page's own content, byte for byte, without the site's frame."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    main = html.fromstring(response.content).find(".//main")
    return html.tostring(main, encoding="unicode")


def report_of(client: Any, path: str) -> bytes:
    """Return the report, made anew instead of taken from the cache."""
    _made.cache_clear()
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return bytes(response.content)


def text_of(made: bytes) -> str:
    with pypdfium2.PdfDocument(made) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
