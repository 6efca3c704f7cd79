"""Events in words."""

import json
from collections import defaultdict

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.models import Event

register = template.Library()


SENTENCES = {
    Event.Kind.RECEIVED: gettext_noop("The message waits for the registrar: %(reason)s"),
    Event.Kind.REGISTERED: gettext_noop("The message was registered as %(number)s."),
    Event.Kind.QUARANTINED: gettext_noop("The message was put in quarantine: %(reason)s"),
    Event.Kind.RELEASED: gettext_noop("The message was released from quarantine."),
    Event.Kind.RECORD_ADDED: gettext_noop("%(record)s was added to the case."),
    Event.Kind.DISTRIBUTED: gettext_noop("The case was distributed to %(to)s."),
    Event.Kind.ACCEPTED: gettext_noop("The officer accepted the case."),
    Event.Kind.RETURNED: gettext_noop("The case was returned to the registrar: %(reason)s"),
    Event.Kind.RESTED: gettext_noop("The case was put to rest: %(reason)s"),
    Event.Kind.RESUMED: gettext_noop("The case was taken up again."),
    Event.Kind.ANSWERED: gettext_noop("The case was answered."),
    Event.Kind.CLOSED: gettext_noop("The case was closed."),
    Event.Kind.REOPENED: gettext_noop("The case was reopened: %(reason)s"),
    Event.Kind.VOIDED: gettext_noop("The number was voided: %(reason)s"),
    Event.Kind.DELIVERED: gettext_noop("The case was delivered to the e-archive in %(package)s."),
    Event.Kind.ARCHIVED: gettext_noop("The e-archive confirmed that it has the case."),
    Event.Kind.DELIVERY_REFUSED: gettext_noop("The e-archive refused the package: %(reason)s"),
    Event.Kind.DISPOSAL_PROPOSED: gettext_noop("Disposal was proposed: %(reason)s"),
    Event.Kind.DISPOSAL_REJECTED: gettext_noop("The disposal was rejected: %(reason)s"),
    Event.Kind.DISPOSAL_DECIDED: gettext_noop("The disposal was decided."),
    Event.Kind.DISPOSED: gettext_noop("The disposal was carried out."),
    Event.Kind.TITLE_SET: gettext_noop("The public title was set to “%(title)s”."),
    Event.Kind.TYPE_SET: gettext_noop("The document type was set to “%(type)s”."),
    Event.Kind.DUE_SET: gettext_noop("An answer is due on %(due)s."),
    Event.Kind.SECRECY_MARKED: gettext_noop("The case was marked with secrecy: %(mark)s."),
    Event.Kind.IDENTITY_PROTECTED: gettext_noop("The sender's or recipient's identity is protected from now on."),
    Event.Kind.SECRECY_LIFTED: gettext_noop("The secrecy mark was lifted: %(mark)s."),
    Event.Kind.NOTE_WRITTEN: gettext_noop("Note: %(note)s"),
    Event.Kind.ANSWER_SUBMITTED: gettext_noop("An answer was sent for approval."),
    Event.Kind.ANSWER_APPROVED: gettext_noop("The answer was approved."),
    Event.Kind.ANSWER_REJECTED: gettext_noop("The answer was sent back: %(reason)s"),
    Event.Kind.FORWARDED: gettext_noop("The message was forwarded to %(to)s."),
    Event.Kind.MAIL_BOUNCED: gettext_noop("The mail to %(to)s came back: %(reason)s"),
    Event.Kind.MAIL_STOPPED: gettext_noop("The answer was not sent: %(reason)s"),
    Event.Kind.FILE_SCANNED: gettext_noop("The file %(file)s was checked for viruses: %(result)s"),
}


@register.filter
def in_words(event: Event) -> str:
    """What happened, in a sentence. An event whose content was destroyed still tells its kind."""
    if not hasattr(event, "payload"):
        return event.get_kind_display()
    said = json.loads(bytes(event.payload.data))
    if event.kind == Event.Kind.REGISTERED and said.get("follows"):
        return _("The case was opened as %(number)s, to go on with %(follows)s.") % said
    if event.kind == Event.Kind.ANSWERED and said.get("how"):
        return _("The case was answered: %(how)s") % said
    if event.kind == Event.Kind.DUE_SET and not said["due"]:
        return _("No answer is due any more.")
    if event.kind == Event.Kind.TYPE_SET and not said["type"]:
        return _("The document type was taken away.")
    return _(SENTENCES[Event.Kind(event.kind)]) % defaultdict(str, said)
