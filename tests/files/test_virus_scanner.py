"""A virus scanner that is not there, or does not come to an end, is an error of its own."""

import io
import threading
import time

import pytest

from files import virus_scanner
from files.virus_scanner import ScanError, find_virus
from tests.clamav import Hanging


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.sock", "http://127.0.0.1", "nonsense"])
def test_scanner_that_is_not_there_is_an_error_of_its_own(url: str) -> None:
    with pytest.raises(ScanError):
        find_virus(io.BytesIO(b"x"), url)


def test_a_drop_at_a_time_does_not_stretch_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virus_scanner, "SECONDS_TO_ANSWER", 0.3)
    monkeypatch.setattr(virus_scanner, "SECONDS_AT_MOST", 0.3)
    server = Hanging(b"PONG\0", b"s")

    def drip() -> None:
        while len(server.open) < 2:
            time.sleep(0.01)
        try:
            while True:
                server.open[1].sendall(b"t")
                time.sleep(0.05)
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()

    with pytest.raises(ScanError, match="Timeout"):
        find_virus(io.BytesIO(b"x"), server.url)
    server.close()
