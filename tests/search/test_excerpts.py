"""Excerpts are parts of the text, cut between words, and never anything but text."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.words import tokenize
from search.excerpts import BEFORE, LENGTH, LONGEST_WORD, Piece, cut_excerpt
from search.query_parser import Question

WORDS = st.sampled_from(
    ["bredband", "Bredbandet", "och", "länet.", "utveckling,", "IT-strategi", "(2030)", "syd-", "Ö", "<b>", "é", "😀"]
)
SPACES = st.sampled_from([" ", "  ", "\n", "\n\n", "\t", "\xa0 "])
TEXTS = st.lists(st.tuples(WORDS, SPACES), max_size=150).map(lambda parts: "".join(map("".join, parts)))


class Token(NamedTuple):
    word: str
    start: int
    end: int


def has_marks(pieces: list[Piece]) -> bool:
    return any(piece.is_marked for piece in pieces)


def tokens(text: str) -> Iterator[Token]:
    return (Token(found[0].lower(), *found.span()) for found in re.finditer(r"\w+", text))


def asked(*words: str) -> Callable[[str], bool]:
    return lambda word: word in words


def joined(pieces: list[Piece]) -> str:
    """Return the excerpt with brackets for marks."""
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in pieces)


def bare(pieces: list[Piece]) -> str:
    """Return the text without its ellipses."""
    return "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")


def test_short_text_is_shown_whole_with_its_words_marked() -> None:
    pieces = cut_excerpt("Bredband i hela länet: bredbandet är klart.", tokens, asked("bredband", "länet"))

    assert joined(pieces) == "[Bredband] i hela [länet]: bredbandet är klart."


def test_text_without_the_words_shows_its_beginning() -> None:
    pieces = cut_excerpt("Ett två tre. " * 50, tokens, asked("bredband"))

    assert not has_marks(pieces)
    assert joined(pieces).startswith("Ett två tre. Ett")
    assert joined(pieces).endswith("tre.")


def test_excerpt_is_where_most_of_the_words_stand() -> None:
    text = f"Fiber nämns här. {'Annat står här. ' * 40}Byarna får fiber och bredband i år. {'Mer annat. ' * 40}"

    pieces = cut_excerpt(text, tokens, asked("fiber", "bredband"))

    assert "Byarna får [fiber] och [bredband] i år." in joined(pieces)


def test_excerpt_begins_with_the_sentence_where_it_is_near() -> None:
    text = f"{'Annat står här. ' * 30}Alla ska få bredband. {'Annat står här. ' * 30}"

    shown = joined(cut_excerpt(text, tokens, asked("bredband")))

    assert re.match(r"(Annat står här\. )*Alla ska få \[bredband\]\. Annat", shown)


def test_excerpt_within_a_long_sentence_has_an_ellipsis_on_both_sides() -> None:
    text = f"{'ord, ' * 100}bredband, {'ord, ' * 100}"

    shown = joined(cut_excerpt(text, tokens, asked("bredband")))

    assert shown.startswith("… ord, ")
    assert shown.endswith("ord …")
    assert "[bredband]" in shown


def test_word_in_a_compound_with_a_hyphen_is_not_cut() -> None:
    text = f"{'x' * 30} {'IT-strategi ' * 40}bredbands-utbyggnad {'IT-strategi ' * 40}"

    words = set(bare(cut_excerpt(text, tokens, asked("bredbands"))).split())

    assert words == {"IT-strategi", "bredbands-utbyggnad"}


def test_word_divided_at_the_end_of_a_line_is_not_cut() -> None:
    text = "före bred-\nband efter " * 40

    assert bare(cut_excerpt(text, tokens, asked("saknas"))).endswith(("före", "bred-\nband", "efter"))
    for place in range(150, 250):
        shown = bare(cut_excerpt(text[: place + 1] + " slut " + text, tokens, asked("slut"), length=place))
        assert not shown.endswith("bred-")


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("bredband", "Utbyggnaden av bredbandet i byn", ["bredbandet"]),
        ("bredbandsutbyggnad", "Utbyggnad av bredband", ["Utbyggnad", "bredband"]),
        ("bredband", "En ort utan bred-\nband i dag", ["bred-\nband"]),
        ("skola", "Skolor, SKOLAN och skolgård", ["Skolor", "SKOLAN", "skolgård"]),
        ("mål", "Målet är nära", ["Målet"]),
        ("goals", "The goal’s end", ["goal’s"]),
        ("RUS 2026/42", "Ärende RUS 2026/0042 är öppet", ["RUS 2026/0042"]),
        ("kompet*", "Kompetensen", ["Kompetensen"]),
        ("bredband -fiber", "bredband, fiber", ["bredband"]),
    ],
)
def test_words_are_marked_as_the_search_finds_them(words: str, text: str, marked: list[str]) -> None:
    question = Question.parse(words)
    language = "en" if words == "goals" else "sv"

    pieces = cut_excerpt(text, tokenize, lambda word: question.marks(word, language))

    assert [piece.text for piece in pieces if piece.is_marked] == marked
    assert bare(pieces) == text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt; {{ q }} {% now %}"]
)
def test_hostile_text_stays_text(text: str) -> None:
    assert bare(cut_excerpt(text, tokens, asked("script", "img", "b"))) == text


def test_text_without_spaces_gives_a_bounded_excerpt() -> None:
    for text in ("x" * 100_000, "x-" * 50_000, "bredband" * 10_000, "\n" * 100_000, ""):
        for marks in (lambda _word: True, asked("x")):
            assert len(bare(cut_excerpt(text, tokens, marks))) <= LENGTH + 2 * LONGEST_WORD


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sets(st.sampled_from(["bredband", "bredbandet", "it", "länet", "2030"])))
def test_excerpt_is_a_part_of_the_text_in_whole_words(text: str, words: set[str]) -> None:
    pieces = cut_excerpt(text, tokens, asked(*words))

    shown = bare(pieces)
    place = text.find(shown)
    assert place >= 0
    assert set(shown.split()) <= {part for word in text.split() for part in (word, word.rstrip(",;:"))}
    assert len(shown) <= LENGTH + LONGEST_WORD
    assert all(piece.text.lower() in words for piece in pieces if piece.is_marked)
    assert has_marks(pieces) == any(token.word in words for token in tokens(text))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=1500), st.sampled_from(["a", "0", "ä"]))
def test_excerpt_of_any_text_is_a_part_of_it(text: str, word: str) -> None:
    shown = bare(cut_excerpt(text, tokens, asked(word)))

    assert shown in text
    assert len(shown) <= LENGTH + BEFORE + 2 * LONGEST_WORD
