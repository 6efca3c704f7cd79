"""The dashboards of each role on the admin's first page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.roles import Role
from jobs.models import Failure
from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case
from registry.services.mail_intake import take_due_mail
from registry.services.registration import receive_message
from rus_portal import __version__
from rus_portal.dashboards.accounts import build_administrator_context
from rus_portal.dashboards.content import build_content_context, build_plans_context
from rus_portal.dashboards.registry import build_archivist_context, build_officer_context, build_registrar_context
from tests.factories import (
    make_activity,
    make_case,
    make_document,
    make_failure,
    make_goal,
    make_incoming_mail,
    make_mailbox_reading,
    make_message,
    make_news,
    make_organisation,
    make_plan,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


def desk(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("role", "headings"),
    [
        (Role.COORDINATOR, ["desk-content", "desk-plans", "desk-officer"]),
        (Role.EDITOR, ["desk-content", "desk-plans", "desk-officer"]),
        (Role.REPORTER, ["desk-content"]),
        (Role.REGISTRAR, ["desk-registrar"]),
        (Role.OFFICER, ["desk-officer"]),
        (Role.ARCHIVIST, ["desk-archivist"]),
        (Role.ADMINISTRATOR, ["desk-content", "desk-plans", "desk-operations", "desk-administrator"]),
    ],
)
def test_each_role_has_its_desk(client: Client, role: Role, headings: list[str]) -> None:
    page = desk(client, make_user(role))

    names = ("content", "plans", "registrar", "archivist", "officer", "operations", "administrator")
    assert [f"desk-{name}" for name in names if f'id="desk-{name}"' in page] == headings
    assert page.count("<h1") == 1


def read_waiting(user: User) -> list[tuple[str, list[str]]]:
    """Return the title of each thing that waits, and the words of why."""
    return [(one.title, [reason.words for reason in one.reasons]) for one in build_content_context(user)["waiting"]]


@time_machine.travel(datetime(2026, 5, 4, 10, 30, tzinfo=UTC), tick=False)
def test_coordinator_has_one_list_of_what_waits_the_most_urgent_first(client: Client) -> None:
    user = make_user(Role.COORDINATOR)
    plan = make_plan(coordinators=[make_staff(user=user)], title="Min plan")
    sound: dict[str, Any] = {"goal": make_goal(plan.strategy), "responsible": make_organisation()}
    make_activity(plan, **sound)
    make_activity(plan, publication="draft", title="Ny", **sound)
    late = make_activity(plan, ends_on=date(2026, 5, 3), title="Sen", title_en="", **sound)
    make_activity(plan, ends_on=date(2026, 5, 4), **sound)
    make_activity(make_plan(), ends_on=date(2020, 1, 1), title="Andras")
    make_news(publication="draft", title_sv="Snart klar")

    assert read_waiting(user) == [
        ("Sen", ["försenad", "något saknas på engelska"]),
        ("Ny", ["opublicerad"]),
        ("Snart klar", ["opublicerad"]),
    ]
    page = desk(client, user)
    assert f"/admin/actionplans/activity/{late.pk}/report/" in page
    [row] = build_plans_context(user)["plans"]
    assert (row["plan"], [words for words, _url in row["counts"]]) == (
        plan,
        ["4 aktiviteter", "1 försenad", "1 opublicerad", "1 där något saknas på engelska"],
    )
    assert [client.get(url).context["cl"].result_count for _words, url in row["counts"]] == [4, 1, 1, 1]


@time_machine.travel(datetime(2026, 5, 4, 10, 30, tzinfo=UTC), tick=False)
def test_coordinator_confirms_from_the_desk_what_has_waited_longest(client: Client) -> None:
    user = make_user(Role.COORDINATOR)
    plan = make_plan(coordinators=[make_staff(user=user)])
    sound: dict[str, Any] = {"goal": make_goal(plan.strategy), "responsible": make_organisation()}
    now = datetime.now(tz=UTC)
    waiting = [make_activity(plan, last_confirmed_at=now - timedelta(days=100 + n), **sound) for n in range(7)]
    make_activity(plan, last_confirmed_at=now - timedelta(days=89), **sound)

    page = html.document_fromstring(desk(client, user))
    buttons = page.xpath("//table[@class='waiting']//form[@method='post']/@action")
    client.post(buttons[0])

    assert buttons == [f"/admin/actionplans/activity/{activity.pk}/confirm/" for activity in reversed(waiting)]
    assert [title for title, _why in read_waiting(user)] == [activity.title for activity in waiting[-2::-1]]


def test_editor_in_chief_sees_who_is_behind_and_has_what_is_nobodys(client: Client) -> None:
    user = make_user(Role.EDITOR)
    behind = make_plan(coordinators=[make_staff(name="Anna Alm")], title="Efter")
    make_activity(behind, ends_on=date(2020, 1, 1), title="Annas")
    nobodys = make_plan(title="Ingens")
    make_activity(nobodys, ends_on=date(2020, 1, 1), title="Ingens aktivitet")

    titles = [title for title, _why in read_waiting(user)]

    assert titles == ["Ingens aktivitet", "Ingens"]
    assert [row["plan"] for row in build_plans_context(user)["plans"]] == [behind, nobodys]
    page = desk(client, user)
    assert "Anna Alm" in page
    assert "ingen</span>" in page


def test_desk_without_anything_says_so(client: Client) -> None:
    user = make_user(Role.COORDINATOR)
    make_plan(coordinators=[make_staff(user=user)])

    page = desk(client, user)

    assert "Inget väntar på dig." in page
    assert "Du ändrade senast" not in page


def test_desk_has_what_one_changed_last_each_once(client: Client) -> None:
    user = make_user(Role.COORDINATOR)
    news = [make_news(title=f"Nyhet {number}") for number in range(2)]
    for item in (*news, news[0]):
        LogEntry.objects.create(
            user=user, content_type=ContentType.objects.get_for_model(item), object_id=str(item.pk),
            object_repr=item.title, action_flag=CHANGE,
        )  # fmt: skip

    links = html.document_fromstring(desk(client, user)).xpath("//section[@aria-labelledby='desk-recent']//a/text()")

    assert links == ["Nyhet 0", "Nyhet 1"]


def test_the_search_of_the_desk_finds_all_kinds_that_are_ones_own(client: Client) -> None:
    user = make_user(Role.COORDINATOR)
    plan = make_plan(coordinators=[make_staff(user=user)])
    make_activity(plan, title="Bredband åt alla")
    make_activity(title="Andras bredband")
    make_news(title="Bredband byggs ut")
    make_document(title="Bredbandsstrategi")
    client.force_login(user)

    page = html.document_fromstring(client.get("/admin/find/", {"q": "bredband"}).content.decode())

    found = page.xpath("//section[@class='desk']//li/a/text()")
    assert sorted(found) == ["Bredband byggs ut", "Bredband åt alla", "Bredbandsstrategi"]
    nothing = client.get("/admin/find/", {"q": "xyzzy"}).content.decode()
    assert "Inget av det du arbetar med innehåller ”xyzzy”." in nothing


def test_coordinator_without_plans_is_told_what_to_do(client: Client) -> None:
    assert "Du samordnar ingen plan än." in desk(client, make_user(Role.COORDINATOR))


def test_registrar_sees_what_waits(client: Client) -> None:
    handler = make_user(Role.OFFICER)
    waiting = receive_message(make_message()).record.case
    receive_message(make_message(assign_to=handler))
    make_case(Case.Status.CLOSED)
    quarantined = receive_message(make_message(), quarantine_reason="För snabbt.")
    OutgoingMail.objects.filter(pk=OutgoingMail.objects.first().pk).update(state="failed")

    shown = build_registrar_context()

    assert list(shown["unassigned"]) == [waiting]
    assert (shown["unassigned_count"], shown["open_count"], shown["today_count"]) == (1, 2, 4)
    assert list(shown["waiting"]) == [quarantined]
    assert [mail.state for mail in shown["unsent"]] == ["failed"]
    page = desk(client, make_user(Role.REGISTRAR))
    assert f'href="/admin/registry/case/{waiting.pk}/change/"' in page
    assert f'href="/admin/registry/intake/{quarantined.pk}/change/"' in page


def test_registrars_empty_desk_says_that_all_is_done(client: Client) -> None:
    page = desk(client, make_user(Role.REGISTRAR))

    assert page.count('class="empty"') == 4


def test_officer_sees_her_open_cases_oldest_first(client: Client) -> None:
    user = make_user(Role.OFFICER)
    with time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC), tick=False):
        first = receive_message(make_message(assign_to=user)).record.case
    second = receive_message(make_message(assign_to=user)).record.case
    make_case(Case.Status.ANSWERED, assign_to=user)
    receive_message(make_message())

    shown = build_officer_context(user)

    assert (list(shown["cases"]), shown["count"]) == ([first, second], 3)
    assert desk(client, user).count("RUS ") >= 2


def test_archivist_sees_the_registry_by_year(client: Client) -> None:
    with time_machine.travel(datetime(2025, 5, 4, tzinfo=UTC), tick=False):
        make_case(Case.Status.CLOSED)
    with time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC), tick=False):
        receive_message(make_message())

    assert build_archivist_context()["years"] == [(2026, 1, 1, 0), (2025, 1, 0, 1)]
    assert "/admin/registry/case/?year=2025" in desk(client, make_user(Role.ARCHIVIST))


def test_administrator_sees_what_was_forgotten(client: Client) -> None:
    user = make_user(Role.ADMINISTRATOR)
    assert build_administrator_context()["todos"] == []

    make_user()
    make_staff(publication="draft")

    assert [count for count, _words, _url in build_administrator_context()["todos"]] == [1, 1]
    page = desk(client, user)
    for _count, _words, url in build_administrator_context()["todos"]:
        assert client.get(url).status_code == 200
        assert url.replace("&", "&amp;") in page


def test_registrar_sees_that_all_of_todays_mail_is_accounted_for(client: Client) -> None:
    make_incoming_mail(b"Subject: RUS 2026/0001\r\n\r\nText")
    make_incoming_mail(b"Subject: x\r\nAuto-Submitted: auto-replied\r\n\r\nText")
    take_due_mail()
    make_incoming_mail(state=IncomingMail.State.BOUNCE)
    make_incoming_mail(due_at=None, attempts=8, note="OSError: disk full")
    make_incoming_mail(received_at=timezone.now() - timedelta(days=2), state=IncomingMail.State.DUPLICATE)
    make_mailbox_reading(fault="E-postservern går inte att nå.")

    page = desk(client, make_user(Role.REGISTRAR))
    report = build_registrar_context()["mailbox"]["report"]

    assert report == {
        "fetched": 4, "registered": 1, "queued": 1, "automatic": 0, "bounce": 1, "duplicate": 0, "waiting": 1,
    }  # fmt: skip
    assert [page.count(words) for words in ("OSError: disk full", "E-postservern går inte att nå.")] == [1, 1]


def test_registrar_sees_what_is_in_quarantine_and_what_is_doubtful_with_its_reason(client: Client) -> None:
    receive_message(make_message(), quarantine_reason="Ifylld fälla")
    make_incoming_mail(b"From: a@example.org\r\nSubject: Om RUS 2026/0099\r\nAuto-Submitted: auto-replied\r\n\r\nText.")
    take_due_mail()

    page = desk(client, make_user(Role.REGISTRAR))

    waiting = page.split("Väntar på din bedömning")[1].split("</table>")[0]
    rows = waiting.split("<tr>")[2:]
    states = [
        ("I karantän" in row, "Tveksamt" in row, "Ifylld fälla" in row, "automatiskt svar" in row) for row in rows
    ]
    assert states == [(True, False, True, False), (False, True, False, True)]


def test_footer_names_the_version_for_staff_alone(client: Client) -> None:
    assert "Version" not in client.get("/admin/login/").content.decode()

    assert f"Version {__version__}" in desk(client, make_user(Role.COORDINATOR))


def test_what_the_worker_has_given_up_is_shown_to_those_who_may_see_it(log_in: Any) -> None:
    make_failure(model="mailroom.outgoingmail", key=17, due_at=None)
    make_failure(model="news.newsitem", key=18, due_at=None)
    make_failure(model="mailroom.outgoingmail", key=19)  # which is tried again

    shown = {
        role: [number for number in ("17", "18", "19") if f" {number}</a>" in page]
        for role in (Role.REGISTRAR, Role.ADMINISTRATOR, Role.OFFICER)
        for page in [log_in(role).get("/admin/").content.decode()]
    }

    assert shown == {Role.REGISTRAR: ["17"], Role.ADMINISTRATOR: ["18"], Role.OFFICER: []}


def test_registrar_lets_it_be_tried_again(log_in: Any) -> None:
    failure = make_failure(model="mailroom.outgoingmail", key=17, due_at=None)
    others = make_failure(model="news.newsitem", key=18, due_at=None)
    chosen = {"action": "try_again", "_selected_action": [failure.pk, others.pk]}

    log_in(Role.REGISTRAR).post("/admin/jobs/failure/", chosen)

    assert list(Failure.objects.given_up()) == [others]
