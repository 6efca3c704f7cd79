"""Publications that are due at a moment: who reads on a node when they are shown, and whether each was made once."""

import math
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
SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_COUNTS = 0.25, 0.1
"""Of a reader and at the database: short, but not so that nothing else is done on this machine."""
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
LEFT = "SELECT object_id FROM publishing_draft WHERE publish_at IS NOT NULL"
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
        self.shown: dict[Publication, float] = {}
        """When the first answer that showed it had come."""
        self.asked_in_vain: dict[Publication, float] = {}
        """When the last request was sent whose answer did not show it."""

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
            self.shown[one] = time.time()
            self.waiting.remove(one)
        else:
            self.asked_in_vain[one] = asked


class Watch(NamedTuple):
    """What was met on all nodes, and when each publication had been made, by the keys of the news."""

    readers: list[Reader]
    made: dict[int, float]


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


def watch_changes(nodes: Sequence[Portal], changes: Sequence[Publication], doomed: int | None = None) -> Watch:
    """Read on all nodes until all is shown. Kill the worker of the `doomed` one when a third has been published."""
    readers = [Reader(node, changes) for node in nodes]
    with ThreadPoolExecutor(len(nodes) + 2) as pool:
        acts = [pool.submit(reader.read) for reader in readers]
        if doomed is not None:
            acts.append(pool.submit(kill_worker_midway, nodes[doomed], len(changes)))
        noted = pool.submit(note_commits, nodes[0], changes)
        for act in acts:
            act.result()
    return Watch(readers, noted.result())


def watch_hidden(nodes: Sequence[Portal], hidden: Sequence[Publication]) -> Watch:
    """Read on all nodes until what is hidden is shown: it has to be from its very moment on."""
    readers = [Reader(node, hidden) for node in nodes]
    with ThreadPoolExecutor(len(nodes)) as pool:
        list(pool.map(Reader.read, readers))
    return Watch(readers, {one.key: one.at for one in hidden})


def note_commits(portal: Portal, changes: Sequence[Publication]) -> dict[int, float]:
    """Return when each change was first known to be committed, which the public can read from then on."""
    left, made = {one.key for one in changes}, dict[int, float]()
    last = max(one.at for one in changes)
    while left and time.time() < last + SECONDS_TO_WAIT:
        waiting = {key for (key,) in portal.sql(LEFT)}
        made |= dict.fromkeys(left - waiting, time.time())
        left &= waiting
        time.sleep(SECONDS_BETWEEN_COUNTS)
    return made


def kill_worker_midway(node: Portal, number: int) -> None:
    while (left := len(node.sql(LEFT))) > number * 2 // 3:
        time.sleep(0.01)
    assert left, "the kill did not fall in the middle"
    os.killpg(node.processes[1].pid, signal.SIGKILL)


def find_broken(portal: Portal, watch: Watch, publications: Iterable[Publication]) -> Iterator[str]:
    """Yield what was not shown on a node, or too early or too late, and what was not published exactly once."""
    for number, reader in enumerate(watch.readers, start=1):
        yield from (f"never shown on node {number}: {one.address}" for one in reader.waiting)
        early = (one for one, at in reader.shown.items() if at < one.at)
        yield from (f"shown too early on node {number}: {one.address}" for one in early)
        late = (one for one, at in reader.asked_in_vain.items() if at > watch.made.get(one.key, math.inf))
        yield from (f"not shown on node {number} though it was published: {one.address}" for one in late)
    expected = {one.key: (one.text, 1, 1, 1, 0) for one in publications}
    for key, *made in portal.sql(MADE, list(expected)):
        if tuple(made) != expected.pop(key):
            yield f"title, change notes, revisions, log and drafts of news {key}: {made}"
    yield from (f"gone: news {key}" for key in expected)


def describe_lateness(watch: Watch, publications: Iterable[Publication]) -> str:
    """Return how long after their moments the publications were made."""
    seconds = sorted(watch.made.get(one.key, math.inf) - one.at for one in publications)
    p50, p95 = (seconds[len(seconds) * share // 100] for share in (50, 95))
    return f"made after p50 {p50:.2f} s, p95 {p95:.2f} s, max {seconds[-1]:.2f} s"


def describe_reads(watch: Watch) -> str:
    """Return when the readers, who take their time, had seen all, and how many pages they had asked for too soon."""
    seen = max((at - one.at for reader in watch.readers for one, at in reader.shown.items()), default=math.inf)
    asked = sum(len(reader.asked_in_vain) for reader in watch.readers)
    return f"the last was read after {seen:.2f} s, {asked} were asked for before they were there"
