"""New cases that continue cases closed too long ago to be reopened."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs import clock
from registry import chain, search
from registry.models import Case, CaseKind, Event, Party, Record
from registry.services.answers import find_sender
from registry.services.case_acts import lock_case
from registry.services.registration import make_record_digest, take_number
from registry.transitions import PERMISSIONS, Actor, Status
from registry.workdays import add_workdays

ENDED = (Status.CLOSED, Status.DELIVERED, Status.ARCHIVED)


def may_be_followed(user: User, case: Case) -> bool:
    """Whether the user may open a new case after this one, which can no longer be reopened."""
    is_over = case.status in ENDED and not (case.status == Status.CLOSED and case.may_be_reopened())
    return is_over and user.has_perm(PERMISSIONS[Actor.REGISTRAR])


@transaction.atomic
def open_following_case(case: Case, user: User) -> Case:
    """Open a new case that follows an ended one. Return the open follower if there already is one."""
    ended = lock_case(case)
    if not may_be_followed(user, ended):
        raise PermissionDenied
    if existing := ended.followed_by.open().select_related("series").first():
        return existing
    now = clock.read_time()
    today = timezone.localdate(now)
    following = Case.objects.create(
        series=ended.series,
        year=today.year,
        number=take_number(ended.series, today.year),
        kind=ended.kind,
        registered_at=now,
        arrived_at=now,
        title=ended.title,
        due_on=_due(ended, today),
        follows=ended,
    )
    record = _draw_up(following, ended)
    _take_over_sender(record, ended)
    search.index_case(following)
    chain.append_event(
        Event.Kind.REGISTERED,
        case=following,
        actor=user.get_username(),
        number=following.registration_number,
        follows=ended.registration_number,
        record=make_record_digest(record),
    )
    return following


def _due(case: Case, today: date) -> date:
    is_request = case.kind == CaseKind.DISCLOSURE
    return add_workdays(today, settings.DISCLOSURE_ANSWER_DAYS if is_request else settings.REGISTRY_ANSWER_DAYS)


def _draw_up(following: Case, ended: Case) -> Record:
    """Draw up the first record of the case, since nothing arrived."""
    with translation.override(settings.LANGUAGE_CODE):
        return Record.objects.create(
            case=following,
            ordinal=1,
            direction=Record.Direction.DRAWN_UP,
            recorded_at=following.registered_at,
            subject=_("Continuation of %(number)s") % {"number": ended},
            body=_("%(number)s was closed on %(day)s. The matter continues in this case.")
            % {"number": ended, "day": timezone.localdate(ended.closed_at) if ended.closed_at else "–"},
            language=settings.LANGUAGE_CODE,
        )


def _take_over_sender(record: Record, ended: Case) -> None:
    """Copy the sender of the ended case, so that they can be answered here, as protected as there (OSL 22:1)."""
    sender = find_sender(ended) or Party.objects.filter(record__case=ended, role=Party.Role.SENDER).first()
    if sender:
        Party.objects.create(
            record=record,
            role=sender.role,
            name=sender.name,
            email=sender.email,
            reply_to=sender.reply_to,
            identity_is_protected=sender.identity_is_protected,
        )
