"""Visiting an address as a reader would, with bounded time and nothing read but the head of the answer."""

import logging
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple
from urllib.parse import quote, urljoin

import urllib3
from django.conf import settings

from publishing.models import LinkFault
from publishing.outside_links.addresses import Destination, NotFoundError, NotPublicError, find_destination

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
TOTAL_SECONDS = 30.0
"""For one link, with its redirects: the worker has more to do."""
REDIRECTS_AT_MOST = 5
MOVED = {301, 302, 303, 307, 308}
GONE = {404, 410}
CLOSED_TO_US = {401, 403, 405, 406, 407, 408, 409, 412, 418, 421, 423, 425, 426, 428, 429, 451, 503, 999}
"""What servers say to programs, or for a while: readers may well get the page."""
FIRST_ERROR = 400
SAFE = "/%?=&:;+,@!$'()*~#[]"
logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """The head of an answer."""

    status: int
    location: str = ""


def visit_link(url: str) -> str:
    """Return the fault of a link, empty if it leads to a page. Never raises, and ends in time."""
    box: SimpleQueue[str] = SimpleQueue()
    Thread(target=_put_fault, args=(url, box), daemon=True).start()  # slow headers have no time limit of their own
    try:
        return box.get(timeout=TOTAL_SECONDS)
    except Empty:
        return LinkFault.UNREACHABLE


def _put_fault(url: str, box: "SimpleQueue[str]") -> None:
    try:
        box.put(_follow(url))
    except Exception:
        logger.exception("A link could not be checked.")
        box.put(LinkFault.UNREACHABLE)


def _follow(url: str) -> str:
    """Return the fault of a link, each address that it leads on to being looked at anew."""
    for _turn in range(REDIRECTS_AT_MOST + 1):
        try:
            answer = _ask_page(find_destination(url))
        except NotPublicError:
            return LinkFault.REFUSED
        except (NotFoundError, OSError, ValueError, urllib3.exceptions.HTTPError):
            return LinkFault.UNREACHABLE
        if answer.status not in MOVED or not answer.location:
            return _judge_status(answer.status)
        url = urljoin(url, answer.location).partition("#")[0]
    return LinkFault.ENDLESS


def _ask_page(there: Destination) -> Answer:
    """Return the answer to HEAD, or to GET where the server does not like that."""
    answer = _ask(there, "HEAD")
    return answer if answer.status < FIRST_ERROR else _ask(there, "GET")


def _ask(there: Destination, method: str) -> Answer:
    headers = {
        "Host": there.host,
        "User-Agent": f"link check ({settings.BASE_URL})",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    with _connect(there) as pool:
        response = pool.urlopen(
            method, quote(there.path, safe=SAFE), headers=headers, retries=False, redirect=False, preload_content=False
        )
        try:
            return Answer(response.status, _read_location(response.headers))
        finally:
            response.close()  # whatever else it would send


def _connect(there: Destination) -> urllib3.HTTPConnectionPool:
    """Return a connection to the very address that was looked at; certificates are those of the name."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if there.scheme == "http":
        return urllib3.HTTPConnectionPool(there.address, there.port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        there.address, there.port, timeout=timeout, server_hostname=there.host, assert_hostname=there.host
    )


def _read_location(headers: Mapping[str, str]) -> str:
    return headers.get("Location", "").strip()


def _judge_status(status: int) -> str:
    if status in GONE:
        return LinkFault.GONE
    return LinkFault.ERROR if status >= FIRST_ERROR and status not in CLOSED_TO_US else ""
