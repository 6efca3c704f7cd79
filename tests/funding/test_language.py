"""Everyday words: stems, compounds, misspellings, and words that say nothing."""

import pytest

from funding.language import HINT, TELLING, Hits, Known, ask, pattern

pytestmark = pytest.mark.django_db
BROADBAND, RURAL = 1, 2
KNOWN = [
    Known(BROADBAND, "bredband", TELLING),
    Known(BROADBAND, "fiber", TELLING),
    Known(BROADBAND, "kabel", HINT),
    Known(RURAL, "stuga", TELLING),
    Known(RURAL, "fåren", TELLING),
    Known(RURAL, "bil", TELLING),
]


def themes_of(idea: str, language: str = "sv") -> dict[str, dict[int, float]]:
    return {one.text: one.themes for one in ask(idea, KNOWN, language)}


@pytest.mark.parametrize(
    ("word", "themes"),
    [
        ("bredband", {BROADBAND}),
        ("bredbandet", {BROADBAND}),  # another form
        ("bredbandsutbyggnad", {BROADBAND}),  # the first part of a compound
        ("sommarstugorna", {RURAL}),  # the last part of one, in another form
        ("bredbnad", {BROADBAND}),  # misspelt
        ("BREDBAND", {BROADBAND}),
        ("mobil", set()),  # too short a part means nothing
        ("xylofon", set()),
    ],
)
def test_word_tells_of_its_theme_in_every_shape(word: str, themes: set[int]) -> None:
    assert {theme for found in themes_of(word).values() for theme in found} == themes


def test_nearer_likeness_says_more() -> None:
    said = themes_of("bredband bredbandsnät bredbnad kablarna kabel")

    weights = [said[word].get(BROADBAND, 0) for word in ("bredband", "bredbandsnät", "bredbnad", "kabel")]
    assert weights == [3.0, pytest.approx(2.7), pytest.approx(1.8), 1.0]


def test_everyday_words_say_nothing_even_where_they_look_like_others() -> None:
    assert list(themes_of("Vi vill och får göra något som hjälper alla i kommunen")) == []


def test_word_that_two_themes_know_is_shared() -> None:
    known = [Known(BROADBAND, "mast", TELLING), Known(RURAL, "mast", HINT)]

    [word] = ask("mast", known, "sv")

    assert word.themes == {BROADBAND: 9 / 4, RURAL: 1 / 4}


def test_english_ideas_are_read_as_english() -> None:
    known = [Known(BROADBAND, "company", TELLING)]

    [word] = ask("the companies", known, "en")

    assert (word.text, word.stem, word.themes) == ("companies", "compani", {BROADBAND: pytest.approx(2.85)})


@pytest.mark.parametrize("idea", ["", "   ", "!?…", "'; DROP TABLE x; --", "%s %(a)s {}", "(((", "\\", "a" * 500])
def test_strange_texts_are_read_without_harm(idea: str) -> None:
    assert pattern(ask(idea, KNOWN, "sv")) != ""


def test_hits_are_found_in_other_forms_and_in_compounds() -> None:
    hits = Hits(ask("sommarstugorna fiber gårdarna", KNOWN, "sv"))

    found = [hits.among([stem]) for stem in ("sommarstug", "fiberfören", "gård", "lag", "stug", "xylofon")]

    assert found == [{0}, {1}, {2}, set(), {0}, set()]


def test_pattern_lets_every_text_with_a_hit_through() -> None:
    import re

    asked = ask("sommarstugorna bredbandsutbyggnad fiber", KNOWN, "sv")

    for text in ("en stuga vid sjön", "snabbt bredband", "fiberföreningen", "stugor"):
        assert re.search(pattern(asked), text), text
    assert not re.search(pattern(asked), "om något helt annat")
