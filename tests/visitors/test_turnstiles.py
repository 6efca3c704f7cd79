"""Only so many searches and password hashes are at work at once; whoever finds no room hears it within a second."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client

from tests.portal_process import Portal
from visitors import turnstiles
from visitors.refusals import NoRoomError
from visitors.turnstiles import LimitedScryptHasher, Turnstile


@pytest.fixture(params=[0, 1], ids=["crowded", "after waiting"])
def full(monkeypatch: pytest.MonkeyPatch, request: Any) -> Iterator[Callable[[str], None]]:
    """Return a function that fills a turnstile, where nobody may wait, or one for a moment."""
    monkeypatch.setattr(turnstiles, "SECONDS_TO_WAIT", 0.05)
    monkeypatch.setattr(turnstiles, "WAITING_AT_MOST", request.param)
    entered = []

    def fill(name: str) -> None:
        turnstile = Turnstile(1)
        monkeypatch.setattr(turnstiles, name, turnstile)
        entered.append(turnstile.enter())
        entered[-1].__enter__()

    yield fill
    for one in entered:
        one.__exit__(None, None, None)


def test_room_is_given_back_even_by_what_fails() -> None:
    turnstile = Turnstile(1)
    for _n in range(2):
        with pytest.raises(ValueError, match="x"), turnstile.enter():
            raise ValueError("x")


def test_one_who_waits_is_let_in_when_another_leaves() -> None:
    turnstile, order = Turnstile(1), []

    def enter(name: str, seconds: float) -> None:
        with turnstile.enter():
            order.append(name)
            time.sleep(seconds)

    with ThreadPoolExecutor(2) as people:
        first = people.submit(enter, "first", 0.2)
        time.sleep(0.05)
        second = people.submit(enter, "second", 0)
    first.result()
    second.result()

    assert order == ["first", "second"]


def test_no_more_wait_than_can_be_let_in_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstiles, "SECONDS_TO_WAIT", 0.3)
    turnstile, seconds = Turnstile(1), []

    def come() -> None:
        started = time.monotonic()
        with pytest.raises(NoRoomError), turnstile.enter():
            pass
        seconds.append(time.monotonic() - started)

    with turnstile.enter():
        people = [threading.Thread(target=come) for _n in range(turnstiles.WAITING_AT_MOST + 5)]
        for person in people:
            person.start()
        for person in people:
            person.join()

    assert sum(waited >= 0.3 for waited in seconds) == turnstiles.WAITING_AT_MOST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/sok/?q=skola", 503), ("/diarium/?q=skola", 503), ("/en/does-my-project-fit/?idea=x", 503), ("/sok/?q=+", 200)],
)
def test_search_without_room_is_answered_by_a_page_of_the_site(
    full: Callable[[str], None], client: Client, address: str, status: int
) -> None:
    full("searches")

    answer = client.get(address)

    assert answer.status_code == status
    if status == 503:
        words = "Just nu är många här" if not address.startswith("/en/") else "Many people are here right now"
        assert (answer["Retry-After"], words in answer.content.decode()) == ("5", True)


def test_password_is_not_hashed_without_room(full: Callable[[str], None], settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["visitors.turnstiles.LimitedScryptHasher"]
    hashed = make_password("strandlinjer")
    assert check_password("strandlinjer", hashed)
    assert re.fullmatch(rf"{LimitedScryptHasher.algorithm}\$32768\$\w+\$8\$3\$\S+", hashed)
    full("password_hashes")

    with pytest.raises(NoRoomError):
        check_password("strandlinjer", hashed)


def test_200_searches_at_once_keep_no_other_page_waiting(portal: Portal) -> None:
    """They kept it for over a minute, each in its turn."""
    from tests.faults.test_staying_up import ask

    def time_page(path: str) -> tuple[int | str, float]:
        started = time.monotonic()
        return ask(portal, path), time.monotonic() - started

    with ThreadPoolExecutor(200) as visitors:
        searches = [visitors.submit(time_page, f"/sok/?q=skola+{number}") for number in range(200)]
        time.sleep(0.3)
        others = [time_page(path) for path in ("/healthz", "/", "/mal/")]
    answers = [search.result() for search in searches]

    assert [status for status, _seconds in others] == [200] * 3
    assert max(seconds for _status, seconds in others) < 10
    assert {status for status, _seconds in answers} == {200, 503}
    print(f"others {[round(s, 2) for _, s in others]}, longest search {max(s for _, s in answers):.1f} s")
