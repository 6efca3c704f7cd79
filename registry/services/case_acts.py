"""Acts on a registered case: transitions, title, document type, notes, secrecy. Each is checked and leaves an event."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from jobs import clock
from registry import chain, search
from registry.models import Case, DocumentType, Event, Party, SecrecyMark
from registry.permissions import may_be_distributed_to, may_read_secret
from registry.retention import find_reasons_to_keep
from registry.services.notices import notify_staff
from registry.services.reading_rights import end_reading_right, grant_reading_right, notify_former_officer
from registry.transitions import TRANSITIONS, UNDER_WAY, Act, Status, Transition, may_perform


class StaleCaseError(Exception):
    """Someone else has changed the case since the page was opened."""

    def __init__(self, case: Case) -> None:
        words = _("%(number)s has been changed by someone else since you opened it.") % {"number": case}
        super().__init__(" ".join(filter(None, [words, _last_act(case)])))
        self.case = case


class IncompleteActError(Exception):
    """The act needs a reason or an officer that was not given. The message is a sentence for the user."""


class UnansweredError(IncompleteActError):
    """The case is being closed without an answer or a reason."""


class UnreadableCaseError(IncompleteActError):
    """The case is marked with secrecy so that its officer could not read it, and no choice was made about that."""


class Loss(TextChoices):
    """What to do with a case whose officer may not read what is marked with secrecy."""

    GRANT = "grant", gettext_lazy("Let the officer read this case")
    PASS_ON = "pass_on", gettext_lazy("Distribute it to someone who has permission")
    TAKE_BACK = "take_back", gettext_lazy("Take it back to the registrar")


class DisposalRefusedError(Exception):
    """The disposal is not allowed now. The message is a sentence for the user."""


NEEDS_THE_TERM = (Act.PROPOSE_DISPOSAL, Act.DECIDE_DISPOSAL, Act.DISPOSE)
"""Acts that the retention plan must allow on the day they are performed."""


@transaction.atomic
def perform_act(
    act: Act,
    case: Case,
    user: User,
    *,
    reason: str = "",
    officer: User | None = None,
    version: int | None = None,
    **payload: Any,
) -> Case:
    """Perform an act of the table of transitions. `version` is that of the case when the page was opened.

    A reason is stored with any act. An officer must have the right to read a marked case before they get it.

    Raise `PermissionDenied` if the table does not allow it, `StaleCaseError` if the case has changed,
    `IncompleteActError` if a reason or an officer is missing, `DisposalRefusedError` if the plan does not allow it.
    """
    locked = lock_case(case, version)
    if not may_perform(user, act, locked):
        raise PermissionDenied
    transition = TRANSITIONS[act]
    _refuse_incomplete(transition, locked, reason.strip(), officer)
    if act in NEEDS_THE_TERM:
        refuse_what_is_kept([locked])
    payload |= {"reason": reason.strip()} if reason.strip() and "how" not in payload else {}
    payload |= {"unanswered": True} if act == Act.CLOSE and locked.status != Status.ANSWERED else {}
    payload |= _status_facts(act, locked)
    locked.status = transition.target or Status(payload["status"])
    if transition.needs_officer or act == Act.RETURN:
        payload |= _assign(locked, officer if transition.needs_officer else None, user, act)
    _set_times(locked, act)
    return _save_with_event(locked, transition.event, user, **payload)


@transaction.atomic
def hand_over_case(case: Case, officer: User | None, user: User | AnonymousUser, *, reason: str) -> Case:
    """Take an unfinished case from an officer who leaves, whoever closes their account.

    It goes to another officer who may read it, else back to the registrar. Nobody is told who has left.
    """
    locked = lock_case(case)
    former = locked.assigned_to
    if locked.status not in UNDER_WAY or former is None:
        return locked
    new = officer if officer and may_be_distributed_to(officer, locked) else None
    transition = TRANSITIONS[Act.DISTRIBUTE if new else Act.RETURN]
    locked.assigned_to, locked.status = new, cast("Status", transition.target)
    payload = {"from": former.get_username(), "reason": reason} | ({"to": new.get_username()} if new else {})
    end_reading_right(locked, former, user)
    if new:
        _notify_officer(new, locked)
    return _save_with_event(locked, transition.event, user, **payload)


def _refuse_incomplete(transition: Transition, case: Case, reason: str, officer: User | None) -> None:
    """Raise `IncompleteActError` if something that the act needs is missing."""
    if transition.needs_reason and not reason:
        raise IncompleteActError(_("Enter a reason."))
    if transition.needs_officer and officer is None:
        raise IncompleteActError(_("Choose who the case is distributed to."))
    if transition.act == Act.CLOSE and case.status != Status.ANSWERED and not reason:
        words = _("%(number)s has not been answered. Enter why it is being closed without an answer.")
        raise UnansweredError(words % {"number": case})


def _assign(case: Case, officer: User | None, user: User, act: Act) -> dict[str, str]:
    """Assign the case to an officer who can read it, or to nobody, and notify whoever loses it."""
    former = case.assigned_to
    if officer and not may_be_distributed_to(officer, case):
        words = _(
            "%(number)s is marked with secrecy and %(officer)s does not have permission to read such cases. Give "
            "them access to this case, or choose someone who has permission."
        )
        raise UnreadableCaseError(
            words % {"number": case, "officer": officer.get_full_name() or officer.get_username()}
        )
    case.assigned_to = officer
    if officer and act == Act.DISTRIBUTE and officer != former:
        _notify_officer(officer, case)
    if former and former != officer:
        end_reading_right(case, former, user)
        if former != user:
            notify_former_officer(case, former)
    payload = {"to": officer.get_username()} if officer else {}
    return payload | ({"from": former.get_username()} if former and former != officer else {})


@transaction.atomic
def set_title(case: Case, title: str, user: User, *, version: int | None = None) -> Case:
    """Set the public title (OSL 2009:400, 5:2)."""
    locked = lock_case(case, version)
    locked.title = " ".join(title.split())
    search.index_case(locked)
    return _save_with_event(locked, Event.Kind.TITLE_SET, user, title=locked.title)


@transaction.atomic
def set_document_type(
    case: Case, document_type: DocumentType | None, user: User, *, version: int | None = None
) -> Case:
    """Set the document type, and with it the retention period."""
    locked = lock_case(case, version)
    locked.document_type = document_type
    return _save_with_event(locked, Event.Kind.TYPE_SET, user, type=document_type.title if document_type else "")


@transaction.atomic
def set_due_date(case: Case, due_on: date | None, user: User, *, version: int | None = None) -> Case:
    """Set when an answer is due (FL 2017:900, 9 §)."""
    locked = lock_case(case, version)
    locked.due_on = due_on
    return _save_with_event(locked, Event.Kind.DUE_SET, user, due=due_on.isoformat() if due_on else "")


@transaction.atomic
def write_note(case: Case, text: str, user: User) -> Case:
    return _save_with_event(lock_case(case), Event.Kind.NOTE_WRITTEN, user, note=text.strip())


@transaction.atomic
def mark_secret(
    case: Case, *, provision: str, authority: str, user: User, loss: Loss | None = None, officer: User | None = None
) -> SecrecyMark:
    """Mark that something in the case may be secret (OSL 2009:400, 5:5). A mark refuses no request by itself.

    Raise `UnreadableCaseError` if the officer of an unfinished case could no longer read it and `loss` does not say
    what to do. The page of an ended case tells the officer why they cannot read it.
    """
    locked = lock_case(case)
    holder = locked.assigned_to
    loses = holder is not None and would_lose(holder, locked)
    if loses and loss is None:
        raise UnreadableCaseError(
            _(
                "%(officer)s has the case but does not have permission to read cases marked with secrecy. Choose "
                "what should happen."
            )
            % {"officer": holder.get_full_name() or holder.get_username()}  # type: ignore[union-attr]
        )
    mark = SecrecyMark.objects.create(
        case=locked, provision=provision, authority=authority, marked_by=user.get_username()
    )
    payload = {"provision": provision, "authority": authority, "marked_on": mark.marked_on.isoformat()}
    _save_with_event(locked, Event.Kind.SECRECY_MARKED, user, mark=str(mark), **payload)
    if holder and loses and loss:
        settle_loss(locked, holder, user, loss, officer=officer)
    return mark


def would_lose(officer: User, case: Case) -> bool:
    """Whether a mark would keep the officer from reading an unfinished case that they can read now."""
    is_worked_on = case.is_open or case.status == Status.ANSWERED
    return is_worked_on and may_be_distributed_to(officer, case) and not may_read_secret(officer, case)


def settle_loss(case: Case, holder: User, user: User, loss: Loss, *, officer: User | None = None) -> None:
    """Apply the choice for a marked case that its officer may not read. The caller has locked the case."""
    if loss == Loss.GRANT:
        grant_reading_right(case, holder, user)
    elif loss == Loss.PASS_ON:
        if not may_perform(user, Act.DISTRIBUTE, case):
            raise IncompleteActError(_("A closed case cannot be distributed. Choose something else."))
        perform_act(Act.DISTRIBUTE, case, user, officer=officer)
    elif may_perform(user, Act.RETURN, case):
        perform_act(Act.RETURN, case, user, reason=_("The case has been marked with secrecy."))
    else:
        notify_former_officer(case, holder)


@transaction.atomic
def settle_unreadable(case: Case, user: User, loss: Loss, *, officer: User | None = None) -> None:
    """Apply the choice for a case marked earlier, or whose officer has lost the right to read marked cases."""
    locked = lock_case(case)
    holder = locked.assigned_to
    if holder is None or may_be_distributed_to(holder, locked):
        return
    settle_loss(locked, holder, user, loss, officer=officer)


@transaction.atomic
def lift_secrecy(mark: SecrecyMark, user: User) -> None:
    """Lift a mark; it stays on record, with who lifted it and when."""
    locked = lock_case(mark.case)
    mark.lifted_on, mark.lifted_by = timezone.localdate(), user.get_username()
    mark.save(update_fields=["lifted_on", "lifted_by"])
    _save_with_event(locked, Event.Kind.SECRECY_LIFTED, user, mark=str(mark))


@transaction.atomic
def protect_identity(party: Party, user: User) -> None:
    """Show name and address only to those who may read what is marked with secrecy (OSL 2009:400, 22:1).

    Applies to everyone with the address in the case, in present and future records.
    """
    locked = lock_case(party.record.case)
    same = Party.objects.with_address(party.email, party.reply_to) | Party.objects.filter(pk=party.pk)
    same.filter(record__case=locked).update(identity_is_protected=True)
    _save_with_event(locked, Event.Kind.IDENTITY_PROTECTED, user)


def lock_case(case: Case, version: int | None = None) -> Case:
    """Lock the case until the commit. Raise `StaleCaseError` if its version has changed."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("series").get(pk=case.pk)
    if version is not None and locked.version != version:
        raise StaleCaseError(locked)
    return locked


def refuse_what_is_kept(cases: Iterable[Case]) -> None:
    """Raise `DisposalRefusedError` with a sentence for each case that must still be kept (Arkivlagen 10 §)."""
    cases = list(cases)
    reasons = find_reasons_to_keep(cases)
    if reasons:
        raise DisposalRefusedError(" ".join(f"{case}: {reasons[case.pk]}" for case in cases if case.pk in reasons))


def _status_facts(act: Act, case: Case) -> dict[str, str]:
    """Return, for the event, the status before a disposal, which is restored if it is rejected or withdrawn."""
    if act == Act.PROPOSE_DISPOSAL:
        return {"status_before": case.status}
    return {} if TRANSITIONS[act].target else {"status": _status_before_disposal(case)}


def _status_before_disposal(case: Case) -> Status:
    """Return the status when the disposal was proposed. Older events lack it, but then only two were possible."""
    proposal = case.events.filter(kind=Event.Kind.DISPOSAL_PROPOSED).order_by("-sequence").first()
    payload = json.loads(bytes(proposal.payload.data)) if proposal else {}
    has_archive = case.deliveries.filter(archived_at__isnull=False).exists()
    return Status(payload.get("status_before") or (Status.ARCHIVED if has_archive else Status.CLOSED))


def _last_act(case: Case) -> str:
    """Return a sentence on the last act: what, who and when."""
    event = case.events.acts().exclude(actor="").order_by("-sequence").first()
    if event is None:
        return ""
    when = date_format(timezone.localtime(event.at), "SHORT_DATETIME_FORMAT")
    return _("Last: %(event)s by %(who)s, %(when)s.") % {
        "event": event.get_kind_display(), "who": event.actor, "when": when,
    }  # fmt: skip


def _notify_officer(officer: User, case: Case) -> None:
    if officer.email:
        subject = gettext_noop("A case has been distributed to you: %(number)s")
        body = gettext_noop("%(number)s has been distributed to you.\n\nRead it here:\n%(link)s\n")
        notify_staff(case, officer.email, subject, body)


def _set_times(case: Case, act: Act) -> None:
    """Set when the case was first answered or last closed. A rejected disposal does not count as a closing."""
    now = clock.read_time()
    if case.status == Status.ANSWERED and case.answered_at is None:
        case.answered_at = now
    if act in (Act.CLOSE, Act.VOID):
        case.closed_at = now


def _save_with_event(case: Case, event: Event.Kind, user: User | AnonymousUser, **payload: Any) -> Case:
    case.version += 1
    case.save(
        update_fields=[
            "title", "document_type", "status", "assigned_to", "due_on", "answered_at", "closed_at", "version",
        ]
    )  # fmt: skip
    chain.append_event(event, case=case, actor=user.get_username(), **payload)
    return case
