"""Events in words."""

import json

from django import template
from django.utils.translation import gettext as _

from registry.models import Case, Event

register = template.Library()


@register.filter
def in_words(event: Event) -> str:
    """What happened, in a sentence. An event whose content was destroyed still tells its kind."""
    said = json.loads(bytes(event.payload.data)) if hasattr(event, "payload") else {}
    match event.kind, said:
        case Event.Kind.REGISTERED, {"number": number}:
            return _("The message was registered as %(number)s.") % {"number": number}
        case Event.Kind.QUARANTINED, {"reason": reason}:
            return _("The message was put in quarantine: %(reason)s") % {"reason": reason}
        case Event.Kind.RELEASED, _payload:
            return _("The message was released from quarantine.")
        case Event.Kind.ASSIGNED, {"to": ""}:
            return _("The case was taken back from its officer.")
        case Event.Kind.ASSIGNED, {"to": officer}:
            return _("The case was assigned to %(officer)s.") % {"officer": officer}
        case Event.Kind.STATUS_SET, {"status": status}:
            return _("The status was set to “%(status)s”.") % {"status": Case.Status(status).label}
        case Event.Kind.TITLE_SET, {"title": title}:
            return _("The public title was set to “%(title)s”.") % {"title": title}
    return str(event.get_kind_display())
