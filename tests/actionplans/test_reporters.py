"""Reporters of other organisations: they report on what their organisation leads, and do nothing else."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import html

from accounts.roles import Role
from actionplans.models import Activity, Organisation, StatusUpdate
from tests.factories import make_activity, make_organisation, make_plan, make_staff, make_update, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/actionplans/activity/"


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation(name="Mittuniversitetet")


@pytest.fixture
def reporter(client: Client, organisation: Organisation) -> User:
    user = make_user(Role.REPORTER, first_name="Maja", last_name="Öst")
    organisation.reporters.add(user)
    client.force_login(user)
    return user


def send_report(client: Client, activity: Activity, **given: Any) -> Any:
    return client.post(
        f"{LIST}{activity.pk}/report/",
        {"before": activity.delivery_status, "after": "done", "text_sv": "Klart.", "is_public": "on"} | given,
    )


def test_a_reporter_reports_under_name_and_organisation(
    client: Client, organisation: Organisation, reporter: User
) -> None:
    activity = make_activity(responsible=organisation)

    assert send_report(client, activity).status_code == 302

    update = StatusUpdate.objects.get()
    assert (update.after, update.signed_by) == ("done", "Maja Öst, Mittuniversitetet")
    activity.refresh_from_db()
    assert activity.delivery_status == "done"


def test_a_reporter_confirms_what_is_still_right(client: Client, organisation: Organisation, reporter: User) -> None:
    activity = make_activity(responsible=organisation)

    client.post(f"{LIST}{activity.pk}/confirm/")

    activity.refresh_from_db()
    assert activity.last_confirmed_at is not None


def test_what_others_lead_is_not_there(client: Client, organisation: Organisation, reporter: User) -> None:
    takes_part = make_activity(participating=(organisation,), responsible=make_organisation())

    assert send_report(client, takes_part).status_code == 404
    assert client.post(f"{LIST}{takes_part.pk}/confirm/").status_code == 404
    assert client.get(LIST).context["cl"].result_count == 0
    assert client.get(f"{LIST}{takes_part.pk}/change/").status_code == 302


def test_a_reporter_changes_nothing_else(client: Client, organisation: Organisation, reporter: User) -> None:
    activity = make_activity(responsible=organisation, title="Som den var")

    response = client.post(f"{LIST}{activity.pk}/change/", {"title_sv": "Ändrad"})

    assert response.status_code == 403
    activity.refresh_from_db()
    assert activity.title == "Som den var"


def test_a_reporter_merges_nothing(client: Client, organisation: Organisation, reporter: User) -> None:
    activity, other = make_activity(responsible=organisation), make_activity()

    response = send_report(client, activity, after="merged", merged_into=other.pk, reason_sv="Ihop.")

    assert response.status_code == 200
    assert not StatusUpdate.objects.exists()


def test_a_reporter_reads_no_internal_report_of_others(
    client: Client, organisation: Organisation, reporter: User
) -> None:
    activity = make_activity(responsible=organisation)
    make_update(activity, text="Internt om pengarna.", is_public=False)
    own = make_update(activity, text="Mitt eget.", is_public=False, author=reporter)

    pages = [client.get(f"{LIST}{activity.pk}/{page}/").content.decode() for page in ("change", "report")]
    pages.append(client.get("/admin/actionplans/statusupdate/").content.decode())
    pages.append(send_report(client, activity, before="planned").content.decode())

    assert [page.count("Internt om pengarna.") for page in pages] == [0, 0, 0, 0]
    assert own.text in pages[0]


def test_the_desk_of_a_reporter_holds_what_to_report_on(
    client: Client, organisation: Organisation, reporter: User
) -> None:
    late = make_activity(responsible=organisation, ends_on="2020-01-01")
    make_activity(ends_on="2020-01-01")

    desk = html.document_fromstring(client.get("/admin/").content.decode())

    rows = desk.xpath("//table[@class='waiting']/tbody/tr")
    assert [row.xpath(".//th/a/@href") for row in rows] == [[f"{LIST}{late.pk}/change/"]]
    assert rows[0].xpath(".//td[@class='act']//a/@href") == [f"{LIST}{late.pk}/report/"]


def test_a_coordinator_is_told_who_coordinates_what_she_may_not_change(client: Client) -> None:
    owner = make_staff(name="Anna Alm", email="anna@example.org")
    activity = make_activity(make_plan(coordinators=[owner]), title="Andras")
    user = make_user(Role.COORDINATOR)
    make_plan(coordinators=[make_staff(user=user)])
    client.force_login(user)

    response = client.get(f"{LIST}{activity.pk}/change/")

    assert response.status_code == 403
    page = response.content.decode()
    assert "Du kan inte ändra ”Andras”." in page
    assert "Anna Alm" in page
    assert 'href="mailto:anna@example.org"' in page
