"""The status mark of a thing's publication, as shape and words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from publishing.models import Publishable
from publishing.schedule import State, describe_showing, find_showing


def render_publication_mark(thing: Publishable) -> SafeString:
    """Return the mark of a thing, with its schedule if it is not simply shown now."""
    showing = find_showing(thing)
    if showing.state == State.UNPUBLISHED or (showing.state == State.SHOWN and not showing.end):
        mark, words = thing.publication, thing.get_publication_display()
    else:
        mark, words = showing.state.value, describe_showing(thing)
    return format_html('<span class="status" data-status="{}">{}</span>', mark, words)


def render_draft_mark() -> SafeString:
    """Return the mark of a thing that has a draft beside what is stored."""
    return format_html('<span class="status" data-status="draft">{}</span>', _("draft"))
