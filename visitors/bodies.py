"""What visitors send.

A thread that reads what somebody sends waits for him, and the server's read cannot be given up: it ends when the
connection does. So only some threads read at once, and others work meanwhile. In production a proxy gathers what is
sent before it passes it on, and nobody waits here (docs/operations.md).
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader, BytesIO, RawIOBase
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
logger = logging.getLogger(__name__)


class PatientBody:
    """A WSGI `wsgi.input` that is read in a place for it, and lets others work meanwhile."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._told = self._left = length
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
        """Wait until all is here, and return its length, which nobody may have told. Do it once only.

        On a full disk not all is kept: what came is read first, then the rest from the sender, so that the words of a
        form are found whatever becomes of its files. A length that was not told is then the greatest that may be.
        """
        if self._file:
            return self._gathered
        kept, left_over = _Kept(), b""
        try:
            while not left_over and (piece := self.read(PIECE)):
                if kept.length + len(piece) > at_most:
                    raise RequestDataTooBig
                left_over = kept.add(piece)
        finally:
            self._file = kept.file
        kept.file.seek(0)
        if left_over:
            self._stream = BufferedReader(_Joined(kept.file, BytesIO(left_over), self._stream))
            self._left += kept.length + len(left_over)
            self._gathered = self._told or at_most
        else:
            self._stream, self._gathered = kept.file, kept.length
            self._leave_place()
        return self._gathered

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
        if self._stream is self._file or self._has_come_whole():
            return read()
        self._has_place = self._has_place or self._places.acquire(blocking=False)
        if not self._has_place:
            raise BusyError(SECONDS_UNTIL_LESS_BUSY)
        started = time.monotonic()
        with places.let_others_work():
            piece = read()
            self._left -= len(piece)
            if self._has_come_whole():
                self._leave_place()  # before this request waits for its turn, which may take long
        self.seconds_waited += time.monotonic() - started
        return piece

    def _has_come_whole(self) -> bool:
        """Whether as much has come as was told."""
        return self._told > 0 and self._left <= 0


class _Kept:
    """What has come: in memory while it is little, then on the disk, in a file without a name."""

    def __init__(self) -> None:
        self.file: IO[bytes] = BytesIO()
        self.length = 0

    def add(self, piece: bytes) -> bytes:
        """Keep a piece. Return what of it found no room."""
        rest = memoryview(piece)
        try:
            if isinstance(self.file, BytesIO) and self.length + len(piece) > places.LARGE:
                self.file = _move_to_disk(self.file.getvalue())
            while rest:
                rest = rest[self.file.write(rest) :]
        except OSError as error:
            logger.warning("The disk did not take what was sent: %s", error)
        self.length += len(piece) - len(rest)
        return bytes(rest)


def _move_to_disk(content: bytes) -> IO[bytes]:
    """Return a file on the disk that holds the content. Raise `OSError` if there is no room for it."""
    # Unbuffered: what cannot be written must not wait in the file, to be refused again when it is read.
    file = TemporaryFile(dir=make_upload_folder(), buffering=0)  # noqa: SIM115 - closed with the body
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.close()
        raise
    return file


class _Joined(RawIOBase):
    """Streams that are read one after the other."""

    def __init__(self, *streams: Any) -> None:
        self._streams = streams

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = next((piece for stream in self._streams if (piece := stream.read(len(buffer)))), b"")
        buffer[: len(piece)] = piece
        return len(piece)


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
