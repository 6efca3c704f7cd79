"""Sentences about events."""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.models import Event
from registry.transitions import TRANSITIONS

register = template.Library()

ACTS = {row.event for row in TRANSITIONS.values()}

SENTENCES = {
    Event.Kind.RECEIVED: gettext_noop("The message is waiting for the registrar: %(reason)s"),
    Event.Kind.REGISTERED: gettext_noop("The message was registered as %(number)s."),
    Event.Kind.QUARANTINED: gettext_noop("The message was put in quarantine: %(reason)s"),
    Event.Kind.RELEASED: gettext_noop("The message was released from quarantine."),
    Event.Kind.RECORD_ADDED: gettext_noop("%(record)s was added to the case."),
    Event.Kind.DISTRIBUTED: gettext_noop("The case was distributed to %(to)s."),
    Event.Kind.ACCEPTED: gettext_noop("The officer accepted the case."),
    Event.Kind.RETURNED: gettext_noop("The case was returned to the registrar: %(reason)s"),
    Event.Kind.RESTED: gettext_noop("The case was put on hold: %(reason)s"),
    Event.Kind.RESUMED: gettext_noop("Work on the case was resumed."),
    Event.Kind.ANSWERED: gettext_noop("The case was answered."),
    Event.Kind.CLOSED: gettext_noop("The case was closed."),
    Event.Kind.REOPENED: gettext_noop("The case was reopened: %(reason)s"),
    Event.Kind.VOIDED: gettext_noop("The number was voided: %(reason)s"),
    Event.Kind.DELIVERED: gettext_noop("The case was delivered to the e-archive in %(package)s."),
    Event.Kind.ARCHIVED: gettext_noop("The e-archive confirmed that it has received the case."),
    Event.Kind.DELIVERY_REFUSED: gettext_noop("The e-archive refused the package: %(reason)s"),
    Event.Kind.DISPOSAL_PROPOSED: gettext_noop("Disposal was proposed: %(reason)s"),
    Event.Kind.DISPOSAL_REJECTED: gettext_noop("The disposal was rejected: %(reason)s"),
    Event.Kind.DISPOSAL_WITHDRAWN: gettext_noop("The proposed disposal was withdrawn: %(reason)s"),
    Event.Kind.DISPOSAL_DECIDED: gettext_noop("The disposal was decided."),
    Event.Kind.DISPOSED: gettext_noop("The disposal was carried out."),
    Event.Kind.TITLE_SET: gettext_noop("The public title was set to “%(title)s”."),
    Event.Kind.TYPE_SET: gettext_noop("The document type was set to “%(type)s”."),
    Event.Kind.DUE_SET: gettext_noop("An answer is due on %(due)s."),
    Event.Kind.SECRECY_MARKED: gettext_noop("The case was marked with secrecy: %(mark)s."),
    Event.Kind.IDENTITY_PROTECTED: gettext_noop("The sender's or recipient's identity is now protected."),
    Event.Kind.SECRECY_LIFTED: gettext_noop("The secrecy mark was lifted: %(mark)s."),
    Event.Kind.READING_GRANTED: gettext_noop("%(to)s may read this case although it is marked with secrecy."),
    Event.Kind.READING_ENDED: gettext_noop("%(to)s may no longer read this marked case."),
    Event.Kind.NOTE_WRITTEN: gettext_noop("Note: %(note)s"),
    Event.Kind.STATED: gettext_noop("The portal recorded what had changed."),
    Event.Kind.RIGHTS_GIVEN: gettext_noop("The account %(account)s was given rights: %(rights)s."),
    Event.Kind.RIGHTS_TAKEN: gettext_noop("Rights were taken from the account %(account)s: %(rights)s."),
    Event.Kind.ANSWER_SUBMITTED: gettext_noop("An answer was sent for approval."),
    Event.Kind.ANSWER_APPROVED: gettext_noop("The answer was approved."),
    Event.Kind.ANSWER_REJECTED: gettext_noop("The answer was sent back: %(reason)s"),
    Event.Kind.FORWARDED: gettext_noop("The sender was referred to %(to)s."),
    Event.Kind.MAIL_BOUNCED: gettext_noop("The e-mail to %(to)s was returned: %(reason)s"),
    Event.Kind.MAIL_STOPPED: gettext_noop("The answer was not sent: %(reason)s"),
    Event.Kind.FILE_SCANNED: gettext_noop("The file “%(name)s” was checked for viruses: %(result)s"),
}
UNLESS: list[tuple[Event.Kind, Callable[[dict[str, Any]], Any], str]] = [
    (
        Event.Kind.REGISTERED,
        lambda said: said.get("follows"),
        gettext_noop("The case was opened as %(number)s to continue %(follows)s."),
    ),
    (
        Event.Kind.REGISTERED,
        lambda said: said.get("suspicion"),
        gettext_noop(
            "The request was registered immediately as %(number)s, although it looks suspicious: %(suspicion)s"
        ),
    ),
    (Event.Kind.ANSWERED, lambda said: said.get("how"), gettext_noop("The case was answered: %(how)s")),
    (
        Event.Kind.ANSWERED,
        lambda said: said.get("mailed_despite"),
        gettext_noop("The case was answered by e-mail. The officer confirmed that the answer contains nothing secret."),
    ),
    (
        Event.Kind.CLOSED,
        lambda said: said.get("unanswered"),
        gettext_noop("The case was closed without an answer: %(reason)s"),
    ),
    (Event.Kind.DUE_SET, lambda said: not said["due"], gettext_noop("An answer is no longer due.")),
    (Event.Kind.TYPE_SET, lambda said: not said["type"], gettext_noop("The document type was removed.")),
    (
        Event.Kind.FORWARDED,
        lambda said: said.get("told") is False,
        gettext_noop("The message is for %(to)s, but the sender left no address to be notified at."),
    ),
    # Older events lack the name of the file and the recipient of the mail.
    (
        Event.Kind.FILE_SCANNED,
        lambda said: not said.get("name"),
        gettext_noop("A file was checked for viruses: %(result)s"),
    ),
    (Event.Kind.MAIL_BOUNCED, lambda said: not said.get("to"), gettext_noop("An e-mail was returned: %(reason)s")),
]
"""Sentences used instead if the condition on the payload holds."""


@register.filter
def in_words(event: Event) -> str:
    """Return a sentence on what happened, or just the kind if the content was destroyed."""
    if not hasattr(event, "payload"):
        return event.get_kind_display()
    said = json.loads(bytes(event.payload.data))
    return _with_reason(event, said, _sentence(event, said))


def _with_reason(event: Event, said: dict[str, Any], sentence: str) -> str:
    """Return the translated sentence, with the reason for the act unless the sentence has it."""
    words = _(sentence) % defaultdict(str, said | {"record": _number_of_record(event, said)})
    if event.kind in ACTS and said.get("reason") and "%(reason)s" not in sentence:
        return _("%(sentence)s Reason: %(reason)s") % {"sentence": words, "reason": said["reason"]}
    return words


def _sentence(event: Event, said: dict[str, Any]) -> str:
    for kind, holds, sentence in UNLESS:
        if event.kind == kind and holds(said):
            return sentence
    return SENTENCES[Event.Kind(event.kind)]


def _number_of_record(event: Event, said: dict[str, Any]) -> str:
    """Return such as `RUS 2026/0012-2`. Older events have the arrival instead of the number."""
    if event.kind != Event.Kind.RECORD_ADDED or event.case is None:
        return ""
    if "ordinal" in said:
        return f"{event.case}-{said['ordinal']}"
    record = event.intake and event.case.records.filter(intake=event.intake).first()
    return f"{event.case}-{record.ordinal}" if record else str(event.case)
