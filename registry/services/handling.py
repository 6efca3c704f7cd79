"""What is done with a registered case: moved on, titled, typed, marked. Each act is checked and leaves an event."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mailroom import outbox
from registry import chain
from registry.models import Case, Dispatch, DocumentType, Event, Party, SecrecyMark
from registry.services import STAFF_LANGUAGE
from registry.transitions import TRANSITIONS, Act, Status, may


class StaleCaseError(Exception):
    """Someone else has done something with the case since the page was opened."""

    def __init__(self, case: Case) -> None:
        words = _("%(number)s has been changed by someone else since you opened it.") % {"number": case}
        super().__init__(" ".join(filter(None, [words, _last_act(case)])))
        self.case = case


class IncompleteActError(Exception):
    """The act needs a reason or an officer that was not given. The message is a sentence for the user."""


@transaction.atomic
def perform(
    act: Act,
    case: Case,
    user: User,
    *,
    reason: str = "",
    officer: User | None = None,
    version: int | None = None,
    **said: Any,
) -> Case:
    """Do an act of the table of transitions. `version` is the case's when the page was opened.

    Raises `PermissionDenied` where the table does not allow it, `StaleCaseError` where the case has moved on,
    `IncompleteActError` where a reason or an officer is missing.
    """
    locked = lock(case, version)
    if not may(user, act, locked):
        raise PermissionDenied
    transition = TRANSITIONS[act]
    if transition.needs_reason and not reason.strip():
        raise IncompleteActError(_("Give a reason."))
    if transition.needs_officer and officer is None:
        raise IncompleteActError(_("Say who the case is distributed to."))
    locked.status = transition.target
    if officer and act == Act.DISTRIBUTE and locked.assigned_to_id != officer.pk:
        _tell(officer, locked)
    if transition.needs_officer:
        locked.assigned_to = officer
    elif act == Act.RETURN:
        locked.assigned_to = None
    _keep_times(locked, act)
    said |= {"reason": reason.strip()} if transition.needs_reason else {}
    said |= {"to": officer.get_username()} if transition.needs_officer and officer else {}
    return _save(locked, transition.event, user, **said)


@transaction.atomic
def set_title(case: Case, title: str, user: User, *, version: int | None = None) -> Case:
    """Say in public what the case is about (OSL 2009:400, 5:2)."""
    locked = lock(case, version)
    locked.title = " ".join(title.split())
    return _save(locked, Event.Kind.TITLE_SET, user, title=locked.title)


@transaction.atomic
def set_document_type(
    case: Case, document_type: DocumentType | None, user: User, *, version: int | None = None
) -> Case:
    """Say what kind of document it is, and so how long it is kept."""
    locked = lock(case, version)
    locked.document_type = document_type
    return _save(locked, Event.Kind.TYPE_SET, user, type=document_type.title if document_type else "")


@transaction.atomic
def set_due(case: Case, due_on: date | None, user: User, *, version: int | None = None) -> Case:
    """Say by when the sender should have an answer (FL 2017:900, 9 §)."""
    locked = lock(case, version)
    locked.due_on = due_on
    return _save(locked, Event.Kind.DUE_SET, user, due=due_on.isoformat() if due_on else "")


@transaction.atomic
def write_note(case: Case, text: str, user: User) -> Case:
    """Keep a note with the case, for staff."""
    return _save(lock(case), Event.Kind.NOTE_WRITTEN, user, note=text.strip())


@transaction.atomic
def mark_secret(case: Case, *, provision: str, authority: str, user: User) -> SecrecyMark:
    """Warn that something in the case may be secret (OSL 2009:400, 5:5). It refuses no request by itself."""
    locked = lock(case)
    mark = SecrecyMark.objects.create(
        case=locked, provision=provision, authority=authority, marked_by=user.get_username()
    )
    _save(locked, Event.Kind.SECRECY_MARKED, user, mark=str(mark))
    return mark


@transaction.atomic
def lift_secrecy(mark: SecrecyMark, user: User) -> None:
    """Take a warning back; the mark stays, with who lifted it and when."""
    locked = lock(mark.case)
    mark.lifted_on, mark.lifted_by = timezone.localdate(), user.get_username()
    mark.save(update_fields=["lifted_on", "lifted_by"])
    _save(locked, Event.Kind.SECRECY_LIFTED, user, mark=str(mark))


@transaction.atomic
def protect_identity(party: Party, user: User) -> None:
    """Show name and address only to those who may read what is marked with secrecy (OSL 2009:400, 22:1).

    It holds for everyone with that address in the case, in what has come and what is yet to come.
    """
    locked = lock(party.record.case)
    same = Q(email__iexact=party.email) if party.email else Q(pk=party.pk)
    Party.objects.filter(same, record__case=locked).update(identity_is_protected=True)
    _save(locked, Event.Kind.IDENTITY_PROTECTED, user)


def lock(case: Case, version: int | None = None) -> Case:
    """The case as it is now, held until the commit. Raises `StaleCaseError` where it is not as it was."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("series").get(pk=case.pk)
    if version is not None and locked.version != version:
        raise StaleCaseError(locked)
    return locked


def _last_act(case: Case) -> str:
    """Who did something last, and when."""
    event = case.events.exclude(actor="").order_by("-sequence").first()
    if event is None:
        return ""
    when = date_format(timezone.localtime(event.at), "SHORT_DATETIME_FORMAT")
    return _("Last: %(event)s by %(who)s, %(when)s.") % {
        "event": event.get_kind_display(), "who": event.actor, "when": when,
    }  # fmt: skip


def _tell(officer: User, case: Case) -> None:
    """Tell her that the case is hers, by number and link alone (unprotected mail); it goes after the commit."""
    if not officer.email:
        return
    with translation.override(STAFF_LANGUAGE):
        mail = outbox.queue(
            to=officer.email,
            subject=_("A case is distributed to you: %(number)s") % {"number": case.registration_number},
            body=_("%(number)s has been distributed to you.\n\nRead it here:\n%(link)s\n")
            % {"number": case.registration_number, "link": case.get_admin_url()},
            language=STAFF_LANGUAGE,
        )
    Dispatch.objects.create(case=case, kind=Dispatch.Kind.NOTICE, mail=mail)


def _keep_times(case: Case, act: Act) -> None:
    """When it was first answered and last closed. A rejected disposal closes nothing: the time it is kept goes on."""
    now = timezone.now()
    if case.status == Status.ANSWERED and case.answered_at is None:
        case.answered_at = now
    if act in (Act.CLOSE, Act.VOID):
        case.closed_at = now


def _save(case: Case, event: Event.Kind, user: User, **said: Any) -> Case:
    case.version += 1
    case.save(
        update_fields=[
            "title", "document_type", "status", "assigned_to", "due_on", "answered_at", "closed_at", "version",
        ]
    )  # fmt: skip
    chain.append(event, case=case, actor=user.get_username(), **said)
    return case
