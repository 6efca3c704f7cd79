"""Large answers are sent some at a time, so that slow readers do not stop the pages."""

import threading
from typing import Any

import pytest
from django.test import Client

from tests.factories import make_document
from visitors import places
from visitors.places import LARGE

pytestmark = pytest.mark.django_db
URL = "/dokument/plan/fil"


def fetch(client: Client) -> Any:
    return client.get(URL)


def test_two_large_files_are_sent_at_once_and_a_third_is_asked_to_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_document(slug="plan")
    monkeypatch.setattr(places, "LARGE", 10)
    monkeypatch.setattr(places, "large_downloads", threading.Semaphore(2))
    first, second = fetch(client), fetch(client)

    third, page = fetch(client), client.get("/dokument/plan/")

    assert (first.status_code, second.status_code, page.status_code) == (200, 200, 200)
    assert (third.status_code, third["Retry-After"]) == (503, "5")
    assert "Vänta några sekunder och försök igen" in third.content.decode()
    b"".join(first)  # which closes it
    fourth = fetch(client)
    assert fourth.status_code == 200
    for left in (second, fourth):
        b"".join(left)


def test_small_files_need_no_place(client: Client) -> None:
    make_document(slug="plan")

    answers = [fetch(client) for _ in range(4)]

    assert {response.status_code for response in answers} == {200}
    assert {len(b"".join(response)) <= LARGE for response in answers} == {True}
