"""Test servers on loopback that act as Kolada and SCB, and misbehave when told to."""
# ruff: noqa: ARG002 - every fault is given the right answer, whether it needs it or not

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from indicators.models import Indicator
from tests import factories

AREAS, YEARS = ("0022", "0000"), range(2015, 2025)


def kolada_rows(change: Any = None) -> list[dict[str, Any]]:
    """Ten years for county and nation, for all, women and men; one is missing. `change` may alter a cell."""
    rows = []
    for area in AREAS:
        for year in YEARS:
            cells = []
            for gender, step in (("T", 0), ("K", -1), ("M", 1)):
                missing = (area, year, gender) == ("0022", 2017, "K")
                cell = {"gender": gender, "value": None if missing else 70 + step + (year - 2015) * 0.5,
                        "status": "Missing" if missing else ""}  # fmt: skip
                cells.append(change(area, year, cell) if change else cell)
            rows.append({"kpi": "N00945", "municipality": area, "period": year, "values": cells})
    return rows


def scb_document() -> dict[str, Any]:
    """Ten years for county and nation, for women, men and both; one cell is missing and one preliminary."""
    regions, genders, years = ["22", "00"], ["1", "2", "1+2"], [str(year) for year in YEARS]
    values = [
        None if (region, gender, year) == ("22", "2", "2017") else 70 + genders.index(gender) + int(year) - 2015
        for region in regions for gender in genders for year in years
    ]  # fmt: skip
    return {
        "version": "2.0",
        "class": "dataset",
        "id": ["Region", "Kon", "ContentsCode", "Tid"],
        "size": [2, 3, 1, 10],
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]},
        "dimension": {
            "Region": {"category": {"index": {code: n for n, code in enumerate(regions)}}},
            "Kon": {"category": {"index": genders}},
            "ContentsCode": {"category": {"label": {"000001": "Andel"}}},
            "Tid": {"category": {"index": {year: n for n, year in enumerate(years)}}},
        },
        "value": values,
        "status": {"59": "p", "12": ".."},
    }


SELECTIONS = {"Region": ["22", "00"], "Kon": ["1", "2", "1+2"], "ContentsCode": ["000001"], "Tid": ["top(10)"]}


DRIPS = 300
"""Tenths of a second that an answer takes to drip."""


class Statistics(ThreadingHTTPServer):
    """Answers as either source would. `faults` are used up one a call; then it answers as it should."""

    daemon_threads = True
    rows: list[dict[str, Any]]
    document: Any
    page_size = 1000
    next_url = ""
    faults: list[str]
    asked: list[str]
    dripped = 0
    hung_up: threading.Event

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.rows, self.document = kolada_rows(), scb_document()
        self.faults, self.asked, self.hung_up = [], [], threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str) -> Any:
        if path.startswith("/tables/"):
            return self.document
        page = int(path.partition("page=")[2] or 1)
        part = self.rows[(page - 1) * self.page_size : page * self.page_size]
        more = page * self.page_size < len(self.rows)
        following = f"{self.url}{path.partition('?')[0]}?page={page + 1}"
        return {"values": part, "count": len(part), "next_url": (self.next_url or following) if more else None}


class Handler(BaseHTTPRequestHandler):
    server: Statistics
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        fault = self.server.faults.pop(0) if self.server.faults else ""
        body = json.dumps(self.server.answer(self.path)).encode()
        self.close_connection = True
        getattr(self, f"fault_{fault.replace(' ', '_')}", self.send)(body)

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def fault_429(self, body: bytes) -> None:
        self.send(b"", 429, Retry_After="0")

    def fault_429_for_long(self, body: bytes) -> None:
        self.send(b"", 429, Retry_After="3600")

    def fault_500(self, body: bytes) -> None:
        self.send(b"no", 500)

    def fault_404(self, body: bytes) -> None:
        self.send(b"no", 404)

    def fault_moved(self, body: bytes) -> None:
        self.send(b"", 302, Location="http://127.0.0.1:1/elsewhere")

    def fault_truncated(self, body: bytes) -> None:
        self.send(body[: len(body) // 2], Content_Length=str(len(body)))

    def fault_half(self, body: bytes) -> None:
        self.send(body[: len(body) // 2])

    def fault_broken(self, body: bytes) -> None:
        self.send(b"<!doctype html><p>Vi bygger om.</p>")

    def fault_not_a_number(self, body: bytes) -> None:
        self.send(body.replace(b"70", b"NaN", 1))

    def fault_packed(self, body: bytes) -> None:
        self.send(body, Content_Encoding="gzip")

    def fault_large(self, body: bytes) -> None:
        self.send(b" " * 10_000 + body)

    def fault_silent(self, body: bytes) -> None:
        self.connection.close()

    def fault_stalling(self, body: bytes) -> None:
        time.sleep(1.0)

    def fault_dripping(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for n in range(DRIPS):
            self.wfile.write(body[n : n + 1])
            self.wfile.flush()
            self.server.dripped = n + 1
            time.sleep(0.1)

    def fault_dripping_headers(self, body: bytes) -> None:
        self.send_response(200)
        self.flush_headers()
        server, hung_up = self.server, self.server.hung_up
        for n in range(DRIPS):
            self.wfile.write(b"X")
            self.wfile.flush()
            server.dripped = n + 1
            if hung_up.wait(0.1):
                return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server uses
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the reader went away
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True


@contextmanager
def statistics_server() -> Iterator[Statistics]:
    server = Statistics()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make(source: str, **given: Any) -> Indicator:
    of_source = {"kolada": {"kpi": "N00945"}, "scb": {"table": "TAB1267", "selections": SELECTIONS}}[source]
    return factories.make_indicator(**{"source_kind": source, "by_gender": True} | of_source | given)
