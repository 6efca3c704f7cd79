"""What is logged: one form for all, an id on every line, and nothing that somebody typed."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.roles import Role
from registry.services.registration import receive_message
from rus_portal import server
from rus_portal.operations.logs import build_logging
from rus_portal.request_ids import RequestIdFilter
from tests.factories import make_message, make_registrar

pytestmark = pytest.mark.django_db
ADDRESS = "åsa.öberg+rus@exempel.se"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What production would log at the level INFO."""
    form = build_logging("INFO", "json")["formatters"]["json"]["()"]()
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(form)
    handler.addFilter(RequestIdFilter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_line_has_the_id_of_its_answer_and_names_the_route(client: Client, written: io.StringIO) -> None:
    make_registrar()
    token = receive_message(make_message()).token

    answers = [
        client.get(f"/kontakt/tack/{token}/"),
        client.get("/en/search/?q=kanariesok"),
        client.get("/kontakt/kanarie-fagel/"),
        client.get("/kanariefel/"),
        client.get("/admin/registry/case/?q=kanarie"),
        client.generic("KANARIE", "/mal/"),
    ]

    access = [line for line in lines(written) if line["logger"] == "rus_portal.operations.access_log"]
    assert [line["request"] for line in access] == [answer["X-Request-ID"] for answer in answers]
    assert [(line["method"], line["route"], line["status"]) for line in access] == [
        ("GET", "/kontakt/tack/<uuid:token>/", 200),
        ("GET", "/en/search/", 200),
        ("GET", "/kontakt/<slug:slug>/", 404),
        ("GET", "-", 404),
        ("GET", "/admin/registry/case/", 302),
        ("OTHER", "/mal/", 405),
    ]
    assert "kanarie" not in written.getvalue().lower()
    assert str(token) not in written.getvalue()


def test_line_tells_which_account_the_admin_refused(log_in: Any, written: io.StringIO) -> None:
    make_registrar()
    case = receive_message(make_message())
    coordinator = log_in(Role.COORDINATOR)

    coordinator.get(f"/admin/registry/case/{case.pk}/change/")
    coordinator.get("/admin/auth/user/")
    coordinator.get("/admin/kanariefel/")
    coordinator.get("/admin/news/newsitem/")
    coordinator.get("/kanariefel/")
    Client().get("/admin/kanariefel/")

    access = [line for line in lines(written) if line["logger"] == "rus_portal.operations.access_log"]
    account = int(coordinator.session["_auth_user_id"])
    assert [line.get("account") for line in access] == [account] * 3 + [None] * 3
    assert access[1]["message"].endswith(f", refused to account {account}")
    assert [line["status"] for line in access[:3]] == [302, 403, 404]


def test_line_holds_no_address_number_or_path_that_a_message_was_given(rf: Any, written: io.StringIO) -> None:
    logger, request = logging.getLogger("mailroom.outbox"), rf.get("/kontakt/tack/kanarie/?q=kanarie")
    logger.warning("Mail %s could not be sent: %s", 3, {ADDRESS: (550, b"19811218-9876")})
    logger.warning("Bad Request: %s", request.path, extra={"request": request, "status_code": 400, "typed": "kanarie"})
    try:
        int(ADDRESS)
    except ValueError:
        logger.exception("Refused")

    refused, bad, failed = lines(written)
    assert refused["message"] == "Mail 3 could not be sent: {'[address]': (550, b'[number]')}"
    assert (bad["message"], bad["status"]) == ("Bad Request: -", 400)
    assert failed["exception"].endswith("\nValueError")
    assert "kanarie" not in written.getvalue()
    assert all(line["request"] for line in (refused, bad, failed))


def test_line_to_read_holds_no_address_either() -> None:
    formatter = build_logging("WARNING", "lines")["formatters"]["lines"]
    record = logging.LogRecord("a", logging.WARNING, "", 0, "To %s", (ADDRESS,), None)
    record.request_id = "-"

    assert formatter["()"](formatter["format"]).format(record).endswith(" WARNING a [-] To [address]")


@pytest.mark.parametrize(("level", "form"), [("LOUD", "json"), ("INFO", "xml")])
def test_level_or_form_that_does_not_exist_is_refused(level: str, form: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"LOG_LEVEL is {level} and LOG_FORMAT is {form}, but"):
        build_logging(level, form)


def test_granian_writes_the_same_fields() -> None:
    formatter = build_logging("INFO", "json")["formatters"]["json"]["()"]()
    record = logging.LogRecord("_granian", logging.ERROR, "", 0, "Worker-%s unexpectedly exited", (1,), None)

    line = json.loads(formatter.format(record))

    assert server.LOGGING["handlers"] == {}
    assert server.LOGGING["loggers"]["_granian"]["propagate"]  # to the handlers of our log
    assert line.pop("time")
    assert line == {"level": "ERROR", "logger": "_granian", "message": "Worker-1 unexpectedly exited"}
