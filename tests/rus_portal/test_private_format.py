"""Nothing that somebody typed stands in the log, nor does a traceback for what visitors do wrong."""

import io
import json
import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.test import Client

from files.circuit_breaker import StorageAwayError
from rus_portal import postgres
from rus_portal.operations.logs import Json, Lines
from rus_portal.operations.private_format import describe_exception, format_traceback
from rus_portal.request_ids import RequestIdFilter
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CANARY = "kanarie@example.org"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own format makes of everything that is logged."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(configured.LOGGING["formatters"]["lines"]["format"]))
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def refuse_username() -> None:
    with transaction.atomic():
        User.objects.create(username=CANARY)


def ask_database(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [CANARY])


def raise_after_another() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise LookupError(CANARY) from error


def refuse_recipient() -> None:
    raise smtplib.SMTPRecipientsRefused({CANARY: (550, f"{CANARY} unknown".encode())})


FAULTS: dict[str, tuple[type[Exception], Callable[[], Any], str]] = {
    "unique": (
        IntegrityError,
        refuse_username,
        "django.db.utils.IntegrityError: 23505, auth_user_username_key, auth_user",
    ),
    "no number for the database": (
        DataError,
        lambda: ask_database("SELECT %s::integer"),
        "django.db.utils.DataError: 22P02",
    ),
    "no number": (ValueError, lambda: int(CANARY), "ValueError"),
    "no key": (KeyError, lambda: {}[CANARY], "KeyError"),
    "no file": (FileNotFoundError, lambda: open(f"/tmp/{CANARY}"), "FileNotFoundError: No such file or directory"),  # noqa: PTH123, S108, SIM115
    "after another": (LookupError, raise_after_another, "LookupError"),
    "recipient": (smtplib.SMTPRecipientsRefused, refuse_recipient, "smtplib.SMTPRecipientsRefused"),
    "code": (TypeError, lambda: len(None), "TypeError: object of type 'NoneType' has no len()"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("error", "fault", "said"), FAULTS.values(), ids=FAULTS)
def test_exception_is_described_without_what_was_typed(
    error: type[Exception], fault: Callable[[], Any], said: str
) -> None:
    make_user(username=CANARY)
    with pytest.raises(error) as raised:
        fault()

    words = format_traceback(raised.value)

    assert CANARY not in words
    assert words.splitlines()[-1] == said
    assert __file__ in words


def test_what_led_to_an_exception_comes_before_it() -> None:
    with pytest.raises(LookupError) as raised:
        raise_after_another()

    lines = format_traceback(raised.value).splitlines()

    assert [line for line in lines if line[0] not in "T "] == ["ValueError", "which led to", "LookupError"]


def test_our_own_words_on_a_storage_are_kept() -> None:
    words = describe_exception(StorageAwayError("The storage does not answer."))

    assert words == "files.circuit_breaker.StorageAwayError: The storage does not answer."


def test_exception_in_the_words_of_a_line_is_described_too(log: io.StringIO) -> None:
    logging.getLogger("mailroom").warning("Mail %s could not be sent: %s", 7, ValueError(CANARY))

    assert log.getvalue().endswith("Mail 7 could not be sent: ValueError\n")


def test_line_of_json_holds_no_more(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise_after_another()
    except LookupError:
        logging.getLogger("registry").exception("A case could not be opened")

    (record,) = caplog.records
    assert CANARY not in Json().format(record)
    assert json.loads(Json().format(record))["exception"].endswith("LookupError")


def test_unknown_host_is_told_in_one_line(client: Client, log: io.StringIO) -> None:
    answer = client.get("/kontakt/", headers={"Host": f"{'a' * 200}.example"})

    (line,) = log.getvalue().splitlines()
    assert answer.status_code == 400
    assert f"WARNING rus_portal.middleware [{answer['X-Request-ID']}] A request named the host 'aaa" in line
    assert line.endswith("a', which is none of ALLOWED_HOSTS.")
    assert len(line) < 300


@pytest.mark.parametrize(
    "asked", ["/admin/registry/case/?p=1", "/kontakt/?a=" + "&a=" * 1_001, "/fil%00/"], ids=["login", "many", "nothing"]
)
def test_refusal_is_told_in_one_line_at_most(client: Client, log: io.StringIO, asked: str) -> None:
    client.get(asked)

    lines = log.getvalue().splitlines()
    assert len(lines) <= 1
    assert "Traceback" not in "".join(lines)
    assert " ERROR " not in "".join(lines)


@pytest.mark.skipif(bool(configured.DATABASE_URL), reason="the log of another server is not ours to read")
def test_log_of_the_embedded_database_holds_no_values() -> None:
    make_user(username=CANARY)
    path = postgres.get_server_directory() / "server.log"
    before = path.stat().st_size

    for fault in (refuse_username, lambda: ask_database("SELECT %s::integer, 'Kanarietext'")):
        with pytest.raises(DatabaseError):
            fault()

    told = path.read_bytes()[before:].decode()
    assert not re.search("kanarie", told, re.IGNORECASE)
