"""The words of an idea: stems, compounds, misspellings, and stop words."""

import pytest

from funding.idea_words import HINT, TELLING, Hits, ThemeWord, analyse_idea

pytestmark = pytest.mark.django_db
BROADBAND, RURAL = 1, 2
KNOWN = [
    ThemeWord(BROADBAND, "bredband", TELLING),
    ThemeWord(BROADBAND, "fiber", TELLING),
    ThemeWord(BROADBAND, "kabel", HINT),
    ThemeWord(RURAL, "stuga", TELLING),
    ThemeWord(RURAL, "fåren", TELLING),
    ThemeWord(RURAL, "bil", TELLING),
]


def themes_of(idea: str, language: str = "sv") -> dict[str, dict[int, float]]:
    return {one.text: one.themes for one in analyse_idea(idea, KNOWN, language)}


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
    said = themes_of("bredband bredbandsnät bredbnad kabel") | themes_of("kablarna nätkabel")

    words = ("bredband", "bredbandsnät", "bredbnad", "kabel", "kablarna", "nätkabel")
    weights = [said[word].get(BROADBAND, 0) for word in words]
    assert weights == [pytest.approx(weight) for weight in (3.0, 2.7, 1.8, 1.0, 0.95, 0.8)]


def test_everyday_words_say_nothing_even_where_they_look_like_others() -> None:
    assert list(themes_of("Vi vill och får göra något som hjälper alla i kommunen")) == []


def test_word_that_two_themes_know_is_shared() -> None:
    known = [ThemeWord(BROADBAND, "mast", TELLING), ThemeWord(RURAL, "mast", HINT)]

    [word] = analyse_idea("mast", known, "sv")

    assert word.themes == {BROADBAND: 9 / 4, RURAL: 1 / 4}


def test_english_ideas_are_read_as_english() -> None:
    known = [ThemeWord(BROADBAND, "company", TELLING)]

    [word] = analyse_idea("the companies", known, "en")

    assert (word.text, word.own, word.themes) == ("companies", {"en:compani"}, {BROADBAND: pytest.approx(2.85)})


@pytest.mark.parametrize("idea", ["", "   ", "!?…", "'; DROP TABLE x; --", "%s %(a)s {}", "(((", "\\", "a" * 500])
def test_strange_texts_are_read_without_harm(idea: str) -> None:
    asked = analyse_idea(idea, KNOWN, "sv")

    assert Hits(asked, "sv").among(idea) == set(range(len(asked)))


def test_hits_are_found_in_other_forms_and_in_compounds() -> None:
    hits = Hits(analyse_idea("sommarstugorna fiber gårdarna bredbandsutbyggnad", KNOWN, "sv"), "sv")

    texts = ("En sommarstuga.", "Fiberföreningen", "gården", "lag", "vid stugan", "xylofon", "snabbt bredband", "")
    found = [hits.among(text) for text in (*texts, None)]

    assert found == [{0}, {1}, {2}, set(), {0}, set(), {3}, set(), set()]
