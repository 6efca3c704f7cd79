"""Receipts: number and what happens next, never the message (mail is unprotected)."""

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mailroom import outbox
from mailroom.automatic import is_automatic
from mailroom.mime_parser import parse_mail
from registry.days import day_bounds
from registry.models import Case, Dispatch, Intake
from registry.reply_address import is_ours, make_reply_address


def make_receipt(case: Case, intake: Intake, email: str) -> Dispatch | None:
    """Return a receipt, not yet queued; None if there is no address or the message is automatic (RFC 3834, 2)."""
    if not email or not _may_have_receipt(intake, email):
        return None
    arrived = timezone.localtime(intake.received_at)
    with translation.override(intake.language):
        mail = outbox.make_mail(
            to=email,
            subject=_("We have received your message: %(number)s") % {"number": case.registration_number},
            body=_(
                "Your message arrived %(time)s and has been registered as %(number)s.\n\nThe registrar will pass "
                "it on to the person who will answer you. You do not need to do anything.\nIf you want to add "
                "something, reply to this e-mail.\n"
            )
            % {"time": date_format(arrived, "DATETIME_FORMAT"), "number": case.registration_number},
            language=intake.language,
            reply_to=make_reply_address(case),
            in_reply_to=intake.mail.message_id if intake.mail else "",
        )
    return Dispatch(case=case, kind=Dispatch.Kind.RECEIPT, mail=mail)


def _may_have_receipt(intake: Intake, email: str) -> bool:
    if intake.channel != Intake.Channel.MAIL:
        return True
    if is_ours(email) or is_automatic(parse_mail(bytes(intake.raw))):
        return False
    today, _tomorrow = day_bounds(timezone.localdate())
    return not Dispatch.objects.filter(
        kind=Dispatch.Kind.RECEIPT, mail__to__iexact=email, mail__created_at__gte=today
    ).exists()
