"""Many timed publications on two web nodes with two workers: how late each is shown, none lost, none made twice.

    python -m tests.load.timed_publications [--number 200] [--seconds 120]

Changes of public news are drafted as an editor's browser does, and given their moments: all the same second; spread
over some; and the same second while one of the workers is killed (kill -9) when a third is done. The same news are also
shown for the first time at one second, by the time in their form. A reader asks each node for the pages that are due
next, over and over. The times are those at which a change was known to be committed, from which on the nodes show it.
Ends with 1 if a node shows a page too early, not once it is published, or not within two minutes, or a publication has
not exactly one change note, one revision and one line in the log. The portal is one of its own, whose database waits
for the disk.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from tests.load.publications import (  # noqa: E402
    Publication,
    describe_lateness,
    describe_reads,
    find_broken,
    hide_until_later,
    schedule_changes,
    watch_changes,
    watch_hidden,
)
from tests.load.whole_portal import whole_portal  # noqa: E402
from tests.portal_process import Portal, another_node  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=120, help="over which the moments are spread")
    given = parser.parse_args()
    with whole_portal(is_surrounded=False) as portal, another_node(portal) as node:
        broken = list(measure_lateness([portal, node], given.number, given.seconds))
    if broken:
        sys.exit("\n".join(broken))
    print("Every publication was made exactly once, and shown on both nodes.")


def measure_lateness(nodes: Sequence[Portal], number: int, seconds: int) -> Iterator[str]:
    """Publish in each way, and yield what was broken. The kill comes last: nobody starts that worker again."""
    changes = schedule_changes(nodes[0], number)
    yield from publish_drafts(f"{number} changes at one second", nodes, changes)
    hidden = hide_until_later(nodes[0], changes)
    watch = watch_hidden(nodes, hidden)
    print(f"{number} first shown at one second: {describe_reads(watch)}", flush=True)
    yield from find_broken(nodes[0], watch, hidden)
    yield from publish_drafts(
        f"{number} changes within {seconds} s", nodes, schedule_changes(nodes[0], number, seconds)
    )
    last = schedule_changes(nodes[0], number)
    yield from publish_drafts(f"{number} changes at one second, one worker killed", nodes, last, doomed=1)


def publish_drafts(
    what: str, nodes: Sequence[Portal], changes: Sequence[Publication], doomed: int | None = None
) -> Iterator[str]:
    """Wait until the changes are published, print how late that was, and yield what was broken."""
    watch = watch_changes(nodes, changes, doomed)
    print(f"{what}: {describe_lateness(watch, changes)}; {describe_reads(watch)}", flush=True)
    yield from find_broken(nodes[0], watch, changes)


if __name__ == "__main__":
    main()
