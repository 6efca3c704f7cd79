"""ClamAV, by its own protocol.

That is clamd(8), INSTREAM: the command, ended by a null byte; chunks, each after its length in four bytes of network
order; a length of zero; and an answer that ends in a null byte.
"""

import socket
import struct
import time
from typing import IO
from urllib.parse import urlsplit

CHUNK = 64 * 1024
SECONDS_TO_ANSWER = 5.0
"""For the ping: no file is sent to a clamd that does not answer it."""
SECONDS_AT_MOST = 60.0
"""For the whole conversation about a file."""
ANSWER_AT_MOST = 4096


class ScanError(Exception):
    """The file could not be scanned and has to wait."""


class TooLargeError(ScanError):
    """The file is larger than clamd is configured to take. It has to wait too."""


def find_virus(stream: IO[bytes], url: str, seconds: float | None = None) -> str:
    """Let clamd scan the stream, and return the signature that it found; empty if it found none.

    Raise `ScanError` if it is unreachable or does not answer in time.
    """
    try:
        with _connect(url) as connection:
            connection.sendall(b"zPING\0")
            _answer(connection, time.monotonic() + SECONDS_TO_ANSWER)
        with _connect(url) as connection:
            deadline = time.monotonic() + (seconds or SECONDS_AT_MOST)
            _stream(connection, stream, deadline)
            answer = _answer(connection, deadline)
    except (OSError, ValueError) as error:
        raise ScanError(f"{type(error).__name__}: {error}") from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if "size limit exceeded" in answer:
        raise TooLargeError(answer)
    raise ScanError(answer or "clamd closed the connection without an answer")


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS_TO_ANSWER)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    if parts.scheme != "tcp" or not parts.hostname or not parts.port:
        raise ValueError("CLAMD_URL is neither tcp://host:port nor unix:///path")
    return socket.create_connection((parts.hostname, parts.port), timeout=SECONDS_TO_ANSWER)


def _stream(connection: socket.socket, stream: IO[bytes], deadline: float) -> None:
    """Send the file. If clamd stops listening, its answer says why."""
    try:
        connection.sendall(b"zINSTREAM\0")
        while chunk := stream.read(CHUNK):
            _send(connection, struct.pack("!I", len(chunk)) + chunk, deadline)
        _send(connection, struct.pack("!I", 0), deadline)
    except (BrokenPipeError, ConnectionResetError):
        return


def _send(connection: socket.socket, content: bytes, deadline: float) -> None:
    _hurry(connection, deadline)
    connection.sendall(content)


def _hurry(connection: socket.socket, deadline: float) -> None:
    """Set the timeout of the next step to the time left. Raise `TimeoutError` if there is none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("clamd did not answer in time")
    connection.settimeout(left)


def _answer(connection: socket.socket, deadline: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_AT_MOST:
        _hurry(connection, deadline)
        part = connection.recv(ANSWER_AT_MOST)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").decode(errors="replace").strip()
