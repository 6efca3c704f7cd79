"""Answers held until their files are scanned for viruses: then they are queued, or stopped with a notice to staff."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jobs.rows import do_rows
from jobs.wake_up import notify_worker
from mailroom.models import OutgoingMail
from registry import chain
from registry.models import Case, Dispatch, Event, File
from registry.services.notices import notify_staff

State = OutgoingMail.State


def release_checked_answers() -> int:
    """Release or stop held answers, as a round of the worker. Return how many."""
    return do_rows(OutgoingMail.objects.filter(state=State.HELD).order_by("pk"), _release_or_stop)


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
    with translation.override(settings.LANGUAGE_CODE):
        mail.state, mail.last_error = State.STOPPED, _("A file sent with it is infected or suspicious.")
    mail.save(update_fields=["state", "last_error"])
    notify_staff(
        case,
        (case.assigned_to and case.assigned_to.email) or settings.REGISTRAR_EMAIL,
        gettext_noop("An answer was stopped: %(number)s"),
        gettext_noop(
            "The answer in %(number)s was not sent because one of its files is infected or suspicious. Ask the "
            "registrar to reopen the case, and write the answer again with another file.\n\nRead it here:\n"
            "%(link)s\n"
        ),
    )
    chain.append_event(Event.Kind.MAIL_STOPPED, case=case, message_id=mail.message_id, reason=mail.last_error)
