"""Remind those who are responsible, in one mail a week, of what is due soon or late.

The mail goes on Monday from 07:00 in Stockholm, or as soon after that as a worker runs, and holds every activity and
milestone that reaches a threshold in the week that begins: due in 30, 7 or 1 days, late since 1, 7, then every 30
days. An activity that stood in no digest for a while also brings the thresholds of the weeks between (a worker may
have stood still, a date may have been changed), so that none is missed.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Prefetch, Q
from django.utils import timezone

from actionplans.models import Activity, Involvement, Milestone, Reminder
from actionplans.ownership import find_own_plans
from actionplans.services.reminder_mail import Item, Recipient, queue_digest
from contacts.models import StaffMember
from contacts.substitutes import map_substitutes
from jobs.failures import find_waiting_keys, forget_failures
from jobs.locks import Lock, wait_for_advisory_lock
from jobs.rows import noted_failures
from publishing.authors import describe_author
from publishing.models import Publication

DAYS_BEFORE = (30, 7, 1)
DAYS_LATE = (1, 7)
DAYS_LATE_AGAIN = 30
FROM = time(7)
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
JOB, ACTIVITY = "actionplans.services.reminders.send", "actionplans.activity"
LOOK_BACK = 3 * WEEK
"""How far back the thresholds of an activity are looked for that stood in no digest lately."""


class Window(NamedTuple):
    """The days, both included, whose thresholds a digest covers."""

    first: date
    last: date


def send_due_digests() -> int:
    """Send this week's digests, unless they are sent or it is too early. Return how many mails were queued."""
    now = timezone.localtime()
    monday = now.date() - now.weekday() * DAY
    if now < timezone.make_aware(datetime.combine(monday, FROM)) or Reminder.objects.filter(week=monday).exists():
        return 0
    return send_digests(monday)


@transaction.atomic
def send_digests(monday: date) -> int:
    """Queue the digests of a week and note them as reminders, in one transaction."""
    wait_for_advisory_lock(Lock.DIGESTS)
    if Reminder.objects.filter(week=monday).exists():
        return 0  # another worker did it while this one waited
    digests: dict[str, tuple[Recipient, list[Item]]] = {}
    postponed = find_waiting_keys(JOB, ACTIVITY)
    substitutes = map_substitutes()
    for activity in _candidates(monday + WEEK - DAY):
        if activity.pk in postponed:
            continue
        with noted_failures(JOB, ACTIVITY, [activity.pk]):
            items = list(_items(activity, _window(activity, monday)))
            if recipient := _recipient(activity, substitutes) if items else None:
                digests.setdefault(recipient.email, (recipient, []))[1].extend(items)
    return sum(_send_digest(recipient, items, monday) for recipient, items in digests.values())


def _send_digest(recipient: Recipient, items: list[Item], monday: date) -> bool:
    """Queue a digest and note it, unless one of its activities cannot be written of."""
    keys = list(dict.fromkeys(item.activity.pk for item in items))
    with noted_failures(JOB, ACTIVITY, keys) as failures, transaction.atomic():
        queue_digest(recipient, items, _plans_of(recipient))
        Reminder.objects.bulk_create(Reminder(activity_id=key, week=monday, sent_to=recipient.email) for key in keys)
        forget_failures(JOB, ACTIVITY, keys)
    return not failures


def crosses_threshold(due: date, window: Window) -> bool:
    """Whether a day in the window is one on which to remind of the due day."""
    left = (due - window.last).days, (due - window.first).days
    if any(left[0] <= days <= left[1] for days in DAYS_BEFORE):
        return True
    first, last = max(-left[1], 1), -left[0]
    if any(first <= days <= last for days in DAYS_LATE):
        return True
    return last >= first and last // DAYS_LATE_AGAIN > (first - 1) // DAYS_LATE_AGAIN


def _candidates(last: date) -> Iterable[Activity]:
    """Return published, open activities with an end or a milestone that may reach a threshold by a day."""
    horizon = last + max(DAYS_BEFORE) * DAY
    unreached = Milestone.objects.filter(reached_on=None, due_on__lte=horizon)
    responsible = Involvement.objects.filter(role=Involvement.Role.RESPONSIBLE).select_related("organisation")
    coordinators = StaffMember.objects.exclude(publication=Publication.ARCHIVED).order_by("position", "name")
    return (
        Activity.objects.published()
        .filter(
            Q(ends_on__lte=horizon) | Exists(unreached.filter(activity=OuterRef("pk"))),
            delivery_status__in=Activity.OPEN,
        )
        .annotate(last_week=Max("reminders__week"))
        .select_related("plan", "contact")
        .prefetch_related(
            Prefetch("milestones", unreached, to_attr="unreached"),
            Prefetch("involvements", responsible, to_attr="led_by"),
            Prefetch("plan__coordinators", coordinators, to_attr="in_charge"),
        )
        .order_by("ends_on", "plan", "slug")
    )


def _window(activity: Activity, monday: date) -> Window:
    """Return the days from the week after the activity's last digest to the end of this week."""
    last_week: date | None = activity.last_week  # type: ignore[attr-defined]
    first = max(last_week + WEEK, monday - LOOK_BACK) if last_week else monday - LOOK_BACK
    return Window(first, monday + WEEK - DAY)


def _items(activity: Activity, window: Window) -> Iterator[Item]:
    if activity.ends_on and crosses_threshold(activity.ends_on, window):
        yield Item(activity, activity.ends_on)
    for milestone in activity.unreached:  # type: ignore[attr-defined]
        if crosses_threshold(milestone.due_on, window):
            yield Item(activity, milestone.due_on, milestone)


def _recipient(activity: Activity, substitutes: dict[int, User]) -> Recipient | None:
    """Return the contact, else the responsible organisation, else the plan's first coordinator, or a substitute."""
    in_charge: StaffMember | None = next(iter(activity.plan.in_charge), None)  # type: ignore[attr-defined]
    reply_to = in_charge.email if in_charge else ""
    if activity.contact and activity.contact.is_published():
        return _person(activity.contact, reply_to, substitutes)
    for involvement in activity.led_by:  # type: ignore[attr-defined]
        if involvement.organisation.email:
            return Recipient(involvement.organisation.email.lower(), involvement.organisation.name, None, reply_to)
    return _person(in_charge, "", substitutes) if in_charge else None


def _person(member: StaffMember, reply_to: str, substitutes: dict[int, User]) -> Recipient:
    substitute = substitutes.get(member.user_id or 0)
    if substitute is not None:
        return Recipient(substitute.email.lower(), describe_author(substitute), substitute.pk, reply_to)
    email = member.email.lower()
    return Recipient(email, member.name, member.user_id, "" if reply_to.lower() == email else reply_to)


def _plans_of(recipient: Recipient) -> set[int]:
    """Return the plans that the recipient can open in the admin."""
    user = User.objects.filter(pk=recipient.user_id or 0, is_active=True, is_staff=True).first()
    return set(find_own_plans(user).values_list("pk", flat=True)) if user else set()
