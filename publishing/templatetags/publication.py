"""The status mark of a publication, for templates."""

from django import template

from publishing.marks import render_publication_mark

register = template.Library()
register.filter("publication_mark", render_publication_mark)
