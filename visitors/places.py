"""What the threads of a server process may do at once.

There are WEB_THREADS of them, since a thread that waits for a visitor's line costs little. Few of
them work at a time, some may wait for what is sent or fetched, and the rest keep pages coming.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore, local

LARGE = 2**20
"""Bytes from which something is large: files, not words."""
WORKING_AT_MOST = 4
work = Semaphore(WORKING_AT_MOST)
"""Requests that are answered at once: more would only wait for the processor and the database."""
large_work = Semaphore(2)
"""Of these, such as brought something large, once it is here."""
senders = Semaphore(8)
"""Requests whose words are on their way."""
large_senders = Semaphore(4)
"""Requests whose files are on their way."""
large_downloads = Semaphore(4)
"""Files that are fetched, if they are more than the network takes up by itself."""
drains = Semaphore(2)
"""Refused bodies that are thrown away as they come, so that the refusal is read."""
_this_thread = local()


@contextmanager
def at_work() -> Iterator[None]:
    """Answer a request during the block, when it is its turn."""
    with work:
        _this_thread.works = True
        try:
            yield
        finally:
            _this_thread.works = False


@contextmanager
def let_others_work() -> Iterator[None]:
    """Let another request be answered during the block, in which this one waits for something."""
    if not getattr(_this_thread, "works", False):  # such as in the tests' client
        yield
        return
    work.release()
    try:
        yield
    finally:
        work.acquire()
