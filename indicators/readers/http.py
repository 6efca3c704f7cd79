"""Fetching JSON from another authority's server, with bounded time, size, retries and rate.

The server is not trusted: it cannot redirect us, make us wait for ever or fill the memory, and invalid JSON, or JSON
with a repeated name, is refused whole.
"""

import json
import random
import time
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.readers.figures import AnswerError, UnreachableError
from language.characters import normalize_parsed

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
TOTAL_SECONDS = 60.0
"""For one indicator, including waits: the worker has mail to send too."""
ATTEMPTS = 4
FIRST_WAIT = 1.0
LARGEST_ANSWER = 10 * 2**20
PIECE = 64 * 1024
FOR_NOW = {429, 500, 502, 503, 504}
"""Statuses worth a retry (RFC 9110, 15.6; RFC 6585, 4)."""
ANSWERED = 200


class RateLimit:
    """Allows a number of calls in a number of seconds, in this process."""

    def __init__(self, calls: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.calls, self.seconds, self.clock = calls, seconds, clock
        self.made: deque[float] = deque()
        self.lock = Lock()

    def wait(self) -> float:
        """Sleep until the next call is allowed, and count it. Return how long that was."""
        with self.lock:
            now = self.clock()
            while self.made and self.made[0] <= now - self.seconds:
                self.made.popleft()
            pause = self.made[0] + self.seconds - now if len(self.made) >= self.calls else 0.0
            self.made.append(now + pause)
            if len(self.made) > self.calls:
                self.made.popleft()
        time.sleep(pause)
        return pause


class _PassingError(Exception):
    """A fault worth a retry, and how long the server asks us to wait."""

    def __init__(self, fault: str, retry_after: str | None = None) -> None:
        super().__init__(fault)
        self.retry_after = retry_after


class JsonClient:
    """Fetches JSON from one server, with one time limit for all requests."""

    def __init__(self, base_url: str, pace: RateLimit | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.pace = pace
        self.ends_at = time.monotonic() + TOTAL_SECONDS
        self.pool = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"indicators ({settings.BASE_URL})",
            },
        )

    def is_same_server(self, url: str) -> bool:
        """Whether an address is on the configured server."""
        there, here = urlsplit(url), urlsplit(self.base_url)
        return (there.scheme, there.netloc) == (here.scheme, here.netloc)

    def get_json(self, url: str) -> Any:
        """Return the JSON at an address. Raise `UnreachableError` or `AnswerError` with a sentence for the owner."""
        for attempt in range(ATTEMPTS):
            if self.pace:
                self.pace.wait()
            try:
                return self._in_time(url)
            except _PassingError as error:
                passing = error
            if attempt < ATTEMPTS - 1:
                self._sleep(_seconds(passing.retry_after, attempt), str(passing))
        raise UnreachableError(str(passing))

    def _in_time(self, url: str) -> Any:
        """Return the answer in time, or raise. A thread waits for it, since slow headers have no time limit."""
        box: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        Thread(target=self._put_answer, args=(url, box), daemon=True).start()
        try:
            answer, error = box.get(timeout=max(self.ends_at - time.monotonic(), 0.01))
        except Empty:
            raise UnreachableError(_("The server took too long to respond.")) from None
        if error is not None:
            raise error
        return answer

    def _put_answer(self, url: str, box: "SimpleQueue[tuple[Any, Exception | None]]") -> None:
        try:
            box.put((self._answer(url), None))
        except Exception as error:  # noqa: BLE001 - raised again by the waiting thread
            box.put((None, error))

    def _answer(self, url: str) -> Any:
        """Return the answer to one request. Raise `_PassingError` for what is worth a retry."""
        try:
            response = self.pool.request("GET", url, preload_content=False, redirect=False)
        except urllib3.exceptions.HTTPError:
            raise _PassingError(_("The server did not respond.")) from None
        try:
            if response.status == ANSWERED:
                return parse_json(self._body(response))
            fault = _status_words(response.status)
            if response.status in FOR_NOW:
                raise _PassingError(fault, response.headers.get("Retry-After"))
            raise AnswerError(fault)
        finally:
            response.close()

    def _sleep(self, seconds: float, fault: str) -> None:
        if time.monotonic() + seconds >= self.ends_at:
            raise UnreachableError(fault)
        time.sleep(seconds)

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise AnswerError(_("The response uses an unexpected encoding."))
        body = b""
        try:
            while piece := response.read1(PIECE, decode_content=False):  # what has come, without waiting for more
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise AnswerError(_("The response is larger than 10 MB. Request fewer years or areas."))
                if time.monotonic() >= self.ends_at:
                    raise UnreachableError(_("The server took too long to respond."))
        except urllib3.exceptions.HTTPError:
            raise _PassingError(_("The response was cut off.")) from None
        return body


def parse_json(body: bytes) -> Any:
    """Return the JSON of an answer, with exact decimal numbers. Raise `AnswerError` if it is invalid."""
    try:
        found = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats
        )
        return normalize_parsed(found)
    except (ValueError, ArithmeticError, RecursionError):
        raise AnswerError(_("The response is incomplete or not JSON.")) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _status_words(status: int) -> str:
    if status == 429:  # noqa: PLR2004 - too many requests (RFC 6585)
        return _("The server says we are making too many requests.")
    if status in (400, 404):
        return _("The server cannot find what we requested (code %(status)s). Check the key figure or table.") % {
            "status": status
        }
    return _("The server responded with an error (code %(status)s).") % {"status": status}


def _seconds(retry_after: str | None, attempt: int) -> float:
    """Return how long to wait: what the server asks for (RFC 9110, 10.2.3), else exponential backoff with jitter."""
    if retry_after and retry_after.strip().isdecimal():
        return float(retry_after)
    if retry_after:
        try:
            return max(0.0, (parsedate_to_datetime(retry_after) - timezone.now()).total_seconds())
        except (ValueError, TypeError):
            pass
    return FIRST_WAIT * 2**attempt * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
