"""What is done with a registered case: moved on, titled, typed, marked. Each act is checked and leaves an event."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailroom import outbox
from registry import chain
from registry.models import Case, Dispatch, DocumentType, Event, Party, SecrecyMark
from registry.permissions import may_be_distributed_to, may_read_secret
from registry.retention import find_reasons_to_keep
from registry.services import STAFF_LANGUAGE
from registry.services.reading_rights import end_reading_right, give_reading_right, notify_former_officer
from registry.transitions import TRANSITIONS, Act, Status, Transition, may_perform


class StaleCaseError(Exception):
    """Someone else has done something with the case since the page was opened."""

    def __init__(self, case: Case) -> None:
        words = _("%(number)s has been changed by someone else since you opened it.") % {"number": case}
        super().__init__(" ".join(filter(None, [words, _last_act(case)])))
        self.case = case


class IncompleteActError(Exception):
    """The act needs a reason or an officer that was not given. The message is a sentence for the user."""


class UnansweredError(IncompleteActError):
    """The case has not been answered, and nobody has said why it is closed all the same."""


class UnreadableCaseError(IncompleteActError):
    """An officer could not read the case, since it is marked with secrecy, and nobody has said what is to be done."""


class Loss(TextChoices):
    """What becomes of a case whose officer may not read what is marked with secrecy."""

    GRANT = "grant", gettext_lazy("Let the officer read this case")
    PASS_ON = "pass_on", gettext_lazy("Distribute it to someone who has the right")
    TAKE_BACK = "take_back", gettext_lazy("Take it back to the registrar")


class DisposalRefusedError(Exception):
    """The disposal cannot be done as things stand. The message is a sentence for the user."""


NEEDS_THE_TERM = (Act.PROPOSE_DISPOSAL, Act.DECIDE_DISPOSAL, Act.DISPOSE)
"""Acts that the retention plan must allow on the very day that they are done."""


@transaction.atomic
def perform_act(
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

    A reason that is given stays with any act. Who is to have a marked case has the right to read it before.

    Raises `PermissionDenied` where the table does not allow it, `StaleCaseError` where the case has moved on,
    `IncompleteActError` where a reason or an officer is missing, `DisposalRefusedError` where the plan says no.
    """
    locked = lock_case(case, version)
    if not may_perform(user, act, locked):
        raise PermissionDenied
    transition = TRANSITIONS[act]
    _refuse_incomplete(transition, locked, reason.strip(), officer)
    if act in NEEDS_THE_TERM:
        refuse_what_is_kept([locked])
    said |= {"reason": reason.strip()} if reason.strip() and "how" not in said else {}
    said |= {"unanswered": True} if act == Act.CLOSE and locked.status != Status.ANSWERED else {}
    said |= _statuses(act, locked)
    locked.status = transition.target or Status(said["status"])
    if transition.needs_officer or act == Act.RETURN:
        said |= _assign(locked, officer if transition.needs_officer else None, user, act)
    _keep_times(locked, act)
    return _save(locked, transition.event, user, **said)


def _refuse_incomplete(transition: Transition, case: Case, reason: str, officer: User | None) -> None:
    """Raise `IncompleteActError` where something is not said that the act needs."""
    if transition.needs_reason and not reason:
        raise IncompleteActError(_("Give a reason."))
    if transition.needs_officer and officer is None:
        raise IncompleteActError(_("Say who the case is distributed to."))
    if transition.act == Act.CLOSE and case.status != Status.ANSWERED and not reason:
        words = _("%(number)s has not been answered. Say why it is closed without an answer.")
        raise UnansweredError(words % {"number": case})


def _assign(case: Case, officer: User | None, user: User, act: Act) -> dict[str, str]:
    """Move the case to an officer, or to nobody. Nobody gets a case that they cannot read, or loses one untold."""
    former = case.assigned_to
    if officer and not may_be_distributed_to(officer, case):
        words = _(
            "%(number)s is marked with secrecy, and %(officer)s may not read such cases. Let them read this case, or "
            "choose someone who has the right."
        )
        raise UnreadableCaseError(
            words % {"number": case, "officer": officer.get_full_name() or officer.get_username()}
        )
    case.assigned_to = officer
    if officer and act == Act.DISTRIBUTE and officer != former:
        _tell(officer, case)
    if former and former != officer:
        end_reading_right(case, former, user)
        if former != user:
            notify_former_officer(case, former)
    said = {"to": officer.get_username()} if officer else {}
    return said | ({"from": former.get_username()} if former and former != officer else {})


@transaction.atomic
def set_title(case: Case, title: str, user: User, *, version: int | None = None) -> Case:
    """Say in public what the case is about (OSL 2009:400, 5:2)."""
    locked = lock_case(case, version)
    locked.title = " ".join(title.split())
    return _save(locked, Event.Kind.TITLE_SET, user, title=locked.title)


@transaction.atomic
def set_document_type(
    case: Case, document_type: DocumentType | None, user: User, *, version: int | None = None
) -> Case:
    """Say what kind of document it is, and so how long it is kept."""
    locked = lock_case(case, version)
    locked.document_type = document_type
    return _save(locked, Event.Kind.TYPE_SET, user, type=document_type.title if document_type else "")


@transaction.atomic
def set_due(case: Case, due_on: date | None, user: User, *, version: int | None = None) -> Case:
    """Say by when the sender should have an answer (FL 2017:900, 9 §)."""
    locked = lock_case(case, version)
    locked.due_on = due_on
    return _save(locked, Event.Kind.DUE_SET, user, due=due_on.isoformat() if due_on else "")


@transaction.atomic
def write_note(case: Case, text: str, user: User) -> Case:
    """Keep a note with the case, for staff."""
    return _save(lock_case(case), Event.Kind.NOTE_WRITTEN, user, note=text.strip())


@transaction.atomic
def mark_secret(
    case: Case, *, provision: str, authority: str, user: User, loss: Loss | None = None, officer: User | None = None
) -> SecrecyMark:
    """Warn that something in the case may be secret (OSL 2009:400, 5:5). It refuses no request by itself.

    Raises `UnreadableCaseError` where whoever works on the case could no longer read it, and `loss` does not say what
    then. Nobody works on an ended case: its address tells the officer why they cannot read it.
    """
    locked = lock_case(case)
    holder = locked.assigned_to
    loses = holder is not None and would_lose(holder, locked)
    if loses and loss is None:
        raise UnreadableCaseError(
            _("%(officer)s has the case, and may not read what is marked with secrecy. Choose what is to be done.")
            % {"officer": holder.get_full_name() or holder.get_username()}  # type: ignore[union-attr]
        )
    mark = SecrecyMark.objects.create(
        case=locked, provision=provision, authority=authority, marked_by=user.get_username()
    )
    said = {"provision": provision, "authority": authority, "marked_on": mark.marked_on.isoformat()}
    _save(locked, Event.Kind.SECRECY_MARKED, user, mark=str(mark), **said)
    if holder and loses and loss:
        settle_loss(locked, holder, user, loss, officer=officer)
    return mark


def would_lose(officer: User, case: Case) -> bool:
    """Whether a mark would take a case that is not ended from an officer who can read it now."""
    is_worked_on = case.is_open or case.status == Status.ANSWERED
    return is_worked_on and may_be_distributed_to(officer, case) and not may_read_secret(officer, case)


def settle_loss(case: Case, holder: User, user: User, loss: Loss, *, officer: User | None = None) -> None:
    """Do what was chosen for a marked case, held by the caller, that its officer may not read."""
    if loss == Loss.GRANT:
        give_reading_right(case, holder, user)
    elif loss == Loss.PASS_ON:
        if not may_perform(user, Act.DISTRIBUTE, case):
            raise IncompleteActError(_("An ended case is not distributed. Choose something else."))
        perform_act(Act.DISTRIBUTE, case, user, officer=officer)
    elif may_perform(user, Act.RETURN, case):
        perform_act(Act.RETURN, case, user, reason=_("The case has been marked with secrecy."))
    else:
        notify_former_officer(case, holder)


@transaction.atomic
def settle_unreadable(case: Case, user: User, loss: Loss, *, officer: User | None = None) -> None:
    """Do what was chosen for a case that was marked before, or whose officer has lost the right to read such cases."""
    locked = lock_case(case)
    holder = locked.assigned_to
    if holder is None or may_be_distributed_to(holder, locked):
        return
    settle_loss(locked, holder, user, loss, officer=officer)


@transaction.atomic
def lift_secrecy(mark: SecrecyMark, user: User) -> None:
    """Take a warning back; the mark stays, with who lifted it and when."""
    locked = lock_case(mark.case)
    mark.lifted_on, mark.lifted_by = timezone.localdate(), user.get_username()
    mark.save(update_fields=["lifted_on", "lifted_by"])
    _save(locked, Event.Kind.SECRECY_LIFTED, user, mark=str(mark))


@transaction.atomic
def protect_identity(party: Party, user: User) -> None:
    """Show name and address only to those who may read what is marked with secrecy (OSL 2009:400, 22:1).

    It holds for everyone with that address in the case, in what has come and what is yet to come.
    """
    locked = lock_case(party.record.case)
    same = Party.objects.with_address(party.email, party.reply_to) | Party.objects.filter(pk=party.pk)
    same.filter(record__case=locked).update(identity_is_protected=True)
    _save(locked, Event.Kind.IDENTITY_PROTECTED, user)


def lock_case(case: Case, version: int | None = None) -> Case:
    """The case as it is now, held until the commit. Raises `StaleCaseError` where it is not as it was."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("series").get(pk=case.pk)
    if version is not None and locked.version != version:
        raise StaleCaseError(locked)
    return locked


def refuse_what_is_kept(cases: Iterable[Case]) -> None:
    """Raise `DisposalRefusedError`, a sentence a case, where the law does not let all go today (Arkivlagen 10 §)."""
    cases = list(cases)
    reasons = find_reasons_to_keep(cases)
    if reasons:
        raise DisposalRefusedError(" ".join(f"{case}: {reasons[case.pk]}" for case in cases if case.pk in reasons))


def _statuses(act: Act, case: Case) -> dict[str, str]:
    """What the event says of the status before a disposal, to which a proposal that comes to nothing leads back."""
    if act == Act.PROPOSE_DISPOSAL:
        return {"status_before": case.status}
    return {} if TRANSITIONS[act].target else {"status": _status_before_disposal(case)}


def _status_before_disposal(case: Case) -> Status:
    """What the case was when its disposal was proposed; earlier events did not say it, but only two were possible."""
    proposal = case.events.filter(kind=Event.Kind.DISPOSAL_PROPOSED).order_by("-sequence").first()
    said = json.loads(bytes(proposal.payload.data)) if proposal else {}
    has_archive = case.deliveries.filter(archived_at__isnull=False).exists()
    return Status(said.get("status_before") or (Status.ARCHIVED if has_archive else Status.CLOSED))


def _last_act(case: Case) -> str:
    """Who did something last, and when."""
    event = case.events.acts().exclude(actor="").order_by("-sequence").first()
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
        mail = outbox.queue_mail(
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
    chain.append_event(event, case=case, actor=user.get_username(), **said)
    return case
