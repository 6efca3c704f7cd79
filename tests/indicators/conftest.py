"""A server of statistics, the same for all tests of a file, healthy again for each."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from indicators import fetcher
from indicators.readers import http
from tests.indicators.servers import Statistics, kolada_rows, scb_document, statistics_server


@pytest.fixture(scope="module")
def running() -> Iterator[Statistics]:
    with statistics_server() as server:
        yield server


@pytest.fixture
def server(running: Statistics, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    running.rows, running.document, running.page_size, running.next_url = kolada_rows(), scb_document(), 1000, ""
    running.faults, running.asked, running.dripped = [], [], 0
    running.hung_up = threading.Event()
    settings.KOLADA_URL = settings.SCB_URL = running.url
    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(fetcher._Look, "next_at", 0.0)
    return running
