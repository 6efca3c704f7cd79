"""Accessible PDF documents (PDF/UA-1 and PDF/A-2a) out of editors' texts."""

import json
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from documents.pdf_export.content import SECTION, Block, read_blocks
from documents.pdf_export.glyphs import make_legible

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
    """A document in the portal's dress. The same arguments always give the same bytes.

    `body_html` is an editor's HTML, or blocks as `documents.pdf_export.blocks` makes them. `author` is who answers for the
    document, `reference` its registration number, `notice` what the reader must know first. `site` and `region`
    are the portal's own names unless told.
    """
    blocks = read_blocks(body_html) if isinstance(body_html, str) else list(body_html)
    with translation.override(language):
        facts = {
            _("Date"): format_date(date, "d MMMM y", language),
            _("Registration number"): reference,
            _("Responsible"): author,
        }
        words = {"contents": _("Contents"), "page": _("Page {number} of {count}")}
    content = {
        "language": language,
        "title": make_legible(title),
        "subtitle": make_legible(subtitle),
        "site": site or settings.REGION_SITE_NAME,
        "region": region or settings.REGION_NAME,
        "author": make_legible(author),
        "keywords": [make_legible(keyword) for keyword in keywords],
        "day": [date.year, date.month, date.day],
        "facts": [[label, make_legible(fact)] for label, fact in facts.items() if fact],
        "notice": make_legible(notice),
        "words": words,
        "has_contents": sum(block.get("level") == SECTION for block in blocks) > SECTIONS_WITHOUT_CONTENTS,
        "blocks": blocks,
    }
    from documents.pdf_export.typesetter import typeset_document  # 7 MB, which only those need who make a document

    return typeset_document(json.dumps(content, ensure_ascii=False), date)
