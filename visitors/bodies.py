"""What visitors send.

A thread that reads what somebody sends waits for him, and the server's read cannot be given up: it ends when the
connection does. So only some threads read at once, and others work meanwhile. In production a proxy gathers what is
sent before it passes it on, and nobody waits here (docs/operations.md).
"""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

from visitors import places
from visitors.refusals import BusyError

PIECE = 64 * 1024
CHUNKED_AT_MOST = 32 * 2**20
"""Browsers tell the length. Who does not may send a message with a file, but no large document."""
SECONDS_UNTIL_LESS_BUSY = 10


class PatientBody:
    """A WSGI `wsgi.input` that is read in a place for it, and lets others work meanwhile."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length
        self._places = places.large_senders if length > places.LARGE else places.senders
        self._has_place = False
        self._file: IO[bytes] | None = None
        self._gathered = 0
        self.seconds_waited = 0.0
        """For the sender."""

    def read(self, size: int = -1) -> bytes:
        return self._wait(lambda: self._stream.read(size) if size >= 0 else self._stream.read())

    def readline(self, size: int = -1) -> bytes:
        return self._wait(lambda: self._stream.readline(size) if size >= 0 else self._stream.readline())

    def gather(self, at_most: int) -> int:
        """Wait until all is here, in a file that has no name. Return its length, which nobody may have told.

        Once gathered it is not read again.
        """
        if self._stream is self._file:
            return self._gathered
        file = TemporaryFile(dir=make_upload_folder())  # noqa: SIM115 - closed with the body
        self._file, length = file, 0
        while piece := self.read(PIECE):
            length += len(piece)
            if length > at_most:
                raise RequestDataTooBig
            file.write(piece)
        file.seek(0)
        self._stream, self._gathered = file, length
        self._leave_place()
        return length

    @property
    def is_left_unread(self) -> bool:
        """Whether it was refused while its sender still sends."""
        return self._left > 0

    def drain(self) -> None:
        """Throw away what still comes: a sender who cannot send on would not read the answer."""
        if not places.drains.acquire(blocking=False):
            return
        try:
            while self._left > 0 and (piece := self._stream.read(PIECE)):
                self._left -= len(piece)
        finally:
            places.drains.release()

    def close(self) -> None:
        self._leave_place()
        if self._file:
            self._file.close()

    def _leave_place(self) -> None:
        if self._has_place:
            self._places.release()
            self._has_place = False

    def _wait(self, read: Callable[[], bytes]) -> bytes:
        if self._stream is self._file:
            return read()
        self._has_place = self._has_place or self._places.acquire(blocking=False)
        if not self._has_place:
            raise BusyError(SECONDS_UNTIL_LESS_BUSY)
        started = time.monotonic()
        with places.let_others_work():
            piece = read()
        self.seconds_waited += time.monotonic() - started
        self._left -= len(piece)
        return piece


class DrainedAnswer:
    """An answer to a request whose body was refused: when it is sent, what still comes is thrown away."""

    def __init__(self, answer: Iterable[bytes], body: PatientBody) -> None:
        self._answer = answer
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        if hasattr(self._answer, "close"):
            self._answer.close()
        self._body.drain()


def get_length(environ: dict[str, Any]) -> int:
    """Return how much is sent, as far as it is told."""
    return int(environ.get("CONTENT_LENGTH") or 0)


def is_chunked(environ: dict[str, Any]) -> bool:
    """Whether the length is not told beforehand (RFC 9112, 7.1)."""
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def make_upload_folder() -> Path:
    """Return the folder of files on their way in, which nobody else may look into. The first upload makes it."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
