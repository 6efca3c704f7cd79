"""People who come and go: a person by one form, a password by a link, a departure in one act."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent, Device
from accounts.roles import Role
from contacts.models import StaffMember
from mailroom.models import OutgoingMail
from mailroom.outbox import send_due_mail
from publishing.models import Publication
from registry.models import Case, Event, SecrecyMark
from registry.services.registration import receive_message
from tests.factories import (
    PASSWORD,
    make_activity,
    make_document,
    make_indicator,
    make_message,
    make_plan,
    make_programme,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/auth/user/add/"
CHOSEN = "vattenfall orgel fiskmås"


@pytest.fixture
def administrator(client: Client) -> User:
    user = make_user(Role.ADMINISTRATOR, first_name="Adam", last_name="Ek")
    client.force_login(user)
    return user


def invite(client: Client, **given: Any) -> Any:
    person = {"first_name": "Anna", "last_name": "Alm", "email": "anna.alm@example.org"}
    return client.post(ADD, person | given)


def find_link(mail: OutgoingMail) -> str:
    found = re.search(r"http://localhost:8000(/admin/invitation/\S+)", mail.body)
    assert found
    return found[1]


def choose(client: Client, link: str, password: str = CHOSEN) -> Any:
    """Follow a link, and choose a password on the page that it leads to."""
    page = client.get(link, follow=True)
    if not page.context["validlink"]:
        return page
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_one_form_makes_a_person_with_role_page_and_plans(client: Client, administrator: User) -> None:
    plan = make_plan()

    response = invite(
        client, groups=[Role.COORDINATOR.group().pk], plans=[plan.pk], makes_page="on", title_sv="Strateg",
        title_en="Strategist", phone="0611-123 45",
    )  # fmt: skip

    user = User.objects.get(email="anna.alm@example.org")
    page = StaffMember.objects.get(user=user)
    assert (user.username, user.is_staff, user.has_usable_password()) == ("anna.alm", True, False)
    assert [group.name for group in user.groups.all()] == [Role.COORDINATOR]
    assert (page.name, page.slug, page.title_en, page.publication) == ("Anna Alm", "anna-alm", "Strategist", "draft")
    assert list(plan.coordinators.all()) == [page]
    assert response["Location"] == f"/admin/contacts/staffmember/{page.pk}/change/"
    kinds = AccountEvent.objects.filter(account="anna.alm").order_by("pk").values_list("kind", "actor")
    assert list(kinds) == [(kind, administrator.username) for kind in ("created", "invited", "role_given")]


def test_a_person_can_take_over_a_page_that_there_is(client: Client, administrator: User) -> None:
    page = make_staff()

    invite(client, staff_member=page.pk)

    page.refresh_from_db()
    assert (page.user.email, page.publication) == ("anna.alm@example.org", Publication.PUBLISHED)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": ""}, "Detta fält måste fyllas i."),
        ({"email": "ADAM@example.org"}, "Det finns redan ett konto med den här adressen."),
        ({"username": "adam"}, "redan"),
        ({"plans": True}, "Den som samordnar en plan behöver en kontaktsida."),
        ({"makes_page": "on"}, "Detta fält får inte vara tomt."),
        ({"makes_page": "on", "title_sv": "x", "staff_member": True}, "Välj sidan som finns eller skapa en ny."),
    ],
)
def test_a_form_that_lacks_something_says_what_and_makes_nothing(
    client: Client, administrator: User, given: dict[str, Any], words: str
) -> None:
    make_user(username="adam", email="adam@example.org")
    keys = {"plans": make_plan().pk, "staff_member": make_staff().pk}
    given = {name: keys.get(name, value) if value is True else value for name, value in given.items()}

    response = invite(client, **given)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not User.objects.filter(first_name="Anna").exists()
    assert not OutgoingMail.objects.exists()


def test_the_link_lets_the_person_choose_a_password_once(client: Client, administrator: User) -> None:
    invite(client)
    link, person = find_link(OutgoingMail.objects.get()), Client()

    first, second = choose(person, link), choose(Client(), link, "en annan orgel vid havet")

    assert first["Location"] == "/admin/login/"
    assert "Länken fungerar inte" in second.content.decode()
    user = User.objects.get(email="anna.alm@example.org")
    assert user.check_password(CHOSEN)
    assert person.post("/admin/login/", {"username": "anna.alm", "password": CHOSEN}).status_code == 302


def test_the_link_does_not_stand_in_the_address_of_the_page(client: Client, administrator: User) -> None:
    invite(client)
    link = find_link(OutgoingMail.objects.get())

    page = Client().get(link, follow=True)

    assert page.request["PATH_INFO"].endswith("/set-password/")
    assert link.split("/")[-2] not in page.content.decode()


def test_the_link_is_over_after_a_week(client: Client, administrator: User) -> None:
    invite(client)
    link = find_link(OutgoingMail.objects.get())

    with time_machine.travel(timezone.now() + timedelta(days=7, hours=2)):
        late = choose(Client(), link)

    assert "Länken fungerar inte" in late.content.decode()


@pytest.mark.parametrize(
    "link", ["/admin/invitation/MQ/x-y/", "/admin/invitation/%00/x/", "/admin/invitation/999999/a-b/"]
)
def test_a_made_up_link_opens_nothing(client: Client, link: str) -> None:
    assert "Länken fungerar inte" in client.get(link).content.decode()


def test_an_easy_password_is_refused_and_the_link_still_works(client: Client, administrator: User) -> None:
    invite(client)
    link = find_link(OutgoingMail.objects.get())

    refused = choose(Client(), link, "Sommar2026!!")

    assert refused.status_code == 200
    assert choose(Client(), link).status_code == 302


def test_nobody_else_reads_the_link_in_the_outbox_and_it_is_gone_when_it_is_sent(
    client: Client, administrator: User, log_in: Any
) -> None:
    invite(client)
    mail = OutgoingMail.objects.get()
    page = log_in(Role.REGISTRAR).get(f"/admin/mailroom/outgoingmail/{mail.pk}/change/").content.decode()

    send_due_mail()

    assert "Bara mottagaren får läsa det." in page
    assert "/invitation/" not in page
    mail.refresh_from_db()
    assert (mail.state, mail.body) == (OutgoingMail.State.SENT, "")


def test_somebody_who_has_forgotten_it_gets_a_new_link(client: Client, administrator: User) -> None:
    user = make_user(email="bo@example.org")
    session = Client()
    session.post("/admin/login/", {"username": user.username, "password": PASSWORD})

    client.post(f"/admin/auth/user/{user.pk}/link/")

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("bo@example.org", "En ny länk till ditt konto på Utveckling Västernorrland")
    choose(Client(), find_link(mail))
    user.refresh_from_db()
    assert user.check_password(CHOSEN)
    assert session.get("/admin/").status_code == 302


def test_nobody_types_a_password_for_somebody_else(client: Client, administrator: User) -> None:
    user = make_user()
    page = client.get(f"/admin/auth/user/{user.pk}/change/").content.decode()

    client.post(f"/admin/auth/user/{user.pk}/password/", {"password1": CHOSEN, "password2": CHOSEN})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert "password/" not in page.replace("/admin/password_change/", "")


def test_a_departure_hands_over_everything_in_one_act(client: Client, administrator: User) -> None:
    user = make_user(Role.COORDINATOR, first_name="Frida", email="frida@example.org")
    page, successor_user = make_staff(user=user), make_user(Role.OFFICER, email="olle@example.org")
    successor = make_staff(user=successor_user)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    plan, activity = make_plan(coordinators=[page]), make_activity(contact=page)
    document, indicator = make_document(responsible=page), make_indicator(owner=page)
    programme = make_programme(contact=page)
    case = receive_message(make_message(assign_to=user)).record.case
    before = list(OutgoingMail.objects.values_list("pk", flat=True))
    leaver = Client()
    leaver.force_login(user)

    shown = client.get(f"/admin/auth/user/{user.pk}/close/").content.decode()
    client.post(f"/admin/auth/user/{user.pk}/close/", {"successor": successor.pk, "officer": successor_user.pk})

    assert "1 oavslutat ärende" in shown
    for thing in (page, activity, document, indicator, programme, case, user):
        thing.refresh_from_db()
    assert list(plan.coordinators.all()) == [successor]
    assert {activity.contact, document.responsible, indicator.owner, programme.contact} == {successor}
    assert (case.assigned_to, case.status) == (successor_user, Case.Status.DISTRIBUTED)
    assert page.publication == Publication.ARCHIVED
    assert (user.is_active, user.groups.count(), user.has_usable_password()) == (False, 0, False)
    assert leaver.get("/admin/").status_code == 302
    subjects = set(OutgoingMail.objects.exclude(pk__in=before).values_list("to", "subject"))
    assert ("olle@example.org", "Du har tagit över efter Frida") in subjects
    assert {to for to, _subject in subjects} == {"olle@example.org"}
    assert case.events.filter(kind=Event.Kind.DISTRIBUTED, actor=administrator.username).count() == 1
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.CLOSED, account=user.username).exists()


def test_cases_go_back_to_the_registrar_where_nobody_is_named_or_may_read_them(
    client: Client, administrator: User
) -> None:
    user, officer = make_user(Role.OFFICER), make_user(Role.OFFICER)
    cases = [receive_message(make_message(assign_to=user)).record.case for _n in range(2)]
    SecrecyMark.objects.create(case=cases[1], provision="OSL 25:1", authority="Regionen", marked_by="x")

    client.post(f"/admin/auth/user/{user.pk}/close/", {"officer": officer.pk})

    states = [Case.objects.values_list("assigned_to", "status").get(pk=case.pk) for case in cases]
    assert states == [(officer.pk, Case.Status.DISTRIBUTED), (None, Case.Status.REGISTERED)]


def test_whoever_answers_for_something_cannot_leave_without_a_successor(client: Client, administrator: User) -> None:
    user = make_user()
    make_plan(coordinators=[make_staff(user=user)])

    response = client.post(f"/admin/auth/user/{user.pk}/close/", {})

    user.refresh_from_db()
    assert (response.status_code, user.is_active) == (200, True)


def test_everything_that_can_name_a_member_of_staff_is_handed_over() -> None:
    fields = {str(relation.field) for relation in StaffMember._meta.related_objects}

    assert fields == {
        "actionplans.ActionPlan.coordinators",
        "actionplans.Activity.contact",
        "documents.Document.responsible",
        "funding.FundingProgramme.contact",
        "indicators.Indicator.owner",
    }, "accounts.departures hands over each of these; is that right for the new one?"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
@pytest.mark.parametrize("page", ["close", "link"])
def test_nobody_else_closes_an_account_or_sends_a_link(client: Client, log_in: Any, role: Role, page: str) -> None:
    user = make_user(email="bo@example.org")

    response = log_in(role).post(f"/admin/auth/user/{user.pk}/{page}/")

    user.refresh_from_db()
    assert (response.status_code, user.is_active, OutgoingMail.objects.count()) == (403, True, 0)


def test_an_administrator_closes_neither_her_own_account_nor_a_superusers(client: Client, administrator: User) -> None:
    superuser = User.objects.create_superuser("overordnad", email="o@example.org")

    answers = [client.post(f"/admin/auth/user/{user.pk}/close/").status_code for user in (administrator, superuser)]

    assert answers == [403, 403]
    assert client.post(f"/admin/auth/user/{superuser.pk}/link/").status_code == 403
    assert User.objects.filter(is_active=True).count() == 2


def test_a_closed_account_can_be_opened_again_without_roles(client: Client, administrator: User) -> None:
    user = make_user(Role.OFFICER, email="bo@example.org")
    client.post(f"/admin/auth/user/{user.pk}/close/")

    client.post(f"/admin/auth/user/{user.pk}/change/", {"email": "bo@example.org", "is_active": "on", "is_staff": "on"})

    user.refresh_from_db()
    assert (user.is_active, user.groups.count(), Device.objects.count()) == (True, 0, 0)
