"""Large bodies: from whom, how many at once, how many bytes an hour; and that a message's words are kept."""

import io
import re
import threading
from contextlib import closing
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, ClientHandler, encode_multipart

from accounts.roles import Role
from registry.models import Intake
from tests.contacts.test_contact_form import send
from tests.factories import make_staff, make_user
from visitors import large_bodies, places
from visitors.bodies import PatientBody
from visitors.models import Count
from visitors.places import LARGE

pytestmark = pytest.mark.django_db
URL = "/kontakt/"
TYPED = re.compile(r"<textarea[^>]*>\s*När kommer den\?</textarea>")


@pytest.fixture(autouse=True)
def _registrar() -> None:
    make_staff(slug="registrator", name="Registrator", email="registrator@example.org", is_registrar=True)


def a_file(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("karta.txt", b"a" * size)


def test_files_beyond_the_quota_are_left_out_with_a_sentence_and_the_words_are_kept(
    client: Client, settings: Any
) -> None:
    settings.SENT_BYTES_PER_HOUR = 50_000
    assert send(client, URL, attachments=[a_file(40_000)]).status_code == 303

    refused = send(client, URL, attachments=[a_file(40_000)])
    without = send(client, URL)
    other = send(Client(REMOTE_ADDR="203.0.113.7"), URL, attachments=[a_file(40_000)])

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "skicka det utan filer, eller välj dem igen om en timme" in page
    assert "registrator@example.org" in page
    assert "871 85 Härnösand" in page
    assert "Du kan också ringa oss: 0611-00 00 00." in page
    assert TYPED.search(page)
    assert (without.status_code, other.status_code) == (303, 303)
    assert sorted(intake.files.count() for intake in Intake.objects.all()) == [0, 1, 1]


def test_much_more_than_the_quota_is_not_even_read(client: Client, settings: Any) -> None:
    settings.SENT_BYTES_PER_HOUR = LARGE

    words = send(client, URL, attachments=[a_file(LARGE)])
    nothing = send(client, URL, attachments=[a_file(LARGE)])

    assert (words.status_code, nothing.status_code) == (422, 429)
    assert 1 <= int(nothing["Retry-After"]) <= 3600
    assert "fler filer än vi kan ta emot" in nothing.content.decode()
    assert Intake.objects.count() == 0


@pytest.mark.parametrize("path", ["/diarium/begar-ut/", "/admin/login/", "/csp-report"])
def test_large_bodies_of_strangers_are_refused_where_no_files_are_taken(client: Client, path: str) -> None:
    assert client.post(path, {"what": "a" * LARGE}).status_code == 413


def test_staff_may_send_large_bodies(client: Client) -> None:
    client.force_login(make_user(Role.COORDINATOR))

    assert client.post("/admin/documents/document/add/", {"file": a_file(LARGE)}).status_code == 200


def test_when_many_send_files_at_once_the_next_is_asked_to_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "large_work", threading.Semaphore(1))
    monkeypatch.setattr(large_bodies, "SECONDS_FOR_A_PLACE", 0.1)
    with places.large_work:
        refused = send(client, URL, attachments=[a_file(LARGE)])
        small = send(client, URL, attachments=[a_file(100)])

    assert refused.status_code == 503
    assert "Vänta några sekunder och skicka igen" in refused.content.decode()
    assert small.status_code == 303
    assert send(client, URL, attachments=[a_file(LARGE)]).status_code == 303  # the place is free again
    assert places.large_work.acquire(blocking=False)


def test_a_body_whose_length_is_not_told_counts_when_it_is_here(client: Client, settings: Any) -> None:
    settings.SENT_BYTES_PER_HOUR = 1000
    content = encode_multipart(BOUNDARY, {"subject": "Hej", "attachments": a_file(2000)})

    statuses = [send_as_a_server(content, "/kontakt/").status_code for _ in range(2)]
    elsewhere = send_as_a_server(content, "/diarium/begar-ut/").status_code
    without_end = send_as_a_server(b"a" * (large_bodies.CHUNKED_AT_MOST + 1), "/kontakt/").status_code

    assert (statuses, elsewhere, without_end) == ([422, 422], 422, 413)
    assert Count.objects.get(key__startswith="sent").number > 4000


def send_as_a_server(content: bytes, path: str, *, is_chunked: bool = True) -> Any:
    """Send a form as a server passes it on."""
    size = {"HTTP_TRANSFER_ENCODING": "chunked"} if is_chunked else {"CONTENT_LENGTH": str(len(content))}
    with closing(PatientBody(io.BytesIO(content), 0 if is_chunked else len(content))) as body:
        environ = RequestFactory()._base_environ() | {
            "PATH_INFO": path,
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": MULTIPART_CONTENT,
            "wsgi.input": body,
        }
        return ClientHandler(enforce_csrf_checks=False)(environ | size)
