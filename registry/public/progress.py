"""The progress of a message, for its sender: states and dates, never names, addresses or contents."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.models import Case, Event, Intake

Status = Case.Status


@dataclass(frozen=True)
class Step:
    """Something that happened, or, without a time, that comes next."""

    words: str
    at: datetime | None = None


def list_steps(intake: Intake, case: Case | None) -> list[Step]:
    """Return the steps from the arrival until now, in order of time. One query at most."""
    arrived = Step(_("The message arrived."), intake.received_at)
    if case is None:
        return [arrived, Step(_("The registrar will look at the message and give it a number."))]
    voided = case.status == Status.VOIDED
    ended = _("The number was voided because it was given by mistake.") if voided else _("The case was closed.")
    known = [
        (_("The message was registered as %(number)s.") % {"number": case}, case.registered_at),
        (_("The case was assigned to an officer."), _distributed_at(case)),
        (_("We answered."), case.answered_at),
        (ended, None if case.is_open else case.closed_at),
    ]
    done = [Step(words, at) for words, at in known if at]
    return [arrived, *sorted(done, key=lambda step: step.at or timezone.now()), *_awaited(case)]


def _distributed_at(case: Case) -> datetime | None:
    """Return when it last went to an officer, None if it went back to the registrar."""
    if case.status == Status.REGISTERED:
        return None
    went = case.events.filter(kind=Event.Kind.DISTRIBUTED).order_by("-sequence").values_list("at", flat=True).first()
    if went is None and case.assigned_to_id:
        return case.registered_at  # sent to that officer's own page
    return went


def _awaited(case: Case) -> list[Step]:
    words = {
        Status.REGISTERED: _("The registrar will decide who works on it."),
        Status.DISTRIBUTED: _("An officer has been given the case and will start on it."),
        Status.IN_PROGRESS: _("An officer is working on it."),
        Status.RESTING: _("It is on hold, waiting for something that must happen first."),
    }
    return [Step(words[Status(case.status)])] if case.status in words else []
