"""The plan, an activity, the lists and the dashboard make as many queries with 500 activities as with one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from actionplans.models import Activity, Milestone, StatusUpdate
from tests import factories

pytestmark = pytest.mark.django_db
MANY = 500


def copies(activity: Activity, count: int) -> list[Activity]:
    """Create that many copies, in few statements."""
    rows = [
        Activity(
            plan=activity.plan,
            slug=f"kopia-{n}",
            title=f"Kopia {n}",
            summary="Något.",
            delivery_status="ongoing",
            publication=activity.publication,
            publish_from=activity.publish_from,
            merged_into=None,
        )
        for n in range(count)
    ]
    return Activity.objects.bulk_create(rows)


def test_pages_and_desk_ask_as_often_with_500_activities(client: Client) -> None:
    user = factories.make_user(Role.COORDINATOR)
    plan = factories.make_plan(slug="planen", coordinators=[factories.make_staff(user=user)])
    first = factories.make_activity(plan, slug="forsta", goal=factories.make_goal(plan.strategy))
    factories.make_milestone(first)
    factories.make_update(first)
    Activity.objects.update(created_at="2020-01-01T00:00Z")
    client.force_login(user)
    pages = {
        "/handlingsplaner/planen/": 8,
        "/handlingsplaner/planen/forsta/": 9,
        "/admin/": 28,
        "/admin/actionplans/activity/": 11,
        f"/admin/actionplans/activity/{first.pk}/change/": 24,
        f"/admin/actionplans/activity/{first.pk}/report/": 12,
    }

    def count() -> dict[str, int]:
        counts = {}
        for path in pages:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            counts[path] = len(captured)
        return counts

    one = count()
    rest = copies(first, MANY - 1)
    Milestone.objects.bulk_create(Milestone(activity=each, title_sv="x", due_on="2026-01-01") for each in rest)
    StatusUpdate.objects.bulk_create(
        StatusUpdate(activity=each, before="ongoing", after="ongoing", text_sv="x", signed_by="x")
        for each in [*rest, *[first] * MANY]
    )
    Activity.objects.update(created_at="2020-01-01T00:00Z")

    assert count() == one
    assert one == pages
    assert Activity.objects.count() == MANY
    assert first.updates.count() > MANY
