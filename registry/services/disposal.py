"""Disposal (gallring): proposed by one person, decided by another, carried out with a protocol.

Nothing that came in is destroyed without such a decision, not even spam (Arkivlagen 1990:782, 10 §).
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from jobs import clock
from mailroom.models import IncomingMail, OutgoingMail
from registry import chain, search
from registry.models import Case, CaseKind, Dispatch, Disposal, Event, Intake
from registry.services import mail_disposal
from registry.services.case_acts import DisposalRefusedError, IncompleteActError, perform_act, refuse_what_is_kept
from registry.services.disposal_protocol import write_protocol
from registry.transitions import PERMISSIONS, TRANSITIONS, Act

MAY_DISPOSE_CASES = "registry.dispose_case"
MAY_DISPOSE_INTAKES = "registry.dispose_intake"
WAITING = (Intake.State.RECEIVED, Intake.State.QUARANTINED)
State = Disposal.State


@transaction.atomic
def propose_disposal(
    *,
    ground: str,
    user: User,
    cases: Iterable[Case] = (),
    intakes: Iterable[Intake] = (),
    mails: Iterable[IncomingMail] = (),
    keep_title: bool = True,
) -> Disposal:
    """Propose the disposal of closed cases, unregistered arrivals and mail, on a ground such as the retention plan.

    Raise `PermissionDenied` if the user may not, `DisposalRefusedError` or `IncompleteActError` if it cannot be
    proposed.
    """
    cases, intakes = sorted(cases, key=_primary_key), sorted(intakes, key=_primary_key)
    held_mails = mail_disposal.lock_disposable_mail(list(mails))
    if not cases and not intakes and not held_mails:
        raise DisposalRefusedError(_("Choose what to dispose of."))
    if not ground.strip():
        raise IncompleteActError(_("Enter the grounds: the rule or decision that allows the disposal."))
    if (intakes or held_mails) and not user.has_perm(MAY_DISPOSE_INTAKES):
        raise PermissionDenied
    if cases and not any(user.has_perm(PERMISSIONS[actor]) for actor in TRANSITIONS[Act.PROPOSE_DISPOSAL].actors):
        raise PermissionDenied
    refuse_what_is_kept(cases)
    locked = [_lock_waiting_intake(intake) for intake in intakes]
    disposal = Disposal.objects.create(ground=ground.strip(), keep_title=keep_title, proposed_by=user)
    disposal.intakes.add(*locked)
    disposal.cases.add(*cases)
    disposal.mails.add(*held_mails)
    _append_events(Event.Kind.DISPOSAL_PROPOSED, Act.PROPOSE_DISPOSAL, disposal, user, disposal.ground)
    return disposal


@transaction.atomic
def decide_disposal(disposal: Disposal, user: User, *, reason: str = "") -> Disposal:
    """Approve the disposal. Raise `DisposalRefusedError` for its proposer, or if it is already decided."""
    locked = _lock_disposal(disposal, State.PROPOSED, user)
    _refuse_proposer(locked, user)
    _refuse_what_is_kept(locked)
    _save_decision(locked, State.DECIDED, user, reason)
    _append_events(Event.Kind.DISPOSAL_DECIDED, Act.DECIDE_DISPOSAL, locked, user)
    return locked


@transaction.atomic
def reject_disposal(disposal: Disposal, user: User, reason: str) -> Disposal:
    """Reject the disposal, with a reason."""
    locked = _lock_disposal(disposal, State.PROPOSED, user)
    _refuse_proposer(locked, user)
    if not reason.strip():
        raise IncompleteActError(_("Enter a reason."))
    _save_decision(locked, State.REJECTED, user, reason)
    _append_events(Event.Kind.DISPOSAL_REJECTED, Act.REJECT_DISPOSAL, locked, user, reason.strip())
    return locked


@transaction.atomic
def withdraw_disposal(disposal: Disposal, user: User, reason: str) -> Disposal:
    """Withdraw a disposal: its proposer until it is decided, those who decide until it is carried out."""
    locked = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if not may_withdraw(user, locked):
        raise PermissionDenied
    if locked.state not in mail_disposal.UNDECIDED:
        raise DisposalRefusedError(_describe_state(locked))
    if not reason.strip():
        raise IncompleteActError(_("Enter a reason."))
    locked.state, locked.withdrawn_by, locked.withdrawn_at = State.WITHDRAWN, user, clock.read_time()
    locked.withdrawal = reason.strip()
    locked.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawal"])
    _append_events(Event.Kind.DISPOSAL_WITHDRAWN, Act.WITHDRAW_DISPOSAL, locked, user, reason.strip())
    return locked


@transaction.atomic
def carry_out_disposal(disposal: Disposal, user: User) -> Disposal:
    """Destroy what was decided and keep the protocol. The worker deletes the files after the commit.

    A function of the database checks the decision and destroys; the events of the disposal are appended after it, and
    so stay. An arrival that was registered meanwhile is left.
    """
    locked = _lock_disposal(disposal, State.DECIDED, user)
    intakes = list(locked.intakes.select_for_update().filter(state__in=WAITING).order_by("pk"))
    cases = list(locked.cases.select_for_update(of=("self",)).select_related("series", "document_type").order_by("pk"))
    _refuse_what_is_kept(locked)
    _refuse_while_mail_waits(cases)
    locked.carried_out_at = clock.read_time()
    locked.protocol = write_protocol(locked, cases, intakes, user)
    with connection.cursor() as cursor:
        cursor.callproc("registry_dispose", [locked.pk])
    mail_disposal.empty_mail(locked)
    locked.state = State.CARRIED_OUT
    locked.save(update_fields=["state", "carried_out_at", "protocol"])
    mail_disposal.append_mail_event(Event.Kind.DISPOSED, locked, user)
    for intake in intakes:
        _append_intake_event(Event.Kind.DISPOSED, intake, user, locked)
    for case in cases:
        search.index_case(perform_act(Act.DISPOSE, case, user, disposal=locked.pk))
    chain.state_changes("disposal of nothing carried out", actor=user.get_username())
    return locked


def may_dispose(user: User, disposal: Disposal) -> bool:
    """Whether the user may decide and carry out a disposal of this kind, apart from their own proposals."""
    needed = {MAY_DISPOSE_CASES} if disposal.cases.exists() else set()
    needed |= {MAY_DISPOSE_INTAKES} if disposal.intakes.exists() or disposal.mails.exists() else set()
    return user.has_perms(needed)


def may_withdraw(user: User, disposal: Disposal) -> bool:
    """Whether the user may withdraw it: its proposer until it is decided, those who may dispose also afterwards."""
    is_own = disposal.proposed_by_id == user.pk and disposal.state != State.DECIDED
    return is_own or may_dispose(user, disposal)


def _lock_disposal(disposal: Disposal, state: Disposal.State, user: User) -> Disposal:
    """Lock the disposal. Raise `DisposalRefusedError` unless it is in the state that the act needs."""
    locked = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if not may_dispose(user, locked):
        raise PermissionDenied
    if locked.state != state:
        raise DisposalRefusedError(_describe_state(locked))
    return locked


def _describe_state(disposal: Disposal) -> str:
    values = {"disposal": disposal.pk, "state": disposal.get_state_display()}
    return _("Disposal %(disposal)s is already %(state)s. Open it again.") % values


def _refuse_what_is_kept(disposal: Disposal) -> None:
    """Raise `DisposalRefusedError` if the plan no longer allows it for a case, and say what can be done."""
    try:
        refuse_what_is_kept(disposal.cases.select_related("series", "document_type__plan").order_by("pk"))
    except DisposalRefusedError as error:
        words = _("Withdraw or reject the proposal, and propose the other cases again.")
        raise DisposalRefusedError(f"{error} {words}") from error


def _lock_waiting_intake(intake: Intake) -> Intake:
    """Lock the arrival. Raise `DisposalRefusedError` unless it still waits to be registered."""
    locked = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if locked.kind == CaseKind.DISCLOSURE:
        raise DisposalRefusedError(
            _("%(arrival)s is a request for public documents. Register it and leave it out of the proposal.")
            % {"arrival": locked}
        )
    if locked.state not in WAITING:
        values = {"arrival": locked, "state": locked.get_state_display()}
        raise DisposalRefusedError(_("%(arrival)s is already %(state)s. Leave it out and propose again.") % values)
    if locked.disposals.filter(state__in=(State.PROPOSED, State.DECIDED)).exists():
        values = {"arrival": locked}
        raise DisposalRefusedError(
            _("The disposal of %(arrival)s has already been proposed. Leave it out and propose again.") % values
        )
    return locked


def _refuse_proposer(disposal: Disposal, user: User) -> None:
    if disposal.proposed_by_id == user.pk:
        raise DisposalRefusedError(_("You proposed this disposal yourself, so someone else must decide on it."))


def _refuse_while_mail_waits(cases: list[Case]) -> None:
    to_be_sent = (OutgoingMail.State.HELD, OutgoingMail.State.QUEUED)
    waiting = Dispatch.objects.filter(case__in=cases, mail__state__in=to_be_sent)
    if first := waiting.select_related("case__series").first():
        values = {"number": first.case}
        raise DisposalRefusedError(
            _("E-mail about %(number)s is waiting to be sent. Carry out the disposal once it has been sent.") % values
        )


def _save_decision(disposal: Disposal, state: Disposal.State, user: User, reason: str) -> None:
    disposal.state, disposal.decided_by, disposal.decided_at = state, user, clock.read_time()
    disposal.reason = reason.strip()
    disposal.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _append_events(kind: Event.Kind, act: Act, disposal: Disposal, user: User, reason: str = "") -> None:
    """Append the events of one step: of all mail together, of each arrival, and of each case by its act."""
    said = {"reason": reason} if reason else {}
    mail_disposal.append_mail_event(kind, disposal, user, **said)
    for intake in disposal.intakes.order_by("pk"):
        _append_intake_event(kind, intake, user, disposal, **said)
    for case in disposal.cases.order_by("pk"):
        perform_act(act, case, user, reason=reason, disposal=disposal.pk)


def _append_intake_event(kind: Event.Kind, intake: Intake, user: User, disposal: Disposal, **payload: Any) -> None:
    chain.append_event(kind, intake=intake, actor=user.get_username(), disposal=disposal.pk, **payload)


def _primary_key(thing: Case | Intake) -> int:
    return thing.pk
