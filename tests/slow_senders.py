"""Those who send slowly or nothing, a thousand at once, over plain HTTP or TLS.

    python -m tests.slow_senders http://127.0.0.1:8000 --senders 1000 --seconds 60

Asks for the start page every fifth of a second meanwhile, and prints how long it took. Only for a portal of your own.
"""

import argparse
import asyncio
import contextlib
import resource
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

HEAD = "{method} {path} HTTP/1.1\r\nHost: {host}\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
KINDS = [
    b"",  # nothing at all
    HEAD.format(method="GET", path="/", host="{host}").encode(),  # headers without end
    (HEAD.format(method="POST", path="/kontakt/", host="{host}") + FORM + "Content-Length: 1000\r\n\r\na").encode(),
    (HEAD.format(method="POST", path="/admin/login/", host="{host}") + FORM + "Content-Length: 1000\r\n\r\na").encode(),
    (
        HEAD.format(method="POST", path="/kontakt/", host="{host}") + FORM + "Transfer-Encoding: chunked\r\n\r\n1\r\na"
    ).encode(),
]
"""How a sender begins. Then he sends a byte a second, the first kind nothing."""
LOOKS_AT_MOST = 200
NOT_VERIFIED = ssl._create_unverified_context()  # noqa: S323 - a certificate that the test has made


@dataclass
class Answers:
    """How long the start page took, in seconds, and how many senders were connected at the most."""

    seconds: list[float]
    connected: int


def measure(url: str, *, senders: int, seconds: float) -> Answers:
    """Let so many send slowly, and ask for the start page meanwhile."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return asyncio.run(_measure(urlsplit(url), senders, seconds))


async def _measure(url: SplitResult, senders: int, seconds: float) -> Answers:
    opened: set[int] = set()
    tasks = [asyncio.create_task(_send_slowly(url, number, opened)) for number in range(senders)]
    await _wait_until_connected(opened, senders)
    answers = Answers([], len(opened))
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        answers.seconds.append(await asyncio.to_thread(ask, url.geturl()))
        answers.connected = max(answers.connected, len(opened))
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers


async def _wait_until_connected(opened: set[int], senders: int) -> None:
    """Wait until nearly all hold a connection, or no more can be expected to."""
    for _look in range(LOOKS_AT_MOST):
        if len(opened) > 0.95 * senders:
            return
        await asyncio.sleep(0.1)


async def _send_slowly(url: SplitResult, number: int, opened: set[int]) -> None:
    """Connect, and again when the connection is closed, until cancelled."""
    kind = KINDS[number % len(KINDS)].replace(b"{host}", url.netloc.encode())
    while True:
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            async with asyncio.timeout(30):
                reader, writer = await asyncio.open_connection(
                    url.hostname, url.port, ssl=NOT_VERIFIED if url.scheme == "https" else None
                )
            opened.add(number)
            try:
                await _drip(reader, writer, kind)
            finally:
                opened.discard(number)
                writer.close()
        await asyncio.sleep(0.5)


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: bytes) -> None:
    writer.write(kind)
    closed = asyncio.create_task(reader.read())
    try:
        while not closed.done():
            await asyncio.wait([closed], timeout=1)
            if kind:
                writer.write(b"a" if b"chunked" not in kind else b"\r\n1\r\na")
                await writer.drain()
    finally:
        closed.cancel()


def ask(url: str) -> float:
    """Return how many seconds the whole page took; infinitely many if it was refused."""
    started = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=30, context=NOT_VERIFIED) as response:
            response.read()
    except (urllib.error.URLError, OSError):
        return float("inf")
    return time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--senders", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    found = measure(given.url, senders=given.senders, seconds=given.seconds)
    inside = sorted(found.seconds)
    print(
        f"{found.connected} senders connected; the start page was asked for {len(inside)} times and took "
        f"{inside[len(inside) // 2]:.3f} s in the middle, {inside[int(len(inside) * 0.95)]:.3f} s (p95), "
        f"{inside[-1]:.3f} s at the most"
    )


if __name__ == "__main__":
    main()
