"""Events in words."""

import json

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.models import Case, Event

register = template.Library()


SENTENCES = {
    Event.Kind.REGISTERED: gettext_noop("The message was registered as %(number)s."),
    Event.Kind.QUARANTINED: gettext_noop("The message was put in quarantine: %(reason)s"),
    Event.Kind.RELEASED: gettext_noop("The message was released from quarantine."),
    Event.Kind.ASSIGNED: gettext_noop("The case was assigned to %(to)s."),
    Event.Kind.STATUS_SET: gettext_noop("The status was set to “%(status)s”."),
    Event.Kind.TITLE_SET: gettext_noop("The public title was set to “%(title)s”."),
}


@register.filter
def in_words(event: Event) -> str:
    """What happened, in a sentence. An event whose content was destroyed still tells its kind."""
    if not hasattr(event, "payload"):
        return event.get_kind_display()
    said = json.loads(bytes(event.payload.data))
    if event.kind == Event.Kind.ASSIGNED and not said["to"]:
        return _("The case was taken back from its officer.")
    if event.kind == Event.Kind.STATUS_SET:
        said["status"] = Case.Status(said["status"]).label
    return _(SENTENCES[Event.Kind(event.kind)]) % said
