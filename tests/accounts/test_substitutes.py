"""Substitutes: whose work they may do, from which day to which, and who names them."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent
from accounts.roles import Role
from actionplans.ownership import find_own_plans
from contacts.models import Substitution
from indicators.models import Indicator
from mailroom.models import OutgoingMail
from tests.factories import make_indicator, make_plan, make_staff, make_substitution, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/contacts/substitution/add/"
DAY = timedelta(days=1)


@pytest.fixture
def anna() -> User:
    return make_user(Role.COORDINATOR, username="anna", first_name="Anna", last_name="Alm", email="anna@example.org")


@pytest.fixture
def bo() -> User:
    return make_user(Role.COORDINATOR, username="bo", first_name="Bo", last_name="Ek", email="bo@example.org")


def name_substitute(client: Client, person: User, substitute: User, **days: Any) -> Any:
    today = timezone.localdate()
    given = {"person": person.pk, "substitute": substitute.pk, "first_day": today, "last_day": today + DAY}
    return client.post(ADD, given | days)


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [(0, 0, True), (-3, 3, True), (-3, 0, True), (1, 3, False), (-3, -1, False)],
    ids=["today", "meanwhile", "last day", "tomorrow", "yesterday"],
)
def test_what_is_somebodys_is_the_substitutes_on_its_days(
    anna: User, bo: User, first: int, last: int, may: bool
) -> None:
    staff = make_staff(user=anna)
    plan, indicator = make_plan(coordinators=[staff]), make_indicator(owner=staff)
    today = timezone.localdate()
    make_substitution(anna, substitute=bo, first_day=today + first * DAY, last_day=today + last * DAY)

    assert [list(find_own_plans(bo)), list(Indicator.objects.of(bo))] == [[plan] * may, [indicator] * may]
    assert list(find_own_plans(anna)) == [plan]


def test_a_plan_of_both_is_there_once(anna: User, bo: User) -> None:
    plan = make_plan(coordinators=[make_staff(user=anna), make_staff(user=bo)])
    make_substitution(anna, substitute=bo)

    assert list(find_own_plans(bo)) == [plan]


def test_no_role_comes_with_it(anna: User, client: Client) -> None:
    plan = make_plan(coordinators=[make_staff(user=anna)])
    officer = make_user(Role.OFFICER)
    make_substitution(anna, substitute=officer)
    client.force_login(officer)

    assert client.get(f"/admin/actionplans/actionplan/{plan.pk}/change/").status_code == 403


def test_a_coordinator_names_a_substitute_who_is_told_and_sees_it(client: Client, anna: User, bo: User) -> None:
    plan = make_plan(coordinators=[make_staff(user=anna)])
    client.force_login(anna)

    assert name_substitute(client, anna, bo).status_code == 302

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("bo@example.org", "Du ersätter Anna Alm")
    entry = AccountEvent.objects.get(kind=AccountEvent.Kind.SUBSTITUTE_NAMED)
    assert (entry.account, entry.actor, entry.details.split()[0]) == ("bo", "anna", "anna")
    client.force_login(bo)
    page = client.get("/admin/").content.decode()
    assert "Du ersätter Anna Alm till och med" in page
    assert plan.title in page


def test_a_coordinator_names_none_for_somebody_else(client: Client, anna: User, bo: User) -> None:
    client.force_login(anna)
    of_bo = make_substitution(bo, substitute=anna)

    assert name_substitute(client, bo, anna).status_code == 200
    assert client.post(f"/admin/contacts/substitution/{of_bo.pk}/delete/", {"post": "yes"}).status_code == 403
    assert list(Substitution.objects.all()) == [of_bo]


def test_an_editor_in_chief_names_one_for_anybody_and_takes_it_back(client: Client, anna: User, bo: User) -> None:
    client.force_login(make_user(Role.EDITOR))

    assert name_substitute(client, anna, bo).status_code == 302
    client.post(f"/admin/contacts/substitution/{Substitution.objects.get().pk}/delete/", {"post": "yes"})

    kinds = AccountEvent.objects.filter(account="bo").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["substitute_named", "substitute_removed"]
    assert not Substitution.objects.exists()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("self", "Välj någon annan än den som är borta."),
        ("days", "Sista dagen ligger före den första."),
        ("role", "Välj någon med samma roll, eller fråga en administratör."),
    ],
)
def test_what_would_not_work_is_refused_in_a_sentence(
    client: Client, anna: User, bo: User, fault: str, sentence: str
) -> None:
    client.force_login(anna)
    substitute = {"self": anna, "days": bo, "role": make_user(Role.OFFICER)}[fault]
    days = {"last_day": timezone.localdate() - DAY} if fault == "days" else {}

    response = name_substitute(client, anna, substitute, **days)

    assert sentence in response.content.decode()
    assert not Substitution.objects.exists()


def test_a_closed_account_stands_in_for_nobody(client: Client, anna: User, bo: User) -> None:
    make_substitution(anna, substitute=bo)
    client.force_login(make_user(Role.ADMINISTRATOR))

    client.post(f"/admin/auth/user/{bo.pk}/close/")

    assert not Substitution.objects.exists()
