"""The mark of something that can be published, for templates."""

from django import template

from publishing.marks import render_publication_mark

register = template.Library()
register.filter("publication_mark", render_publication_mark)
