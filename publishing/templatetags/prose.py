"""Rich text, for templates."""

from django import template

from publishing.shown_prose import show_prose

register = template.Library()
register.filter("prose", show_prose)
