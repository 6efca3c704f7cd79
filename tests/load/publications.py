"""Publications that are due at a moment: who reads on a node when they are shown, and whether each was made once."""

import itertools
import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.clients import Client
from tests.portal_process import Portal
from tests.processes import run_python

SECONDS_TO_DRAFT = 1_200
SECONDS_AHEAD = 5
"""From the scheduling to the first moment."""
SECONDS_TO_WAIT = 120
"""For what is due, before it counts as lost."""
SECONDS_BETWEEN_LOOKS = 0.05
SECONDS_TOO_EARLY = 0.5
"""Before its moment, a page is looked at for so long."""
PAGES_AT_ONCE = 4
"""A page that is late must not keep its reader from seeing those behind it."""
WAITING = (
    "SELECT d.id, n.id, n.slug, d.title FROM publishing_draft d JOIN news_newsitem n ON n.id = d.object_id"
    " WHERE n.slug LIKE 'nyhet-%%' AND d.publish_at IS NULL ORDER BY d.id"
)
SCHEDULE = (
    "UPDATE publishing_draft d SET publish_at = to_timestamp(given.at)"
    " FROM unnest(%s::bigint[], %s::float8[]) AS given (id, at) WHERE d.id = given.id RETURNING d.id"
)
HIDE_UNTIL = "UPDATE news_newsitem SET publish_from = to_timestamp(%s) WHERE id = ANY(%s) RETURNING id"
LEFT = "SELECT count(*) FROM publishing_draft WHERE publish_at IS NOT NULL"
MADE = """
SELECT n.id, n.title_sv,
    (SELECT count(*) FROM publishing_changenote WHERE content_type_id = k.id AND object_id = n.id),
    (SELECT count(*) FROM publishing_revision
        WHERE content_type_id = k.id AND object_id = n.id AND author_id IS NOT NULL),
    (SELECT count(*) FROM django_admin_log WHERE content_type_id = k.id AND object_id = n.id::text),
    (SELECT count(*) FROM publishing_draft WHERE content_type_id = k.id AND object_id = n.id)
FROM news_newsitem n JOIN django_content_type k ON k.app_label = 'news' AND k.model = 'newsitem'
WHERE n.id = ANY(%s)
"""
"""The title, and how many change notes, revisions of an author, lines of the admin's log and drafts there are."""


class Publication(NamedTuple):
    """A page that is to show a text from a moment on, in seconds since 1970."""

    key: int
    address: str
    text: str
    at: float


class Reader:
    """Somebody who asks a node for the pages that are to change next, over and over, until all are shown."""

    def __init__(self, node: Portal, publications: Sequence[Publication]) -> None:
        self.node = node
        self.waiting = sorted(publications, key=lambda one: one.at)
        self.lateness: dict[Publication, float] = {}
        """How long after its moment the first answer that showed it had come; negative if before it."""
        self.last_old = 0.0
        """How long after a moment the last request was sent whose answer did not show the text yet."""

    def read(self) -> None:
        last = self.waiting[-1].at
        while self.waiting and time.time() < last + SECONDS_TO_WAIT:
            soon = time.time() + SECONDS_TOO_EARLY
            for one in [one for one in self.waiting[:PAGES_AT_ONCE] if one.at < soon]:
                self._look_at(one)
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _look_at(self, one: Publication) -> None:
        asked = time.time()
        answer = Client(self.node).get(one.address)
        if answer.status == 200 and one.text in answer.content.decode():
            self.lateness[one] = time.time() - one.at
            self.waiting.remove(one)
        else:
            self.last_old = max(self.last_old, asked - one.at)


def schedule_changes(portal: Portal, number: int, seconds: int = 0) -> list[Publication]:
    """Draft changes of as many news items, due at the same second or spread over some."""
    drafted = run_python(
        "-m", "tests.load.draft_news", str(number), environment=portal.environment, timeout=SECONDS_TO_DRAFT
    )
    assert drafted.returncode == 0, drafted.stderr
    waiting = portal.sql(WAITING)
    start = int(time.time()) + SECONDS_AHEAD
    moments = [float(start + n * seconds // number) for n in range(number)]
    portal.sql(SCHEDULE, [draft for draft, *_news in waiting], moments)
    return [
        Publication(key, f"/nyheter/{slug}/", title, at)
        for (_draft, key, slug, title), at in zip(waiting, moments, strict=True)
    ]


def hide_until_later(portal: Portal, publications: Iterable[Publication]) -> list[Publication]:
    """Let pages be shown for the first time at one second, by the time in their form."""
    at = float(int(time.time()) + SECONDS_AHEAD)
    later = [one._replace(at=at) for one in publications]
    portal.sql(HIDE_UNTIL, at, [one.key for one in later])
    return later


def read_on_nodes(
    nodes: Sequence[Portal], publications: Sequence[Publication], doomed: int | None = None
) -> list[Reader]:
    """Read on all nodes until all is shown. Kill the worker of the `doomed` one when a third has been published."""
    readers = [Reader(node, publications) for node in nodes]
    with ThreadPoolExecutor(len(nodes) + 1) as pool:
        acts = [pool.submit(reader.read) for reader in readers]
        if doomed is not None:
            acts.append(pool.submit(kill_worker_midway, nodes[doomed], len(publications)))
        for act in acts:
            act.result()
    return readers


def kill_worker_midway(node: Portal, number: int) -> None:
    while (left := node.sql(LEFT)[0][0]) > number * 2 // 3:
        time.sleep(0.01)
    assert left, "the kill did not fall in the middle"
    os.killpg(node.processes[1].pid, signal.SIGKILL)


def find_broken(portal: Portal, readers: Iterable[Reader], publications: Iterable[Publication]) -> Iterator[str]:
    """Yield what was not shown on a node, or too early, and what was not published exactly once."""
    for number, reader in enumerate(readers, start=1):
        yield from (f"never shown on node {number}: {one.address}" for one in reader.waiting)
        early = (one for one, seconds in reader.lateness.items() if seconds < 0)
        yield from (f"shown too early on node {number}: {one.address}" for one in early)
    expected = {one.key: (one.text, 1, 1, 1, 0) for one in publications}
    for key, *made in portal.sql(MADE, list(expected)):
        if tuple(made) != expected.pop(key):
            yield f"title, change notes, revisions, log and drafts of news {key}: {made}"
    yield from (f"gone: news {key}" for key in expected)


def describe_lateness(readers: Iterable[Reader]) -> str:
    """Return how late the pages were shown at most: the times include the asking, so none was shown later."""
    seconds = sorted(itertools.chain.from_iterable(reader.lateness.values() for reader in readers))
    p50, p95 = (seconds[len(seconds) * share // 100] for share in (50, 95))
    return f"p50 {p50:.2f} s, p95 {p95:.2f} s, max {seconds[-1]:.2f} s"
