"""Answers held until their files are scanned for viruses: then they are queued, or stopped with a notice to staff."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs.wake_up import notify_worker
from mailroom import outbox
from mailroom.models import OutgoingMail
from registry import chain
from registry.models import Case, Dispatch, Event, File

AT_A_TIME = 200
State = OutgoingMail.State


def release_checked_answers() -> int:
    """Release or stop held answers, as a round of the worker. Return how many."""
    held = OutgoingMail.objects.filter(state=State.HELD).order_by("pk")
    return sum(_release_or_stop(pk) for pk in list(held.values_list("pk", flat=True)[:AT_A_TIME]))


@transaction.atomic
def _release_or_stop(pk: int) -> bool:
    mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.HELD).first()
    if mail is None:
        return False
    dispatch = Dispatch.objects.select_related("case__series", "case__assigned_to", "record").get(mail=mail)
    scans = set(dispatch.record.files.values_list("scan", flat=True)) if dispatch.record else set()
    if File.Scan.INFECTED in scans:
        _stop(mail, dispatch.case)
    elif File.Scan.PENDING in scans and settings.CLAMD_URL:
        return False
    else:
        _release(mail, dispatch.case)
    return True


def _release(mail: OutgoingMail, case: Case) -> None:
    mail.state, mail.due_at = State.QUEUED, timezone.now()
    mail.save(update_fields=["state", "due_at"])
    chain.state_changes("mail: let go", case=case)
    notify_worker()


def _stop(mail: OutgoingMail, case: Case) -> None:
    """Stop the mail for good and notify the officer with number and link only (mail is unprotected)."""
    officer = case.assigned_to
    with translation.override(settings.LANGUAGE_CODE):
        mail.state, mail.last_error = State.STOPPED, _("A file sent with it is infected or suspicious.")
        mail.save(update_fields=["state", "last_error"])
        notice = outbox.queue_mail(
            to=(officer and officer.email) or settings.REGISTRAR_EMAIL,
            subject=_("An answer was stopped: %(number)s") % {"number": case.registration_number},
            body=_(
                "The answer in %(number)s was not sent because one of its files is infected or suspicious. Ask the "
                "registrar to reopen the case, and write the answer again with another file.\n\nRead it here:\n"
                "%(link)s\n"
            )
            % {"number": case.registration_number, "link": case.get_admin_url()},
            language=settings.LANGUAGE_CODE,
        )
    Dispatch.objects.create(case=case, kind=Dispatch.Kind.NOTICE, mail=notice)
    chain.append_event(Event.Kind.MAIL_STOPPED, case=case, message_id=mail.message_id, reason=mail.last_error)
