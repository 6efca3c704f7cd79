"""Accessible PDF documents (PDF/UA-1 and PDF/A-2a) from editors' texts."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from documents.pdf_export.glyphs import make_legible
from documents.pdf_export.html_blocks import SECTION, Block, read_blocks

SECTIONS_WITHOUT_CONTENTS = 4


def make_pdf(  # noqa: PLR0913 - what a title page tells
    *,
    title: str,
    language: str,
    body_html: str | Sequence[Block],
    subtitle: str = "",
    author: str,
    date: date,
    keywords: Sequence[str] = (),
    reference: str = "",
    notice: str = "",
    site: str = "",
    region: str = "",
) -> bytes:
    """Return a document in the portal's design. The same arguments always give the same bytes.

    `body_html` is an editor's HTML, or blocks from `documents.pdf_export.blocks`. `author` answers for the document,
    `reference` is its registration number, `notice` what the reader must know first. `site` and `region` default to
    the portal's own names.
    """
    content = {
        "language": language,
        "title": make_legible(title),
        "subtitle": make_legible(subtitle),
        "site": site or settings.REGION_SITE_NAME,
        "region": region or settings.REGION_NAME,
        "author": make_legible(author),
        "keywords": [make_legible(keyword) for keyword in keywords],
        "day": [date.year, date.month, date.day],
        "notice": make_legible(notice),
        **_make_labels(language, date, reference, author),
        **_make_body(body_html),
    }
    from documents.pdf_export.typesetter import typeset_document  # 7 MB, needed only for making documents

    return typeset_document(json.dumps(content, ensure_ascii=False), date)


def _make_labels(language: str, date: date, reference: str, author: str) -> dict[str, Any]:
    """Return the facts of the title page and the words of the template, in the document's language."""
    with translation.override(language):
        facts = {
            _("Date"): format_date(date, "d MMMM y", language),
            _("Registration number"): reference,
            _("Responsible"): author,
        }
        words = {"contents": _("Contents"), "page": _("Page {number} of {count}")}
    return {"facts": [[label, make_legible(fact)] for label, fact in facts.items() if fact], "words": words}


def _make_body(body_html: str | Sequence[Block]) -> dict[str, Any]:
    """Return the blocks, and whether there are enough sections for a table of contents."""
    blocks = read_blocks(body_html) if isinstance(body_html, str) else list(body_html)
    sections = sum(block.get("level") == SECTION for block in blocks)
    return {"blocks": blocks, "has_contents": sections > SECTIONS_WITHOUT_CONTENTS}
