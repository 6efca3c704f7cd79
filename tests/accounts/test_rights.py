"""Rights in the registry: whoever gives or takes them, and however, the registrars are told and the chain has it."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from accounts.models import AccountEvent, KnownRight
from accounts.rights import accept_present_rights, find_rights, tell_changed_rights
from accounts.roles import Role
from accounts.second_factor import reset_second_factor
from mailroom.models import OutgoingMail
from registry.models import Event
from registry.templatetags.registry_words import in_words
from rus_portal import worker
from tests.factories import make_user

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"


@pytest.fixture
def administrator(client: Client) -> User:
    user = make_user(Role.ADMINISTRATOR, username="adam", first_name="Adam", last_name="Ek")
    make_user(Role.REGISTRAR, username="rita", email="rita@example.org")
    accept_present_rights()
    client.force_login(user)
    return user


def change(client: Client, user: User, **given: Any) -> None:
    response = client.post(
        f"{USERS}{user.pk}/change/", {"email": user.email, "is_staff": "on", "is_active": "on"} | given
    )
    assert response.status_code == 302


def list_events() -> list[tuple[str, str, dict[str, Any]]]:
    events = Event.objects.filter(kind__startswith="rights").order_by("sequence").select_related("payload")
    return [(event.kind, event.actor, json.loads(bytes(event.payload.data))) for event in events]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.REGISTRAR, "att läsa, fördela och avsluta alla ärenden, att läsa det som är sekretessmarkerat"),
        (Role.ARCHIVIST, "att gallra ärenden och leverera dem till e-arkivet, att läsa det som är sekretessmarkerat"),
    ],
)
def test_a_role_that_an_administrator_gives_is_told_and_stands_in_the_chain(
    client: Client, administrator: User, role: Role, words: str
) -> None:
    user = make_user(username="anna", email="anna@example.org")

    change(client, user, groups=[role.group().pk])

    assert list_events() == [("rights_given", "adam", {"account": "anna", "rights": words})]
    mails = OutgoingMail.objects.order_by("to")
    assert [mail.to for mail in mails] == ["registrator@example.org", "rita@example.org"]
    assert mails[0].subject == "anna har fått behörighet i diariet"
    assert f"Behörighet: {words}\nAv: Adam Ek" in mails[0].body
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.ROLE_GIVEN, account="anna", actor="adam").count() == 1
    call_command("verify_registry")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICER, Role.ADMINISTRATOR])
def test_other_roles_are_logged_but_told_to_nobody(client: Client, administrator: User, role: Role) -> None:
    change(client, make_user(username="anna"), groups=[role.group().pk])

    assert (list_events(), OutgoingMail.objects.count()) == ([], 0)
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.ROLE_GIVEN, account="anna").count() == 1


def test_a_role_that_is_taken_is_told_too(client: Client, administrator: User) -> None:
    change(client, User.objects.get(username="rita"))

    [(kind, actor, said)] = list_events()
    assert (kind, actor, said["account"]) == ("rights_taken", "adam", "rita")
    assert OutgoingMail.objects.get().to == "registrator@example.org"


def test_a_superuser_is_told_of(client: Client, administrator: User) -> None:
    superuser = User.objects.create_superuser("overordnad")
    accept_present_rights()
    client.force_login(superuser)

    change(client, make_user(username="anna"), is_superuser="on")

    [(kind, actor, said)] = list_events()
    assert (kind, actor, said) == (
        "rights_given",
        "overordnad",
        {"account": "anna", "rights": "allt, som superanvändare"},
    )


def test_a_person_invited_as_registrar_is_told_of(client: Client, administrator: User) -> None:
    person = {"first_name": "Anna", "last_name": "Alm", "email": "anna@example.org"}

    client.post(f"{USERS}add/", person | {"groups": [Role.REGISTRAR.group().pk]})

    assert [event[:2] for event in list_events()] == [("rights_given", "adam")]
    assert OutgoingMail.objects.filter(subject="anna har fått behörighet i diariet").count() == 2


def test_a_closed_account_with_rights_is_told_of(client: Client, administrator: User) -> None:
    client.post(f"{USERS}{User.objects.get(username='rita').pk}/close/")

    assert [event[0] for event in list_events()] == ["rights_taken"]


def give_group(user: User) -> None:
    user.groups.add(Role.REGISTRAR.group())


def give_permission(user: User) -> None:
    user.user_permissions.add(Permission.objects.get(codename="read_secret_case"))


def give_everything(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_superuser=True)


def give_to_the_group(user: User) -> None:
    Role.OFFICER.group().permissions.add(Permission.objects.get(codename="change_case"))
    user.groups.add(Role.OFFICER.group())


@pytest.mark.parametrize("give", [give_group, give_permission, give_everything, give_to_the_group])
def test_what_is_given_past_the_pages_is_found_by_the_worker(administrator: User, give: Any) -> None:
    give(make_user(username="anna"))
    assert tell_changed_rights in worker.QUICK

    assert tell_changed_rights() > 0
    assert tell_changed_rights() == 0

    [(kind, actor, said)] = list_events()
    assert (kind, actor, said["account"]) == ("rights_given", "", "anna")
    assert "Av: inte på webbplatsens egna sidor" in OutgoingMail.objects.first().body


def test_an_account_that_is_opened_again_is_told_of(administrator: User) -> None:
    user = make_user(Role.REGISTRAR, is_active=False)
    assert tell_changed_rights() == 0

    User.objects.filter(pk=user.pk).update(is_active=True)

    assert tell_changed_rights() == 2
    assert KnownRight.objects.filter(user=user).count() == 2


@pytest.mark.parametrize(
    ("language", "said"),
    [("sv", "Kontot anna fick behörighet: att"), ("en", "The account anna was given rights: ")],
)
def test_the_registrys_log_says_it_in_words(client: Client, administrator: User, language: str, said: str) -> None:
    change(client, make_user(username="anna"), groups=[Role.REGISTRAR.group().pk])
    event = Event.objects.select_related("payload").get(kind=Event.Kind.RIGHTS_GIVEN)

    with translation.override(language):
        words = in_words(event)

    assert words.startswith(
        {"sv": "Kontot anna fick behörighet: att", "en": "The account anna was given rights: "}[language]
    )


def test_registrar_reads_it_in_the_registrys_log(client: Client, administrator: User) -> None:
    change(client, make_user(username="anna"), groups=[Role.ARCHIVIST.group().pk])
    client.force_login(User.objects.get(username="rita"))

    assert "Kontot anna fick behörighet" in client.get("/admin/registry/event/").content.decode()


def test_registrars_are_told_of_what_could_let_somebody_in_as_one_of_them(
    client: Client, administrator: User, rf: Any
) -> None:
    rita = User.objects.get(username="rita")
    make_user(Role.REGISTRAR, email="rolf@example.org")
    accept_present_rights()

    client.post(f"{USERS}{rita.pk}/link/")
    change(client, rita, email="adam@example.org", groups=[Role.REGISTRAR.group().pk])
    reset_second_factor(rita, administrator, rf.get("/"))

    told = OutgoingMail.objects.filter(to="rolf@example.org").order_by("pk").values_list("subject", flat=True)
    assert list(told) == [
        "En ny länk har skickats till rita",
        "E-postadressen för rita har ändrats",
        "Andra steget för rita har nollställts",
    ]
    assert OutgoingMail.objects.filter(
        to="rita@example.org", subject="E-postadressen till ditt konto har ändrats"
    ).exists()


def test_everybody_elses_links_are_told_to_nobody(client: Client, administrator: User) -> None:
    user = make_user(Role.COORDINATOR, email="bo@example.org")

    client.post(f"{USERS}{user.pk}/link/")

    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"bo@example.org"}


def test_present_rights_can_be_taken_as_known() -> None:
    make_user(Role.REGISTRAR)

    accept_present_rights()

    assert len(find_rights()) == KnownRight.objects.count() == 2
    assert not Event.objects.exists()
