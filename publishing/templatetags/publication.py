"""The mark of something that can be published, for templates."""

from django import template

from publishing.marks import publication_mark

register = template.Library()
register.filter("publication_mark", publication_mark)
