"""Referral of senders who wrote to the wrong authority (FL 2017:900, 6 and 8 §§)."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from mailroom import outbox
from registry import chain
from registry.models import Case, Dispatch, Event
from registry.reply_address import make_reply_address
from registry.services.answers import find_sender
from registry.services.case_acts import lock_case
from registry.services.dispatches import queue_dispatches


@transaction.atomic
def refer_sender(case: Case, user: User, *, authority: str, contact: str = "") -> bool:
    """Tell the sender which authority to contact, without quoting the message. Return False if there is no address."""
    locked = lock_case(case)
    if not user.has_perm("registry.change_case"):
        raise PermissionDenied
    sender = find_sender(locked)
    if sender:
        with translation.override(sender.record.language):
            mail = outbox.make_mail(
                to=sender.answer_address,
                subject=_("Your message %(number)s is for another authority") % {"number": locked.registration_number},
                body=_(
                    "We have received your message and registered it as %(number)s.\n\nWe are not responsible for "
                    "this matter. Please contact:\n%(authority)s\n%(contact)s\n"
                )
                % {"number": locked.registration_number, "authority": authority, "contact": contact},
                language=sender.record.language,
                reply_to=make_reply_address(locked),
            )
        queue_dispatches([Dispatch(case=locked, kind=Dispatch.Kind.FORWARD, mail=mail)])
    locked.version += 1
    locked.save(update_fields=["version"])
    chain.append_event(
        Event.Kind.FORWARDED, case=locked, actor=user.get_username(), to=authority, contact=contact, told=bool(sender)
    )
    return sender is not None
