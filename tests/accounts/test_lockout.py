"""Guessing passwords: how many guesses are let through, what is said, who is told, how it ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from lxml import html

from accounts.failed_logins import note_failure
from accounts.lockout import LockedError, count_attempt, forgive_attempt, list_password_targets
from accounts.models import AccountEvent, LoginLock
from accounts.roles import Role
from mailroom.models import OutgoingMail
from rus_portal.dashboards.accounts import build_administrator_context
from tests import databases
from tests.factories import PASSWORD, make_login_lock, make_user
from tests.processes import run_module

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
MINUTE = timedelta(minutes=1)


def guess(client: Client, name: str, password: str = "fel", address: str = "192.0.2.1") -> Any:  # noqa: S107
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address)


def errors(response: Any) -> list[str]:
    return list(response.context["form"].non_field_errors())


def come_from(address: str = "192.0.2.1") -> HttpRequest:
    return RequestFactory().post(LOGIN, REMOTE_ADDR=address)


def count_let_through(attempts: int, name: str = "anna", address: str = "192.0.2.{}") -> int:
    """Try so many times, each from an address of its own if the text has a place for it."""
    passed = 0
    for number in range(attempts):
        try:
            count_attempt(list_password_targets(come_from(address.format(number % 250)), name.format(number)))
        except LockedError:
            continue
        passed += 1
    return passed


def move_back(time: timedelta) -> None:
    """Let so much time go by for all that is counted."""
    for lock in LoginLock.objects.all():
        LoginLock.objects.filter(pk=lock.pk).update(
            failed_at=lock.failed_at - time, locked_until=lock.locked_until - time
        )


def test_a_thousand_guesses_against_one_account_are_stopped_whatever_address_they_come_from() -> None:
    make_user(username="anna")

    assert count_let_through(1000) == 5


def test_a_thousand_guesses_from_one_address_are_stopped_whatever_account_they_are_at() -> None:
    assert count_let_through(1000, name="user-{}", address="192.0.2.1") == 30


def test_an_ipv6_subscriber_is_one_address() -> None:
    assert count_let_through(100, name="user-{}", address="2001:db8:0:1::{:x}") == 30


def test_guesses_at_once_by_many_threads_are_stopped_like_those_in_turn(empty_registry_database: str) -> None:
    run = run_module("tests.faults.guess_at_once", environment=databases.environment(empty_registry_database))

    assert run.stdout.split() == ["5", "30"], run.stderr[-2000:]


def test_the_right_password_is_refused_while_the_account_is_locked(client: Client) -> None:
    make_user(username="anna")
    for _n in range(5):
        guess(client, "anna")

    refused = guess(client, "anna", PASSWORD, address="192.0.2.2")

    assert "_auth_user_id" not in client.session
    [sentence] = errors(refused)
    assert sentence.startswith("För många försök att logga in har misslyckats")

    move_back(MINUTE)
    assert guess(client, "anna", PASSWORD).status_code == 302
    assert not LoginLock.objects.filter(kind=LoginLock.Kind.ACCOUNT).exists()


def test_nothing_tells_whether_an_account_exists(client: Client) -> None:
    make_user(username="anna")

    known = [errors(guess(client, "anna", address="192.0.2.1")) for _n in range(7)]
    unknown = [errors(guess(client, "bertil", address="192.0.2.2")) for _n in range(7)]

    assert known == unknown
    assert len({tuple(told) for told in known}) == 2


@pytest.mark.parametrize("name", ["ANNA", " anna ", "ａnna"], ids=["case", "spaces", "width"])
def test_a_name_in_another_spelling_is_the_same_account(name: str) -> None:
    assert count_let_through(5) == 5

    assert count_let_through(1, name=name) == 0


def test_each_lock_is_twice_as_long_as_the_one_before_up_to_an_hour() -> None:
    lengths = []
    for _n in range(14):
        count_let_through(1, address="192.0.2.1")
        lock = LoginLock.objects.get(kind=LoginLock.Kind.ACCOUNT)
        lengths.append(round((lock.locked_until - lock.failed_at) / MINUTE))
        move_back(lock.locked_until - lock.failed_at)

    assert lengths == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_failures_fade() -> None:
    count_let_through(5)

    move_back(timedelta(hours=3))

    assert count_let_through(10) == 3


def test_logging_in_takes_back_what_was_counted() -> None:
    anna = list_password_targets(come_from(), "anna")
    for _n in range(100):
        count_attempt(anna)
        forgive_attempt(anna)

    assert list(LoginLock.objects.values_list("kind", "failures")) == [("address", 0)]


def test_logging_in_with_an_account_of_ones_own_does_not_excuse_guesses_at_others() -> None:
    passed = 0
    for number in range(100):
        passed += count_let_through(1, name=f"user-{number}", address="192.0.2.1")
        own = list_password_targets(come_from(), "own")
        try:
            count_attempt(own)
        except LockedError:
            continue
        forgive_attempt(own)

    assert passed == 30


def test_administrators_are_told_once_when_it_goes_on(client: Client) -> None:
    make_user(Role.ADMINISTRATOR, email="adam@example.org")
    make_user(Role.REGISTRAR, email="rita@example.org")
    make_user(username="anna")
    for _n in range(12):
        guess(client, "anna")
        move_back(LoginLock.objects.get(kind="account").locked_until - timezone.now())

    [mail] = OutgoingMail.objects.all()
    assert (mail.to, mail.subject) == ("adam@example.org", "Många misslyckade försök att logga in: anna")
    assert "http://localhost:8000/admin/accounts/loginlock/" in mail.body


def test_a_password_in_the_wrong_field_is_kept_nowhere(client: Client) -> None:
    make_user(Role.ADMINISTRATOR, email="adam@example.org")
    for _n in range(10):
        guess(client, "hemligt-losenord-1")
        note_failure(come_from(), list_password_targets(come_from(), "hemligt-losenord-1"))

    with connection.cursor() as cursor:
        for table in ("accounts_loginlock", "accounts_accountevent", "mailroom_outgoingmail"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
            assert "hemligt" not in cursor.fetchone()[0]


def test_administrator_sees_and_ends_a_lock(client: Client) -> None:
    make_user(username="anna")
    for _n in range(5):
        guess(client, "anna")
    administrator = make_user(Role.ADMINISTRATOR)
    client.force_login(administrator)
    [(count, _words, url)] = [todo for todo in build_administrator_context()["todos"] if "loginlock" in todo[2]]

    [row] = client.get(url).context["cl"].result_list
    client.post(url, {"action": "unlock", "_selected_action": row.pk})

    assert (count, str(row)) == (1, "anna")
    assert guess(Client(), "anna", PASSWORD, address="192.0.2.2").status_code == 302
    entry = AccountEvent.objects.get(kind=AccountEvent.Kind.UNLOCKED)
    assert (entry.account, entry.actor) == ("anna", administrator.username)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_ends_a_lock(client: Client, log_in: Any, role: Role) -> None:
    count_let_through(5)

    response = log_in(role).post(
        "/admin/accounts/loginlock/", {"action": "unlock", "_selected_action": LoginLock.objects.first().pk}
    )

    assert response.status_code == 403
    assert LoginLock.objects.in_force().count() == 1


def test_the_log_says_who_came_in_and_who_did_not(client: Client) -> None:
    make_user(username="anna")
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    guess(client, "anna")
    guess(client, "bertil")
    guess(client, "anna", PASSWORD)

    told = AccountEvent.objects.order_by("pk").values_list("kind", "account", "address", "device", "details")

    assert list(told) == [
        ("failed", "anna", "192.0.2.1", "Firefox, Windows", ""),
        ("failed", "", "192.0.2.1", "Firefox, Windows", ""),
        ("logged_in", "anna", "192.0.2.1", "Firefox, Windows", "med lösenord"),
    ]


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_accountevent SET account = 'x'", "DELETE FROM accounts_accountevent"]
)
def test_the_database_refuses_to_alter_the_log(client: Client, statement: str) -> None:
    guess(client, "anna")

    refused = pytest.raises(DatabaseError, match=r"kept as it is|permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("accounts_accountevent"))


def test_an_old_entry_can_be_removed() -> None:
    entry = AccountEvent.objects.create(kind="failed")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accountevent (at, kind, account, actor, device, details)"
            " VALUES (now() - interval '91 days', 'failed', '', '', '', '') RETURNING id"
        )
        (old,) = cursor.fetchone()

    AccountEvent.objects.filter(pk=old).delete()

    assert list(AccountEvent.objects.all()) == [entry]


def test_a_lock_says_until_when_in_local_time(client: Client) -> None:
    for _n in range(5):
        guess(client, "anna")
    lock = LoginLock.objects.get(kind="account")

    [sentence] = errors(guess(client, "anna"))

    assert f"{timezone.localtime(lock.locked_until):%H:%M}" in sentence


def test_list_says_until_when_a_login_is_locked_only_while_it_is(log_in: Any) -> None:
    make_login_lock(address="192.0.2.1", locked_until=timezone.now() - MINUTE)
    make_login_lock(address="192.0.2.2", locked_until=timezone.now() + MINUTE)

    page = html.document_fromstring(log_in(Role.ADMINISTRATOR).get("/admin/accounts/loginlock/").content.decode())

    rows = page.xpath("//table[@id='result_list']/tbody/tr")
    until = {row.xpath("string(th)"): row.xpath("string(td[contains(@class, 'field-until')])") for row in rows}
    assert until.keys() == {"192.0.2.1", "192.0.2.2"}
    assert [until[address] == "–" for address in ("192.0.2.1", "192.0.2.2")] == [True, False]
