"""What is told of timed publications: those that are too early, too late, lost or made twice, and no others."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.load.publications import Publication, Reader, Watch, find_broken

NEWS = Publication(7, "/nyheter/nyhet-7/", "Ny", at=100.0)
MADE = (7, "Ny", 1, 1, 1, 0)
COUNTS = "title, change notes, revisions, log and drafts of news 7"


def find(
    made: tuple[Any, ...] = MADE, shown: float = 101.0, in_vain: float = 100.2, *, waits: bool = False
) -> list[str]:
    """Return what is told where the only publication was made at 100.5, and read on one node."""
    portal: Any = SimpleNamespace(sql=lambda _statement, _keys: [made] if made else [])
    reader = Reader(portal, [NEWS] if waits else [])
    reader.shown, reader.asked_in_vain = {NEWS: shown}, {NEWS: in_vain}
    return list(find_broken(portal, Watch([reader], {7: 100.5}), [NEWS]))


def test_a_publication_that_was_made_once_and_shown_from_then_on_is_all_right() -> None:
    assert find() == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"waits": True}, "never shown on node 1: /nyheter/nyhet-7/"),
        ({"shown": 99.9}, "shown too early on node 1: /nyheter/nyhet-7/"),
        ({"in_vain": 100.6}, "not shown on node 1 though it was published: /nyheter/nyhet-7/"),
        ({"made": (7, "Före", 0, 0, 0, 1)}, f"{COUNTS}: ['Före', 0, 0, 0, 1]"),
        ({"made": (7, "Ny", 2, 1, 1, 0)}, f"{COUNTS}: ['Ny', 2, 1, 1, 0]"),
        ({"made": ()}, "gone: news 7"),
    ],
)
def test_what_is_broken_is_told(given: dict[str, Any], told: str) -> None:
    assert find(**given) == [told]
