"""HTML to text. The library parses as browsers do (HTML, 13.2), so nothing that they would show is lost."""

import re

from resiliparse.extract.html2text import extract_plain_text

SAID_TWICE = re.compile(r"(\S+) \((?:mailto:|tel:)?\1/?\)")
"""A link whose words are its address."""
ANCHOR = re.compile(r"""<a\b(?![^>]*\bhref\s*=\s*["']?[^"'\s>])""", re.IGNORECASE)
"""A place in the page: a link that leads nowhere, written with empty brackets behind it."""
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
LOOKED_THROUGH = 2048


def read_html(html: str) -> str:
    """Return what a page says, with tables in rows, addresses behind links and what pictures are called."""
    try:
        text = extract_plain_text(
            html, preserve_formatting=True, links=True, alt_texts=True, form_fields=True, noscript=True
        )
    except Exception:  # noqa: BLE001 - markup is anyone's
        return html
    text = SAID_TWICE.sub(r"\1", text.replace(" ()", "") if ANCHOR.search(html) else text)
    lines = [line.rstrip() for line in text.replace("\xa0", " ").replace("\t\t", "\t").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def find_charset(html: bytes) -> str:
    """Return the character set that a page says itself, or nothing."""
    found = META_CHARSET.search(html[:LOOKED_THROUGH])
    return found[1].decode("ascii") if found else ""
