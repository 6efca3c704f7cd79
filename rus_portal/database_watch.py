"""Whether the database answers, asked once a second by a thread of each server process.

So no request has to find out by waiting: while the database is away, each is answered at once without it
(`rus_portal.unavailable`), and from the second on in which it is back, with it. A database that is frozen rather than
gone keeps its connections open and says nothing: those who wait for it are cut off.
"""

import logging
import mmap
import os
import select
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import psycopg2
from django.db import connection
from django.db.backends.signals import connection_created
from psycopg2.extensions import POLL_OK, POLL_READ

SECONDS_BETWEEN_QUESTIONS = 1.0
SECONDS_OF_PATIENCE = 3.0
SECONDS_TRUSTED = 5.0
"""A generation that was read longer than this before the database went may have been followed by another."""
SECONDS_KEPT_AT_MOST = 3600.0
"""For so long pages are served without the database. It may be there for others, who withdraw what is on them."""
ASK = "SELECT value FROM publishing_generation"
logger = logging.getLogger(__name__)
Field = tuple[struct.Struct, int]


class Newest:
    """What the processes of a server, which are forks of one, know together: so none of them is behind the others."""

    GENERATION, UNSURE_SINCE = (struct.Struct("q"), 0), (struct.Struct("d"), 8)
    """Form and place of each: written alone, neither can undo the other."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 16)

    @property
    def generation(self) -> int:
        """The newest generation that any of them has read."""
        return int(self._read(self.GENERATION))

    @property
    def unsure_since(self) -> float:
        """When something was saved whose generation could not be read any more."""
        return self._read(self.UNSURE_SINCE)

    def note_generation(self, generation: int) -> None:
        if generation > self.generation:
            self._write(self.GENERATION, generation)

    def note_unsure(self) -> None:
        self._write(self.UNSURE_SINCE, time.monotonic())

    def _read(self, field: Field) -> float:
        form, place = field
        (value,) = form.unpack_from(self._shared, place)
        return float(value)

    def _write(self, field: Field, value: float) -> None:
        form, place = field
        form.pack_into(self._shared, place, value)


class DatabaseWatch:
    """What a process knows of its database. Without `start` it learns from the requests alone, and is never away."""

    def __init__(self) -> None:
        self._newest = Newest()
        self._read_at = 0.0
        self._away_since: float | None = None
        self._connections: WeakSet[Any] = WeakSet()

    @property
    def is_away(self) -> bool:
        return self._away_since is not None

    def note_generation(self, generation: int, asked_at: float) -> None:
        """Note the content's generation, which was asked for at a moment of the monotonic clock."""
        self._newest.note_generation(generation)
        self._read_at = asked_at

    def note_unknown_generation(self) -> None:
        """Note that content may have been saved just before the database went."""
        self._newest.note_unsure()

    def find_trusted_generation(self) -> int | None:
        """Return the generation that holds while the database is away, None if it is not known for sure.

        What is saved here is known before it is acknowledged (`PageCache`). Another node may have saved something
        in the second between our last question and the database's end.
        """
        now = time.monotonic()
        away_since = self._away_since or now
        is_sure = away_since - self._read_at < SECONDS_TRUSTED and now - away_since < SECONDS_KEPT_AT_MOST
        return self._newest.generation if is_sure and self._read_at > self._newest.unsure_since else None

    def start(self) -> None:
        connection_created.connect(self._remember, weak=False)
        threading.Thread(target=self._watch, name="database watch", daemon=True).start()

    def _remember(self, connection: Any, **_signal: Any) -> None:
        self._connections.add(connection)

    def _watch(self) -> None:
        asking = None
        while True:
            asked_at = time.monotonic()
            try:
                asking = asking or _connect()
                self.note_generation(_ask(asking), asked_at)
            except (psycopg2.Error, TimeoutError, OSError) as error:
                asking = None
                self._note_away(error, asked_at)
            else:
                self._note_back()
            time.sleep(SECONDS_BETWEEN_QUESTIONS)

    def _note_away(self, error: Exception, asked_at: float) -> None:
        if self._away_since is None:
            self._away_since = asked_at
            logger.warning("The database does not answer: %s", error)
        if isinstance(error, TimeoutError):
            for one in list(self._connections):
                _cut_off(one.connection)

    def _note_back(self) -> None:
        if self._away_since is not None:
            logger.warning("The database answers again, after %.0f s.", time.monotonic() - self._away_since)
            self._away_since = None


watch = DatabaseWatch()


def _connect() -> Any:
    """Return a connection of its own, on which no answer is waited for without an end."""
    asking = psycopg2.connect(**connection.get_connection_params(), async_=1)
    _wait(asking)
    return asking


def _ask(asking: Any) -> int:
    with asking.cursor() as cursor:
        cursor.execute(ASK)
        _wait(asking)
        return int(cursor.fetchone()[0])


def _wait(asking: Any) -> None:
    """Wait until the connection is ready. Raise `TimeoutError` if that takes too long."""
    deadline = time.monotonic() + SECONDS_OF_PATIENCE
    while (state := asking.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(asking.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            asking.close()
            raise TimeoutError(f"It was silent for {SECONDS_OF_PATIENCE:.0f} s.")


def _cut_off(waiting: Any) -> None:
    """End the wait of another thread for the database: its statement fails at once."""
    if waiting is None or waiting.closed:
        return
    with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(waiting.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)
