"""Lists, forms and dashboards of the admin make as many queries with many rows as with one."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import Fetching
from mailroom.outbox import queue_mail
from registry.services.case_acts import set_title
from registry.services.registration import receive_message
from rus_portal.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

MANY = 25
LISTS = {
    "actionplans/theme": 6,
    "actionplans/organisation": 6,
    "actionplans/actionplan": 7,
    "actionplans/activity": 8,
    "actionplans/statusupdate": 7,
    "auth/group": 6,
    "auth/user": 8,
    "contacts/staffmember": 6,
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
    Role.COORDINATOR: 18,
    Role.REGISTRAR: 18,
    Role.OFFICER: 7,
    Role.ARCHIVIST: 10,
    Role.ADMINISTRATOR: 19,
}


def make_rows(user: User) -> None:
    """Create one more of everything that a list shows, owned by the user where possible."""
    member = factories.make_staff()
    goal = factories.make_goal()
    factories.make_crosswalk(goal)
    plan = factories.make_plan(coordinators=list(user_staff(user)))
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
        {2015: "70"}, goals=[goal], owner=next(iter(user_staff(user))), source_kind="kolada", kpi="N00945"
    )
    Fetching.objects.create(indicator=failing, fault="Servern svarade inte.", failed_at=timezone.now(), failures=1)
    factories.make_override(failing)
    factories.make_area(f"{failing.pk % 10000:04}")
    factories.make_news()
    factories.make_followup(goal.strategy)
    factories.make_user().groups.set(user.groups.all())
    receive_message(factories.make_message(assign_to=user))
    receive_message(factories.make_message())
    receive_message(factories.make_message(), quarantine_reason="För snabbt.")
    factories.make_incoming_mail()
    factories.make_incoming_mail(due_at=None, attempts=8)
    factories.make_mailbox_reading(fault="Brevlådan svarar inte.")
    queue_mail(to="a@example.org", subject="Ett brev", body="Text.", language="sv")
    factories.make_canned_text()
    factories.make_delivery()
    factories.make_disposal()
    factories.make_due_case()
    factories.make_retention_plan()


def user_staff(user: User) -> list[object]:
    return [user.staff_member] if hasattr(user, "staff_member") else [factories.make_staff(user=user)]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def fill() -> Callable[[User], None]:
    def fill(user: User) -> None:
        for _n in range(MANY):
            make_rows(user)

    return fill


def test_lists_ask_as_often_with_many_rows(client: Client, fill: Callable[[User], None]) -> None:
    superuser = User.objects.create_superuser("overordnad")
    client.force_login(superuser)
    make_rows(superuser)
    client.get("/admin/")  # fills the cache of content types
    one = {name: queries(client, f"/admin/{name}/") for name in LISTS}

    fill(superuser)

    assert {name: queries(client, f"/admin/{name}/") for name in LISTS} == one
    assert one == LISTS


@pytest.mark.parametrize("role", DESKS)
def test_desks_ask_as_often_with_many_rows(client: Client, role: Role, fill: Callable[[User], None]) -> None:
    user = factories.make_user(role)
    client.force_login(user)
    make_rows(user)
    client.get("/admin/")
    one = queries(client, "/admin/")

    fill(user)

    assert (queries(client, "/admin/"), one) == (one, DESKS[role])


def test_form_of_an_activity_asks_as_often_with_many_goals_and_organisations(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    plan, organisations = factories.make_plan(), [factories.make_organisation() for _n in range(MANY)]
    goals = [factories.make_goal(plan.strategy) for _n in range(MANY)]
    small = factories.make_activity(plan, goal=goals[0], responsible=organisations[0])
    large = factories.make_activity(plan, participating=tuple(organisations))
    factories.make_milestone(small)
    factories.make_update(small)
    for goal in goals:
        large.contributions.create(goal=goal, how_sv="Så.")
        factories.make_milestone(large)
        factories.make_update(large)
    url = "/admin/actionplans/activity/{}/change/"
    client.get(url.format(small.pk))

    assert queries(client, url.format(large.pk)) == queries(client, url.format(small.pk)) == 18


def test_form_of_an_indicator_asks_as_often_with_many_values_goals_and_areas(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    small = factories.make_indicator({2015: "70"}, {2030: "80"}, goals=[factories.make_goal()])
    areas = [factories.make_area(f"{n:04}") for n in range(MANY)]
    large = factories.make_indicator(dict.fromkeys(range(2000, 2025), "70"), {2030: "80", 2035: "85"}, areas=areas)
    large.goals.set([factories.make_goal() for _n in range(MANY)])
    url = "/admin/indicators/indicator/{}/change/"
    client.get(url.format(small.pk))

    assert queries(client, url.format(large.pk)) == queries(client, url.format(small.pk)) == 14


def test_pages_of_a_follow_up_ask_as_often_with_many_goals_and_documents(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    goal = factories.make_goal()
    factories.make_activity(goal=goal)
    small = factories.make_followup(goal.strategy)
    documents = [factories.make_document() for _n in range(MANY)]
    small.assessments.get().evidence.create(document=documents[0])
    for _n in range(MANY):
        factories.make_activity(goal=factories.make_goal(goal.strategy))
    large = factories.make_followup(goal.strategy)
    for document in documents:
        large.assessments.get(goal=goal).evidence.create(document=document)
    names = ["followup/followup/{0}/change", "followup/followup/{0}/preview", "followup/assessment/{1}/change"]
    for name in names:
        client.get(f"/admin/{name.format(small.pk, small.assessments.get(goal=goal).pk)}/")

    counts = [
        [queries(client, f"/admin/{name.format(row.pk, row.assessments.get(goal=goal).pk)}/") for name in names]
        for row in (small, large)
    ]

    assert counts == [[6, 20, 7]] * 2


def test_page_of_a_case_asks_as_often_with_many_events(client: Client) -> None:
    user = User.objects.create_superuser("overordnad")
    client.force_login(user)
    case = receive_message(factories.make_message()).record.case
    url = f"/admin/registry/case/{case.pk}/change/"
    client.get(url)
    one = queries(client, url)

    for n in range(MANY):
        set_title(case, f"Rubrik {n}", user)

    assert (queries(client, url), one) == (one, 16)
