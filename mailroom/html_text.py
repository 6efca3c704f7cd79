"""Text of HTML mail. The library parses as browsers do (HTML, 13.2), so nothing that they show is lost."""

import re

from resiliparse.extract.html2text import extract_plain_text

SAID_TWICE = re.compile(r"(\S+) \((?:mailto:|tel:)?\1/?\)")
"""A link whose text is its address."""
ANCHOR = re.compile(r"""<a\b(?![^>]*\bhref\s*=\s*["']?[^"'\s>])""", re.IGNORECASE)
"""An anchor without href, which the library renders with empty brackets."""
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
LOOKED_THROUGH = 2048


def read_html(html: str) -> str:
    """Return the text of a page, with tables as rows, addresses of links and alternative texts."""
    try:
        text = extract_plain_text(
            html, preserve_formatting=True, links=True, alt_texts=True, form_fields=True, noscript=True
        )
    except Exception:  # noqa: BLE001 - markup can be anything
        return html
    text = SAID_TWICE.sub(r"\1", text.replace(" ()", "") if ANCHOR.search(html) else text)
    lines = [line.rstrip() for line in text.replace("\xa0", " ").replace("\t\t", "\t").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def find_charset(html: bytes) -> str:
    """Return the character set declared in a page, or an empty text."""
    found = META_CHARSET.search(html[:LOOKED_THROUGH])
    return found[1].decode("ascii") if found else ""
