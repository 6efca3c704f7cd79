"""Pages while the database is away, without one: what they say, and what of a form they show again."""

import errno
import time
from typing import Any

import psycopg2
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, UnreadablePostError
from django.test import Client
from lxml import html

from accounts.roles import Role
from accounts.session_limits import NOTE_EVERY, SEEN, STARTED
from rus_portal import unavailable
from rus_portal.database_watch import DatabaseWatch
from tests.contacts.test_contact_form import open_form
from tests.factories import MINOR, make_plan, make_registrar, make_staff, make_user

pytestmark = pytest.mark.django_db
OURS = {"Origin": "http://testserver"}
"""What a browser says of a form that stood on one of our pages."""


@pytest.fixture
def client() -> Client:
    """A client that gets the page of an error, as a browser does."""
    return Client(raise_request_exception=False)


def refuse(*_statement: Any) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.fixture
def watched_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process knows that the database is away."""
    watch = DatabaseWatch()
    watch._note_away(OperationalError("gone"), time.monotonic())
    monkeypatch.setattr(unavailable, "watch", watch)


def parse(answer: Any) -> html.HtmlElement:
    return html.document_fromstring(answer.content.decode())


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/diarium/", "Webbplatsen fungerar inte just nu"),
        ("/en/registry/", "The website is not working right now"),
        ("/admin/", "Webbplatsen fungerar inte just nu"),
        ("/aktiviteter.json", "Webbplatsen fungerar inte just nu"),
    ],
)
def test_page_says_how_to_reach_the_region(
    client: Client, caplog: pytest.LogCaptureFixture, address: str, heading: str
) -> None:
    client.force_login(make_user(Role.REGISTRAR))
    with connection.execute_wrapper(refuse):
        answer = client.get(address)

    page = parse(answer)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert page.xpath("normalize-space(//h1)") == heading
    assert page.xpath("//a[starts-with(@href, 'tel:')]/@href") == ["tel:0611-000000"]
    assert page.xpath("//aside//a[starts-with(@href, 'mailto:')]/@href") == ["mailto:registrator@example.org"]
    assert "871 85 Härnösand" in page.xpath("string(//aside)")
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_statement_that_takes_too_long_is_not_told_as_a_database_that_is_away(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))

    def take_too_long(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if "actionplans_activity" not in sql:
            return execute(sql, params, many, context)
        with transaction.atomic():
            execute("SET LOCAL statement_timeout = 1", None, False, context)
            return execute("SELECT pg_sleep(1)", None, False, context)

    with connection.execute_wrapper(take_too_long):
        answer = client.get("/aktiviteter/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert parse(answer).xpath("normalize-space(//h1)") == "Det tog för lång tid"


@pytest.mark.usefixtures("watched_away")
def test_known_to_be_away_it_is_not_asked_at_all(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answers = [client.get(address) for address in ("/", "/kontakt/", "/admin/login/", "/robots.txt", "/nope/")]

    assert [answer.status_code for answer in answers] == [503, 503, 503, 200, 404]


@pytest.mark.parametrize("address", ["/kontakt/", "/en/contact/frida-bergman/", "/diarium/begar-ut/"])
def test_form_is_shown_again_with_all_that_was_typed(client: Client, address: str) -> None:
    make_registrar()
    make_staff(slug="frida-bergman")
    typed = {"token": open_form(client, address), "email": "asa@exempel.se", "website": ""}
    texts = (
        {"what": "Handlingarna om <bron> & “vägen”"}
        if "diarium" in address
        else {"message": "Rad ett\n\nRad tre <b>&amp;</b>", "subject": 'Ett "citat"', "name": "Åsa", "about": "/mal/"}
    )
    files = {} if "diarium" in address else {"attachments": [SimpleUploadedFile("karta.txt", b"Text")]}
    with connection.execute_wrapper(refuse):
        answer = client.post(address, typed | texts | files)

    page = parse(answer)
    shown = {name: str(value or "").strip("\n") for name, value in page.forms[-1].form_values()}
    assert answer.status_code == 503
    assert page.forms[-1].get("action") is None
    assert {name: shown.get(name, "") for name in typed | texts} == typed | texts
    assert ("karta.txt" in page.text_content()) == bool(files)


def test_message_in_which_a_person_number_was_confirmed_stays_confirmed(client: Client) -> None:
    make_registrar()
    typed = {"token": open_form(client, "/kontakt/"), "subject": "Jag", "message": "19811218-9876"}
    with connection.execute_wrapper(refuse):
        answer = client.post("/kontakt/", typed | {"personal_number_confirmed": "on"})

    assert dict(parse(answer).forms[-1].form_values())["personal_number_confirmed"] == "on"


def test_form_of_the_admin_is_shown_again_and_can_be_saved_from_there(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    address = f"/admin/actionplans/actionplan/{make_plan().pk}/change/"
    form = parse(client.get(address)).forms[-1]
    sent = [(name, str(value or "").strip("\n")) for name, value in form.form_values()] + [("_save", "Spara")]
    typed = dict(sent) | {"title_sv": "En ny plan", "body_sv": "<p>Vi <strong>bygger</strong>.</p>"} | MINOR
    with connection.execute_wrapper(refuse):
        answer = client.post(address, typed, headers=OURS)

    page = parse(answer)
    shown = {name: str(value or "").strip("\n") for name, value in page.forms[-1].form_values()}
    assert answer.status_code == 503
    assert {name: shown.get(name) for name in typed} == typed
    assert page.xpath("//textarea[@name='title_sv']/text()") == ["\nEn ny plan"]
    assert page.xpath("//label[@for=//textarea[@name='title_sv']/@id]/text()") == ["Titel [sv]"]
    assert not page.xpath("//textarea[starts-with(@name, '_') or @name='csrfmiddlewaretoken']")
    assert client.post(address, shown).status_code == 302


@pytest.mark.usefixtures("watched_away")
def test_password_is_never_shown_again(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "frida", "password": "strandlinjer"}, headers=OURS)

    assert answer.status_code == 503
    assert "strandlinjer" not in answer.content.decode()


@pytest.mark.usefixtures("watched_away")
@pytest.mark.parametrize("origin", ["http://testserver", "https://elsewhere.example", ""])
def test_form_of_the_admin_is_shown_only_if_it_stood_on_a_page_of_ours(client: Client, origin: str) -> None:
    typed = {"title_sv": "En ny plan", "csrfmiddlewaretoken": "a" * 64}

    answer = client.post("/admin/actionplans/actionplan/add/", typed, headers={"Origin": origin})

    assert answer.status_code == 503
    assert ("En ny plan" in answer.content.decode()) == (origin == "http://testserver")


LOST_AMID_AN_ANSWER = DatabaseError()
"""What Django raises when the server ends in the middle of an answer."""
LOST_AMID_AN_ANSWER.__cause__ = psycopg2.DatabaseError()


@pytest.mark.parametrize(
    "error",
    [OperationalError("gone"), InterfaceError("connection already closed"), LOST_AMID_AN_ANSWER],
    ids=["gone", "closed", "amid an answer"],
)
def test_error_outside_all_views_is_answered_alike(error: Exception) -> None:
    request = HttpRequest()
    request.path_info = "/"
    try:
        raise error
    except (DatabaseError, InterfaceError):
        answer = unavailable.server_error(request)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_database_that_goes_between_the_view_and_its_session_is_told_as_away(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    session = client.session
    session[SEEN] = session[STARTED] = time.time() - 2 * NOTE_EVERY
    session.save()

    def refuse_sessions(execute: Any, sql: str, *rest: Any) -> Any:
        return refuse() if sql.startswith('UPDATE "django_session"') else execute(sql, *rest)

    with connection.execute_wrapper(refuse_sessions):
        answer = client.get("/admin/password_change/done/")
        sent = client.post("/admin/", {"title_sv": "En ny plan"}, headers=OURS)

    assert [answer.status_code, sent.status_code] == [503, 503]
    assert "En ny plan" in sent.content.decode()


def test_session_that_somebody_ended_meanwhile_is_no_fault_of_the_database() -> None:
    updating = UpdateError()
    updating.__context__ = DatabaseError("Forced update did not affect any rows.")
    interrupted = SessionInterrupted("ended")
    interrupted.__context__ = updating

    assert unavailable.find_cause(interrupted) is None


def test_disk_that_is_full_while_a_form_comes_in_is_not_told_as_a_form_that_broke_off() -> None:
    full = UnreadablePostError(errno.ENOSPC, "No space left on device")

    assert unavailable.find_cause(full) is unavailable.Cause.STORAGE
    assert unavailable.find_cause(UnreadablePostError("cut")) is unavailable.Cause.CUT


@pytest.mark.parametrize("seconds", [4.0, 6.0])
def test_pages_are_trusted_only_if_read_shortly_before_the_database_went(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    now = 1000.0
    monkeypatch.setattr("rus_portal.database_watch.time.monotonic", lambda: now)
    watch = DatabaseWatch()
    watch.note_generation(7, now)
    now += seconds
    watch._note_away(OperationalError("gone"), now)

    assert watch.find_trusted_generation() == (7 if seconds < 5 else None)
    now += 3601
    assert watch.find_trusted_generation() is None


def test_pages_are_not_trusted_when_it_is_unknown_what_a_save_has_led_to(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("rus_portal.database_watch.time.monotonic", lambda: now)
    watch = DatabaseWatch()
    watch.note_generation(7, now)
    now += 1
    watch.note_unknown_generation()
    watch._note_away(OperationalError("gone"), now)

    assert watch.find_trusted_generation() is None
    watch._note_back()
    now += 1
    watch.note_generation(8, now)
    assert watch.find_trusted_generation() == 8


def test_process_that_is_behind_another_trusts_what_that_one_has_read() -> None:
    behind, other = DatabaseWatch(), DatabaseWatch()
    other._newest = behind._newest  # as a fork has it
    behind.note_generation(7, time.monotonic())
    other.note_generation(8, time.monotonic())

    assert behind.find_trusted_generation() == 8
