"""A message that came to the wrong authority: its sender is told which one to turn to (FL 2017:900, 6 and 8 §§)."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from mailroom import outbox
from registry import chain
from registry.models import Case, Dispatch, Event
from registry.reply_address import address_for
from registry.services.answering import sender_of
from registry.services.handling import lock


@transaction.atomic
def point_to(case: Case, user: User, *, authority: str, contact: str = "") -> bool:
    """Tell the sender who the right one is, without the message's text. False where the sender left no address."""
    locked = lock(case)
    if not user.has_perm("registry.change_case"):
        raise PermissionDenied
    sender = sender_of(locked)
    if sender:
        with translation.override(sender.record.language):
            mail = outbox.queue(
                to=sender.answer_address,
                subject=_("Your message %(number)s belongs to another authority")
                % {"number": locked.registration_number},
                body=_(
                    "We have received your message and registered it as %(number)s.\n\n"
                    "The matter is not ours to answer. Please turn to:\n%(authority)s\n%(contact)s\n"
                )
                % {"number": locked.registration_number, "authority": authority, "contact": contact},
                language=sender.record.language,
                reply_to=address_for(locked),
            )
        Dispatch.objects.create(case=locked, kind=Dispatch.Kind.FORWARD, mail=mail)
    locked.version += 1
    locked.save(update_fields=["version"])
    chain.append(
        Event.Kind.FORWARDED, case=locked, actor=user.get_username(), to=authority, contact=contact, told=bool(sender)
    )
    return sender is not None
