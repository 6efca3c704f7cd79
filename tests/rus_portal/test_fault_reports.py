"""What a report of a fault says, and that nothing which somebody wrote leaves with it."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.test import Client
from sentry_sdk.transport import Transport

from rus_portal import __version__
from rus_portal.operations.fault_reports import start_fault_reports
from rus_portal.pages import start

DSN = "https://key@glitchtip.example.org/1"


class Post(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Any] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.sent += [item.payload.json for item in envelope.items]


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    start_fault_reports(DSN, transport=post)
    yield post
    sentry_sdk.init()


def fail(request: HttpRequest, *_arguments: Any, **_named: Any) -> None:
    asked, agent = request.GET["q"], request.headers["User-Agent"]
    raise ValueError(f"{asked} cannot be shown") from KeyError(agent)


@pytest.mark.django_db
def test_fault_is_reported_with_its_place_and_without_a_value(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "render", fail)
    client = Client(raise_request_exception=False, headers={"User-Agent": "kanarieläsare", "Cookie": "a=kanariekaka"})

    answer = client.get("/?q=kanariefråga")

    (report,) = post.sent
    assert answer.status_code == 500
    assert report["tags"] == {"request": answer["X-Request-ID"]}
    assert (report["release"], report["logger"], report["level"]) == (__version__, "django.request", "error")
    assert [error["type"] for error in report["exception"]["values"]] == ["KeyError", "ValueError"]
    last = report["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert (last["function"], last["context_line"].strip()[:18]) == ("fail", "raise ValueError(f")
    assert "kanarie" not in json.dumps(report, ensure_ascii=False)


def test_missing_library_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN is set, but sentry-sdk is not installed"):
        start_fault_reports(DSN)
