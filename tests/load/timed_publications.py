"""Many timed publications on two web nodes with two workers: how late each is shown, none lost, none made twice.

    python -m tests.load.timed_publications [--number 200] [--seconds 120]

Changes of public news are drafted as an editor's browser does, and given their moments: all the same second; spread
over some; and the same second while one of the workers is killed (kill -9) when a third is done. The same news are also
shown for the first time at one second, by the time in their form. Two readers ask both nodes for the pages that are due
next, over and over. Ends with 1 if a page is shown too early or not within two minutes on both nodes, or a publication
has not exactly one change note, one revision and one line in the log. The portal is one of its own, whose database
waits for the disk.
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
    find_broken,
    hide_until_later,
    read_on_nodes,
    schedule_changes,
)
from tests.load.whole_portal import whole_portal  # noqa: E402
from tests.portal_process import Portal, another_node  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=120, help="over which the moments are spread")
    given = parser.parse_args()
    with whole_portal(is_surrounded=False) as portal, another_node(portal) as node:
        broken = list(measure([portal, node], given.number, given.seconds))
    if broken:
        sys.exit("\n".join(broken))
    print("Every publication was made exactly once, and shown on both nodes.")


def measure(nodes: Sequence[Portal], number: int, seconds: int) -> Iterator[str]:
    """Publish in each way, and yield what was broken. The kill comes last: nobody starts that worker again."""
    changes = schedule_changes(nodes[0], number)
    yield from watch(nodes, f"{number} changes at the same second", changes)
    yield from watch(nodes, f"{number} first shown at the same second", hide_until_later(nodes[0], changes))
    spread = schedule_changes(nodes[0], number, seconds)
    yield from watch(nodes, f"{number} changes within {seconds} s", spread)
    killed = schedule_changes(nodes[0], number)
    yield from watch(nodes, f"{number} changes at the same second, one worker killed", killed, doomed=1)


def watch(
    nodes: Sequence[Portal], what: str, publications: Sequence[Publication], doomed: int | None = None
) -> list[str]:
    """Read until all is shown, print how late that was, and return what was broken."""
    readers = read_on_nodes(nodes, publications, doomed)
    old = max(reader.last_old for reader in readers)
    print(f"{what}: shown after {describe_lateness(readers)} at most; last asked in vain after {old:.3f} s", flush=True)
    return list(find_broken(nodes[0], readers, publications))


if __name__ == "__main__":
    main()
