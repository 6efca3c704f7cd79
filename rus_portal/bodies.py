"""Bodies of requests whose length is not told, or not kept.

Django reads as much as `Content-Length` says: of a body in chunks (RFC 9112, 7.1) nothing, and of one that breaks off
what came, as if that were all.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, HttpResponse

from visitors.bodies import CHUNKED_AT_MOST, PatientBody, is_chunked

PIECE = 64 * 1024


class CutBodyError(BadRequest):
    """Less came than was told: nothing may be done with it but to show it again."""


def read_whole_bodies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Gather a form sent in chunks when it is first read, and raise `CutBodyError` for one that broke off."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_: Any = request
        load = request_._load_post_and_files  # noqa: SLF001 - called by `POST` and `FILES`

        def load_whole() -> None:
            with ExitStack() as gathered:
                if is_chunked(request.META):
                    _gather_chunks(request_, gathered)
                _load_counted(request_, load)

        request_._load_post_and_files = load_whole  # noqa: SLF001
        return get_response(request)

    return middleware


def _load_counted(request: Any, load: Callable[[], None]) -> None:
    request._stream = stream = _Counted(request._stream)  # noqa: SLF001 - what `POST` reads
    try:
        load()
    except OSError:  # the next who asks for the form must not read on
        request._mark_post_parse_error()  # noqa: SLF001
        raise
    if not is_chunked(request.META) and stream.count_all() < int(request.META.get("CONTENT_LENGTH") or 0):
        raise CutBodyError("The form broke off")


class _Counted:
    """A stream that counts the bytes that are read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._count = 0
        self._is_closed = False

    def read(self, *size: int) -> bytes:
        return self._note(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        return self._note(self._stream.readline(*size))

    def _note(self, piece: bytes) -> bytes:
        self._count += len(piece)
        return piece

    def close(self) -> None:
        self._is_closed = True
        self._stream.close()

    def count_all(self) -> int:
        """Return how many bytes there were, those that no parser had a use for included."""
        while not self._is_closed and self.read(PIECE):
            pass
        return self._count


def _gather_chunks(request: Any, stack: ExitStack) -> None:
    """Put the whole body in the place of the stream, and tell its length."""
    body = request.environ["wsgi.input"]
    if not isinstance(body, PatientBody):  # as in the tests' client
        body = stack.enter_context(closing(PatientBody(body, length=0)))
    length = body.gather(CHUNKED_AT_MOST)
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = LimitedStream(body, length)  # type: ignore[arg-type]  # noqa: SLF001 - as Django makes it
