"""Browsers' reports: a line of the log without addresses, and not for ever."""

import json
from typing import Any

import pytest
from django.test import Client

from rus_portal import csp_reports
from rus_portal.csp_reports import Report, read_reports

pytestmark = pytest.mark.django_db
OLD, NEW = "application/csp-report", "application/reports+json"


def old_report(**changes: Any) -> dict[str, Any]:
    fields = {
        "document-uri": "https://testserver/sok/?q=hemligt",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://ads.example.com/track?id=77",
        "script-sample": "hemligt",
    }
    return {"csp-report": fields | changes}


def new_report(**changes: Any) -> list[dict[str, Any]]:
    fields = {
        "documentURL": "https://testserver/en/contact/thanks/6f1c6a4e-0000-4000-8000-000000000000/",
        "effectiveDirective": "style-src-attr",
        "blockedURL": "inline",
    }
    return [{"type": "csp-violation", "age": 1, "body": fields | changes}]


def send(client: Client, report: Any, kind: str = OLD) -> int:
    body = report if isinstance(report, bytes) else json.dumps(report)
    return client.post("/csp-report", body, content_type=kind).status_code


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == csp_reports.__name__]


@pytest.mark.parametrize(
    ("report", "kind", "line"),
    [
        (old_report(), OLD, "script-src-elem refused ads.example.com on search:results (1 this hour)."),
        (new_report(), NEW, "style-src-attr refused inline on contacts:receipt (1 this hour)."),
    ],
)
def test_report_is_a_line_without_anything_that_was_typed(
    client: Client, caplog: pytest.LogCaptureFixture, report: Any, kind: str, line: str
) -> None:
    assert send(client, report, kind) == 204

    assert lines(caplog) == [f"A page broke its security policy: {line}"]


def test_the_same_is_told_ever_more_seldom(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(25):
        send(client, old_report())

    assert [line.rpartition("(")[2] for line in lines(caplog)] == ["1 this hour).", "10 this hour)."]


def test_a_flood_of_reports_is_not_a_flood_of_lines(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csp_reports, "LINES_AN_HOUR", 3)
    monkeypatch.setattr(csp_reports, "PER_NETWORK_AND_HOUR", 8)
    statuses = {send(client, old_report(**{"blocked-uri": f"https://x{number}.example"})) for number in range(10)}
    caplog.clear()
    send(client, old_report(**{"blocked-uri": "eval"}))

    assert (statuses, lines(caplog)) == ({204}, [])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b"[1]", b'"a"', b"\xff", b"[" * 5000, b'{"csp-report": []}', b'[{"body": 1}]'],
)
def test_what_is_no_report_is_passed_over(client: Client, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    assert (send(client, body), lines(caplog)) == (204, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"effective-directive": "a\nERROR forged"},
        {"effective-directive": None},
        {"document-uri": "https://testserver/nope/"},
        {"document-uri": "about:blank"},
        {"document-uri": "http://[::1"},
        {"document-uri": 7},
    ],
)
def test_a_report_of_nothing_that_we_have_is_passed_over(changes: dict[str, Any]) -> None:
    assert list(read_reports(json.dumps(old_report(**changes)).encode())) == []


@pytest.mark.parametrize(
    ("blocked", "source"),
    [("data", "data"), ("http://[::1", "unreadable"), ("a\nb", "unreadable"), ("chrome-extension", "unreadable")],
)
def test_a_source_is_a_keyword_or_a_host(blocked: str, source: str) -> None:
    (report,) = read_reports(json.dumps(old_report(**{"blocked-uri": blocked})).encode())

    assert report == Report("script-src-elem", source, "search:results")


def test_only_reports_are_taken(client: Client) -> None:
    assert client.get("/csp-report").status_code == 405
    assert send(client, b"a" * 20_000) == 413
