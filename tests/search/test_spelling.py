import pytest

from language.words import find_dictionary_form, find_lexemes, tokenize
from language.words.distances import is_near, measure_distance
from search.models import Word
from search.query_parser import Question
from search.spelling import Correction, find_correction

pytestmark = pytest.mark.django_db
TEXT = """Handlingsplan för bredbandsutbyggnad, jämställdhet och kompetensförsörjning. Målet är en bättre
miljö i skolan, vätgas på järnvägen, entreprenörskap, sysselsättning
och biogas i Ådalen längs Ostkustbanan och Höga kusten. Företagande vid Nätraån för invånare. Maria Lidgren."""


class Public:
    """The lexemes of a visible text; counts how often it is asked."""

    def __init__(self, text: str, language: str = "sv") -> None:
        self.lexemes = {one for token in tokenize(text) for one in find_lexemes(token.word, language)}
        self.times = 0
        forms = {form for token in tokenize(text) if (form := find_dictionary_form(token.word, language))}
        Word.objects.bulk_create(
            Word(word=form, lexeme=find_lexemes(form, language)[0], language=language) for form in forms
        )

    def __call__(self, wanted: list[str]) -> set[str]:
        self.times += 1
        return self.lexemes & set(wanted)


def _meant(typed: str, text: str) -> Correction:
    found = find_correction(Question.parse(typed), Public(text))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("jamstalldhet", "jämställdhet"),
        ("malet", "målet"),
        ("miljo", "miljö"),
        ("vatgas", "vätgas"),
        ("kompetansförsörjning", "kompetensförsörjning"),
        ("entrepenörskap", "entreprenörskap"),
        ("sysselsättnig", "sysselsättning"),
        ("bioags", "biogas"),
        ("skoaln", "skola"),
        ("jrnväg", "järnväg"),
        ("högakusten", "höga kusten"),
        ("hogakusten", "höga kusten"),
        ("hoga kusten", "höga kusten"),
        ("natraan", "nätraån"),
        ("foretagande", "företagande"),
        ("jamstalldhet invandrare", "jämställdhet invandrare"),
        ("biogasanläggning", "biogas"),
        ("ostkust bannan", "ostkust banan"),
        ("Jamstalldhet i skolan", "Jämställdhet i skolan"),
        ('"jamstalldhet" -vatgas', '"jämställdhet" -vatgas'),
    ],
)
def test_misspelt_questions_are_mended(typed: str, mended: str) -> None:
    assert _meant(typed, TEXT + " ostkust banan").text == mended


@pytest.mark.parametrize(
    "typed",
    [
        "jämställdheten",
        "bredband",
        "utbyggnad av bredband",
        "och",
        "2026",
        "",
        "xqzwvk",
        "jämställdhet xqzwvk",
        "x" * 300,
        "qza qzb qzc qzd qze qzf",
        "invandrare",
        "SKOAL",
        "bana",
    ],
)
def test_nothing_is_proposed_for_what_is_right_or_hopeless(typed: str) -> None:
    assert find_correction(Question.parse(typed), Public(TEXT)) is None


@pytest.mark.parametrize(
    ("typed", "is_sure"),
    [
        ("jamstalldhet", True),
        ("hogakusten", True),
        ("bioags", True),
        ("järnnväg", True),
        ("kompetansförsörjning", False),
        ("sysselsättnig", False),
        ("malet", False),  # a word of its own
        ("Lindgren", False),  # a name of its own
        ("biogasanläggning", False),
        ("jamstalldhet sysselsättnig", False),
    ],
)
def test_only_slips_in_what_is_no_word_are_sure(typed: str, is_sure: bool) -> None:
    assert _meant(typed, TEXT).is_sure == is_sure


def test_a_word_that_nothing_visible_holds_is_never_proposed() -> None:
    public = Public(TEXT)
    Word.objects.create(word="jämställdhetspris", lexeme="jämställdhetspris", language="sv")
    public.lexemes = {"miljö"}

    assert find_correction(Question.parse("jamstalldhet"), public) is None
    assert find_correction(Question.parse("jämställdhetspriz"), public) is None


def test_two_questions_to_the_index_and_one_for_words_are_all_it_takes(django_assert_num_queries) -> None:
    public = Public(TEXT)

    with django_assert_num_queries(1):
        mended = find_correction(Question.parse("jamstalldhet vatgas bioags"), public)

    assert (mended, public.times) == (("jämställdhet vätgas biogas", True), 2)


def test_dots_left_out_are_nearer_than_other_letters() -> None:
    assert measure_distance("malet", "målet") < measure_distance("malet", "maket") < measure_distance("malet", "palet")
    assert measure_distance("målet", "målet") == 0
    assert is_near("bredbnad", "bredband")
    assert not is_near("kust", "hast")
