"""The shipped files of the reverse proxies, before a portal that runs; and the portal without one."""

import asyncio
import contextlib
import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest

from tests import slow_senders
from tests.portal_process import Portal, demo_portal
from tests.processes import free_port
from tests.proxies import running_caddy, running_nginx
from tests.test_observatory import has_strict_policy, parse_policy

MEGABYTE = 2**20
SEARCHES = 5
SECONDS_BESIDE_OTHER_TESTS = 2
"""A page that is held up never comes. The half second promised is measured by `python -m tests.slow_senders`."""
RESET = 0
"""Where the connection ended before the answer was read."""


@pytest.fixture(scope="module")
def behind(database_server: None) -> Iterator[Portal]:
    """A portal that believes the proxies, and lets each network search a few times a minute."""
    with demo_portal(
        TRUSTED_PROXIES="127.0.0.1", SEARCHES_PER_MINUTE=str(SEARCHES), SENT_MEGABYTES_PER_HOUR="40"
    ) as portal:
        yield portal


@pytest.fixture(scope="module", params=["caddy", pytest.param("nginx", marks=pytest.mark.needs_program("nginx"))])
def proxy(request: pytest.FixtureRequest, behind: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy before two nodes, of which one is not there."""
    run = {"caddy": running_caddy, "nginx": running_nginx}[request.param]
    with run(tmp_path_factory.mktemp(request.param), free_port(), behind.port) as url:
        yield url


def ask(url: str, method: str = "GET", path: str = "/", body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, context=slow_senders.NOT_VERIFIED, timeout=30)  # type: http.client.HTTPConnection
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    names = {name.replace("__", "-"): value for name, value in headers.items()}
    connection.request(method, path, body or None, names)
    response = connection.getresponse()
    response.content = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def test_pages_come_while_a_thousand_send_slowly_or_nothing(proxy: str) -> None:
    found = slow_senders.measure(proxy, senders=1000, seconds=3)

    assert found.connected > 900
    assert median(found.seconds) < SECONDS_BESIDE_OTHER_TESTS, found.seconds


def test_a_visitor_cannot_choose_his_address(proxy: str) -> None:
    """All of these are one network's searches, whatever they say."""
    statuses = [
        ask(proxy, path=f"/sok/?q={number}", **{name: f"203.0.113.{number}"}).status
        for number, name in enumerate(
            ["X__Forwarded__For", "X_Forwarded_For", "X__Real__IP", "X_Real_IP", "Forwarded", "x_forwarded__for"] * 2
        )
    ]

    assert statuses[-1] == 429
    assert statuses.count(429) >= len(statuses) - 2 * SEARCHES  # a minute may have passed


def test_a_proxy_is_believed(behind: Portal) -> None:
    statuses = {
        ask(behind.base_url, path="/sok/?q=a", X__Forwarded__For=f"198.51.100.{number}").status for number in range(9)
    }

    assert statuses == {200}


def test_attachments_pass_and_what_is_too_large_is_told(proxy: str, behind: Portal) -> None:
    page = ask(proxy, path="/kontakt/").content.decode()  # type: ignore[attr-defined]
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    fields = {"token": token[1], "subject": "Hej", "message": "Hej"}

    sent = ask(proxy, "POST", "/kontakt/", multipart(fields, 17 * MEGABYTE), Content__Type=MULTIPART)
    words = ask(proxy, "POST", "/diarium/begar-ut/", b"a" * 12 * MEGABYTE)

    assert (sent.status, words.status) == (303, 413)
    assert behind.sql("SELECT max(size) FROM registry_file") == [(17 * MEGABYTE,)]
    assert "Meddelandet är för stort" in words.content.decode()  # type: ignore[attr-defined]
    assert has_strict_policy(parse_policy(words.headers["Content-Security-Policy"]))
    assert words.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("run", [running_caddy, pytest.param(running_nginx, marks=pytest.mark.needs_program("nginx"))])
def test_a_portal_that_is_away_is_told_by_the_proxy(run: object, tmp_path: Path) -> None:
    with run(tmp_path, free_port()) as url:  # type: ignore[operator]
        response = ask(url)

    assert response.status in {502, 503}
    assert "Webbplatsen svarar inte" in response.content.decode()  # type: ignore[attr-defined]
    assert has_strict_policy(parse_policy(response.headers["Content-Security-Policy"]))


def test_pages_come_without_a_proxy_too_while_some_send_nothing(portal: Portal) -> None:
    """As `make run` is: 24 bodies that do not come once held all threads for as long as they lasted."""
    found = slow_senders.measure(portal.base_url, senders=8 * len(slow_senders.KINDS), seconds=3)

    assert median(found.seconds) < SECONDS_BESIDE_OTHER_TESTS, found.seconds


@pytest.mark.load
def test_two_hundred_posts_of_ten_megabytes_do_not_take_the_site_down(behind: Portal) -> None:
    """Straight to the portal: a proxy would only make them come faster."""
    body = multipart({"subject": "Hej", "message": "Hej"}, 10 * MEGABYTE)
    head = (
        f"POST /kontakt/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.66\r\nConnection: close\r\n"
        f"Content-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()

    statuses, seconds = asyncio.run(post_and_watch(behind.port, head + body, 200))

    assert set(statuses) <= {422, 429, 503, RESET}
    assert max(seconds) < 2, sorted(seconds)[-5:]


async def post_and_watch(port: int, request: bytes, number: int) -> tuple[list[int], list[float]]:
    """Post all at once. Returns the answers' statuses, and how long /healthz took meanwhile."""
    posts = [asyncio.create_task(post(port, request)) for _ in range(number)]
    seconds = []
    while not all(task.done() for task in posts):
        seconds.append(await asyncio.to_thread(slow_senders.ask, f"http://localhost:{port}/healthz"))
        await asyncio.sleep(0.1)
    return [task.result() for task in posts], seconds


async def post(port: int, request: bytes) -> int:
    """Return the status of the answer."""
    reader, writer = await asyncio.open_connection("localhost", port)
    try:
        with contextlib.suppress(ConnectionError):  # an answer may come before all is sent
            writer.write(request)
            await writer.drain()
        return int((await reader.readline()).split()[1])
    except ConnectionError:
        return RESET
    finally:
        writer.transport.abort()


MULTIPART = "multipart/form-data; boundary=b"


def multipart(fields: dict[str, str], size: int) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    head = 'Content-Disposition: form-data; name="attachments"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    return "".join(f"--b\r\n{part}" for part in [*parts, head]).encode() + b"a" * size + b"\r\n--b--\r\n"
