"""A request has its time: the database stops what takes longer, and nothing more is begun after it."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from rus_portal import deadlines
from rus_portal.deadlines import LimitTime, OverdueError

pytestmark = pytest.mark.django_db


def answer(act: Callable[[], Any], request: HttpRequest | None = None) -> Any:
    """Let a view act within a request's time, and return what it says."""
    said: list[Any] = []

    def view(_request: HttpRequest) -> HttpResponse:
        said.append(act())
        return HttpResponse()

    LimitTime(view)(request or RequestFactory().get("/"))
    return said[0]


def read(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def read_timeouts() -> tuple[str, str]:
    return read("SHOW statement_timeout"), read("SHOW lock_timeout")


@pytest.mark.parametrize(
    ("method", "path", "seconds"),
    [("get", "/", 10), ("head", "/en/", 10), ("post", "/kontakt/", 120), ("get", "/admin/", 120)],
)
def test_time_of_a_request(settings: Any, method: str, path: str, seconds: int) -> None:
    settings.REQUEST_SECONDS, settings.LONG_REQUEST_SECONDS = 10, 120
    request = getattr(RequestFactory(), method)(path)

    statement, lock = answer(read_timeouts, request)

    assert statement in {f"{seconds}s", f"{seconds // 60}min"}
    assert lock == f"{seconds * 800 // 1000}s"


def test_large_files_have_more_time(client: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REQUEST_SECONDS, settings.LONG_REQUEST_SECONDS = 10, 77
    allowed = []
    monkeypatch.setattr(deadlines, "set_timeouts", lambda _connection, seconds: allowed.append(seconds))

    assert client.get("/aktiviteter.csv").status_code == 200

    assert allowed[-1] == 77


def test_statement_that_takes_longer_is_stopped(settings: Any) -> None:
    settings.REQUEST_SECONDS = 1
    started = time.monotonic()

    with pytest.raises(OperationalError, match="statement timeout"), transaction.atomic():
        answer(lambda: read("SELECT pg_sleep(20)"))

    assert time.monotonic() - started < 10


def test_nothing_is_begun_after_the_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REQUEST_SECONDS = 10
    clock = [1000.0]
    monkeypatch.setattr(deadlines.time, "monotonic", lambda: clock[0])

    def act() -> None:
        read("SELECT 1")
        clock[0] += 11
        read("SELECT 1")

    with pytest.raises(OverdueError):
        answer(act)


def test_waiting_for_the_visitor_is_not_counted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REQUEST_SECONDS = 10
    clock = [1000.0]
    monkeypatch.setattr(deadlines.time, "monotonic", lambda: clock[0])
    request = RequestFactory().get("/")
    request.META["wsgi.input"] = body = type("Body", (), {"seconds_waited": 0.0})()

    def act() -> Any:
        clock[0] += 11
        body.seconds_waited = 11.0
        return read("SELECT 1")

    assert answer(act, request) == 1


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> dict[int, deadlines.Deadline]:
    known: dict[int, deadlines.Deadline] = {}
    monkeypatch.setattr(deadlines, "_under_way", known)
    return known


@pytest.mark.parametrize(("overdue", "expected"), [(3, False), (4, True)])
def test_process_is_stuck_when_all_that_work_are_long_overdue(
    under_way: dict[int, deadlines.Deadline], overdue: int, *, expected: bool
) -> None:
    long_ago = time.monotonic() - 1000
    for number in range(overdue):
        under_way[number] = deadlines.Deadline(10, None, long_ago)
    under_way[99] = deadlines.Deadline(10, None, time.monotonic())

    assert deadlines.is_stuck() is expected


def test_request_that_is_over_is_no_longer_under_way(under_way: dict[int, deadlines.Deadline]) -> None:
    assert answer(lambda: threading.get_ident() in under_way)
    assert under_way == {}


def test_connection_that_is_gone_is_told_as_django_tells_it() -> None:
    other = connection.copy()
    other.ensure_connection()
    other.connection.close()

    with pytest.raises(InterfaceError, match="closed"):
        deadlines.set_timeouts(other, 10)
