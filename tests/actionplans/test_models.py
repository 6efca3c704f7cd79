from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from actionplans.models import Activity, Contribution, Involvement
from tests.factories import make_activity, make_goal, make_organisation, make_priority, make_strategy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "ends_on", "late"),
    [
        (Activity.Delivery.ONGOING, date(2026, 5, 1), True),
        (Activity.Delivery.PLANNED, date(2026, 5, 1), True),
        (Activity.Delivery.DONE, date(2026, 5, 1), False),
        (Activity.Delivery.CANCELLED, date(2026, 5, 1), False),
        (Activity.Delivery.ONGOING, date(2026, 5, 2), False),
        (Activity.Delivery.ONGOING, None, False),
    ],
)
def test_late_is_what_should_have_been_done(status: str, ends_on: date | None, late: bool) -> None:
    activity = Activity(delivery_status=status, ends_on=ends_on)

    assert activity.is_late(on=date(2026, 5, 2)) is late


@pytest.mark.parametrize("status", ["paused", "cancelled", "merged"])
def test_database_wants_a_reason_for_what_stopped(status: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_activity(delivery_status=status, status_reason="")


def test_activity_cannot_end_before_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_activity(starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))


def test_only_one_organisation_is_responsible() -> None:
    activity = make_activity()
    activity.involvements.all().delete()
    Involvement.objects.create(activity=activity, organisation=make_organisation(), role="responsible")

    with pytest.raises(IntegrityError), transaction.atomic():
        Involvement.objects.create(activity=activity, organisation=make_organisation(), role="responsible")


def test_priority_of_another_goal_is_refused_in_words() -> None:
    strategy = make_strategy()
    goal, other = make_goal(strategy), make_goal(strategy)
    contribution = Contribution(activity=make_activity(), goal=goal, priority=make_priority(other), how="x")

    with pytest.raises(ValidationError) as refused:
        contribution.full_clean()

    assert refused.value.message_dict["priority"] == ["Prioriteringen hör till ett annat mål."]


def test_database_refuses_priority_of_another_goal() -> None:
    strategy = make_strategy()
    goal, other = make_goal(strategy), make_goal(strategy)
    contribution = Contribution.objects.create(activity=make_activity(), goal=goal, how="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=contribution.pk).update(priority=make_priority(other))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
