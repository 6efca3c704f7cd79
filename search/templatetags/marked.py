"""Excerpts as HTML."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.excerpts import Piece

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """Return the pieces, each escaped, with `<mark>` around the matches."""
    texts = (format_html("<mark>{}</mark>", piece.text) if piece.is_marked else piece.text for piece in pieces)
    return format_html_join("", "{}", ((text,) for text in texts))
