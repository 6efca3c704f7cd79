"""Texts compared word by word."""

import pytest

from publishing.history.word_diffs import GAP, Kind, compare_words

LONG = " ".join(f"ord{at}" for at in range(200))


def mark_pieces(old: str, new: str) -> str:
    marks = {Kind.SAME: "{}", Kind.ADDED: "[{}]", Kind.REMOVED: "-{}-"}
    return "".join(marks[kind].format(text) for kind, text in compare_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Vi bygger en väg.", "Vi bygger två vägar.", "Vi bygger -en väg.-[två vägar.]"),
        ("Vi bygger en väg.", "Vi bygger snart en väg.", "Vi bygger [snart ]en väg."),
        ("En.\nTvå.", "En.\nTre.\nTvå.", "En.\n[Tre.\n]Två."),
        ("Allt är som det var.", "Nu gäller något annat.", "-Allt är som det var.-[Nu gäller något annat.]"),
        ("Å", "Ö", "-Å-[Ö]"),
    ],
)
def test_words_that_were_changed_in_a_row_are_shown_in_a_row(old: str, new: str, shown: str) -> None:
    assert mark_pieces(old, new) == shown


def test_what_is_the_same_far_from_a_change_is_left_out() -> None:
    shown = mark_pieces(f"{LONG} slut {LONG}", f"{LONG} början {LONG}")

    assert GAP in shown
    assert "ord199 -slut -[början ]ord0 " in shown
    assert len(shown) < 300


@pytest.mark.parametrize("unit", ["a ", "a\n", "a", "<p>"])
def test_a_very_long_passage_is_not_compared(unit: str) -> None:
    """It would take minutes."""
    old, new = unit * 200_000, f"{unit * 100_000}b {unit * 100_000}"

    assert compare_words(old, new) == [(Kind.REMOVED, old), (Kind.ADDED, new)]


def test_nothing_is_lost_of_what_was_changed() -> None:
    old, new = f"{LONG}\n{LONG.upper()}", f"{LONG}\n{LONG.title()}"
    pieces = compare_words(old, new)

    assert "".join(text for kind, text in pieces if kind == Kind.REMOVED) == LONG.upper()
    assert "".join(text for kind, text in pieces if kind == Kind.ADDED) == LONG.title()
