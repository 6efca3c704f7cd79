"""Lists and desks of the admin ask the database as often with many rows as with one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent
from accounts.roles import Role
from contacts.models import StaffMember
from indicators.models import Fetching
from mailroom.outbox import queue_mail
from registry.models import Case
from registry.services.registration import receive_message
from tests import factories
from tests.rus_portal.counting import MANY, count_queries

pytestmark = pytest.mark.django_db

LISTS = {
    "accounts/accountevent": 6,
    "accounts/loginlock": 6,
    "actionplans/theme": 6,
    "actionplans/organisation": 6,
    "actionplans/actionplan": 7,
    "actionplans/activity": 8,
    "actionplans/statusupdate": 7,
    "auth/group": 6,
    "auth/user": 8,
    "contacts/staffmember": 6,
    "contacts/substitution": 6,
    "documents/document": 7,
    "followup/assessment": 7,
    "followup/followup": 7,
    "indicators/area": 6,
    "indicators/indicator": 6,
    "indicators/outcomeoverride": 6,
    "funding/call": 7,
    "funding/fundingprogramme": 6,
    "funding/guidance": 7,
    "funding/themewords": 6,
    "jobs/failure": 7,
    "mailroom/incomingmail": 6,
    "mailroom/mailboxreading": 6,
    "mailroom/outgoingmail": 6,
    "news/newsitem": 6,
    "registry/cannedtext": 6,
    "registry/case": 9,
    "registry/delivery": 6,
    "registry/disposal": 6,
    "registry/event": 6,
    "registry/intake": 6,
    "registry/retentionplan": 6,
    "search/synonymgroup": 6,
    "strategy/strategy": 6,
    "strategy/goal": 7,
    "strategy/goalcrosswalk": 7,
    "strategy/priority": 7,
}
DESKS = {
    Role.COORDINATOR: 28,
    Role.EDITOR: 34,
    Role.REPORTER: 11,
    Role.REGISTRAR: 22,
    Role.OFFICER: 10,
    Role.ARCHIVIST: 11,
    Role.ADMINISTRATOR: 45,
}


def make_rows(owner: User) -> None:
    """One more of everything that a list shows, the owner's where things are owned."""
    member = factories.make_staff()
    goal = factories.make_goal()
    factories.make_crosswalk(goal)
    plan = factories.make_plan(coordinators=[owner.staff_member])
    activity = factories.make_activity(
        plan,
        priority=factories.make_priority(goal),
        responsible=factories.make_organisation(),
        participating=(factories.make_organisation(),),
    )
    factories.make_milestone(activity)
    factories.make_update(activity)
    programme = factories.make_programme(contact=member, themes=[plan.theme])
    factories.make_call(programme)
    factories.make_guidance(programme, plan=plan)
    factories.make_guidance(programme, goal=goal)
    factories.make_theme_words(plan.theme)
    factories.make_synonyms("RUS", "regional utvecklingsstrategi")
    factories.make_document(versions=2, responsible=member)
    failing = factories.make_indicator(
        {2015: "70"}, goals=[goal], owner=owner.staff_member, source_kind="kolada", kpi="N00945"
    )
    Fetching.objects.create(indicator=failing, fault="Servern svarade inte.", failed_at=timezone.now(), failures=1)
    factories.make_override(failing)
    factories.make_area(f"{failing.pk % 10000:04}")
    factories.make_news()
    factories.make_followup(goal.strategy)
    factories.make_login_lock(user=factories.make_user())
    AccountEvent.objects.create(kind=AccountEvent.Kind.LOGGED_IN)
    receive_message(factories.make_message(assign_to=owner))
    receive_message(factories.make_message())
    receive_message(factories.make_message(), quarantine_reason="För snabbt.")
    factories.make_failure(due_at=None)
    factories.make_incoming_mail()
    factories.make_incoming_mail(due_at=None, attempts=8)
    factories.make_mailbox_reading(fault="Brevlådan svarar inte.")
    queue_mail(to="a@example.org", subject="Ett brev", body="Text.", language="sv")
    factories.make_canned_text()
    factories.make_delivery()
    factories.make_disposal()
    factories.make_due_case()
    factories.make_retention_plan()


@pytest.fixture(scope="module", params=[1, MANY], ids=["one row", "many rows"])
def owner(request: pytest.FixtureRequest, module_database: None, django_db_blocker: Any) -> Iterator[User]:
    """A superuser to whom all rows belong that can belong to somebody."""
    with django_db_blocker.unblock(), transaction.atomic():
        superuser = User.objects.create_superuser("overordnad")
        factories.make_staff(user=superuser)
        for _row in range(request.param):
            make_rows(superuser)
        yield superuser
        transaction.set_rollback(True)


def test_lists_ask_as_often_with_many_rows(client: Client, owner: User) -> None:
    client.force_login(owner)
    client.get("/admin/")
    ContentType.objects.get_for_models(*apps.get_models())  # fills their cache, as a process does in time

    assert {name: count_queries(client, f"/admin/{name}/") for name in LISTS} == LISTS


@pytest.mark.parametrize("role", DESKS)
def test_desks_ask_as_often_with_many_rows(client: Client, owner: User, role: Role) -> None:
    user = factories.make_user(role)
    role.group().user_set.add(*User.objects.filter(is_superuser=False))
    StaffMember.objects.filter(user=owner).update(user=user)
    Case.objects.filter(assigned_to=owner).update(assigned_to=user)
    client.force_login(user)
    client.get("/admin/")

    assert count_queries(client, "/admin/") == DESKS[role]
