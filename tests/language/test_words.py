"""Which words match each other and which do not, compared with PostgreSQL's own Swedish."""

import threading
import tomllib
from pathlib import Path

import pytest
from django.db import connection

from language.words import Token, find_dictionary_form, find_lexemes, find_parts, is_stop_word, lexicon, tokenize

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text())


def _pairs(table: str) -> list[tuple[str, str]]:
    return [tuple(line.split()) for lines in WORDS[table].values() for line in lines.strip().splitlines()]  # type: ignore[misc]


def _of(word: str, language: str) -> set[str]:
    return {lexeme for token in tokenize(word) for lexeme in find_lexemes(token.word, language)}


def _meet(one: str, other: str, language: str = "sv") -> bool:
    return not _of(one, language).isdisjoint(_of(other, language))


def _plainly(pairs: list[tuple[str, str]], stems: str) -> int:
    """Return for how many of the pairs PostgreSQL's stemmer gives the same stem."""
    sql = """SELECT count(*) FROM unnest(%s::text[], %s::text[]) AS pair (one, other)
        WHERE ts_lexize(%s, lower(one)) && ts_lexize(%s, lower(other))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [[one for one, _ in pairs], [other for _, other in pairs], stems, stems])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_words_that_belong_together_meet(capsys) -> None:
    swedish, english, apart = _pairs("meet"), _pairs("meet_in_english"), _pairs("apart")

    missed = [pair for pair in swedish if not _meet(*pair)] + [pair for pair in english if not _meet(*pair, "en")]

    with capsys.disabled():
        print(f"\nPairs that must meet: {len(swedish)} Swedish, {len(english)} English; apart: {len(apart)}")
        print(f"PostgreSQL's swedish_stem: {_plainly(swedish, 'swedish_stem')} of {len(swedish)} meet,", end=" ")
        print(f"{_plainly(apart, 'swedish_stem')} of {len(apart)} that must not do", end=", ")
        print(f"english_stem: {_plainly(english, 'english_stem')} of {len(english)}")
    assert missed == []
    assert len(swedish) >= 150


def test_words_that_only_look_alike_do_not_meet() -> None:
    pairs = _pairs("apart")

    met = [pair for pair in pairs if _meet(*pair)]

    assert met == []
    assert len(pairs) >= 50


def test_a_stop_word_has_no_lexemes() -> None:
    assert (find_lexemes("och", "sv"), find_lexemes("the", "en"), find_dictionary_form("och", "sv")) == ((), (), None)
    assert (is_stop_word("och", "sv"), is_stop_word("skola", "sv")) == (True, False)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("skolorna", "skola"),
        ("järnvägar", "järnväg"),
        ("fiske", "fiske"),
        ("bredbandsutbyggnaden", "bredbandsutbyggnad"),
        ("nyanländas", "nyanländ"),
        ("kallenbach", "kallenbach"),
        ("2020", None),
        ("å", None),
        ("x" * 80, None),
    ],
)
def test_dictionary_forms(word: str, form: str | None) -> None:
    assert find_dictionary_form(word, "sv") == form


@pytest.mark.parametrize(
    ("word", "made_of"),
    [
        ("bredbandsutbyggnaden", ("bredband", "utbyggnad")),
        ("handlingsplan", ("handling", "plan")),
        ("kvinnojour", ("kvinna", "jour")),
        ("gatubelysning", ("gata", "belysning")),
        ("skolskjuts", ("skola", "skjuts")),
        ("äldreomsorgen", ("äldre", "omsorg")),
        ("eu-projekt", ("eu", "projekt")),
        ("kompetensförsörjningsplan", ("kompetensförsörjning", "plan")),
        ("ungdomar", ()),
        ("regional", ()),
        ("strategi", ()),
        ("samverkan", ()),
        ("förslag", ()),
        ("sundsvall", ()),
        ("stockholm", ()),
    ],
)
def test_parts_of_compounds(word: str, made_of: tuple[str, ...]) -> None:
    assert find_parts(word, "sv") == made_of


def test_tokens_tell_where_words_stand() -> None:
    text = "Idéer om EU-projekt 2011–2020, se RUS 2026/42."

    found = [*tokenize(text)]

    assert found[0] == Token("ideer", 0, 5)
    assert [token.word for token in found] == ["ideer", "om", "eu-projekt", "2011", "2020", "se", "rus 2026/0042"]
    assert [text[token.start : token.end] for token in found[2:3]] == ["EU-projekt"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A\u030are", ["åre"]),
        ("sam\u00adverkan", ["samverkan"]),
        ("bred-\nband", ["bred-band"]),
        ("ﬁske", ["fiske"]),
        ("county’s", ["county’s"]),
        ("_stad_ a_b", ["stad", "a", "b"]),
        ("\x00'&|!:*<->()\\", []),
        ("👍🏽", []),
        ("dnr 2026/7", ["2026/0007"]),
        ("case 2026/7", ["2026/0007"]),
        ("med 2026/7", ["2026/0007"]),
        ("RUS 2026-0007", ["rus 2026/0007"]),
        ("RUS 2026-117", ["rus 2026/0117"]),
        ("RUS 2011-2020", ["rus", "2011", "2020"]),
        ("2026-01", ["2026", "01"]),
        ("2026-01-07", ["2026", "01", "07"]),
        ("2011-2020", ["2011", "2020"]),
    ],
)
def test_tokens_of_odd_texts(text: str, words: list[str]) -> None:
    assert [token.word for token in tokenize(text)] == words


def test_a_word_torn_by_the_end_of_a_line_is_whole_again() -> None:
    assert _meet("bred-\nband", "bredband")


def test_the_languages_are_kept_apart() -> None:
    assert set(find_lexemes("regional", "sv")).isdisjoint(find_lexemes("regional", "en"))


def test_threads_do_not_disturb_each_others_stems() -> None:
    words = ["handlingsplanerna", "kommunernas", "utvecklingen", "bredbandsutbyggnaden", "skolorna"]
    wanted = [find_lexemes(word, "sv") for word in words]
    wrong: list[str] = []

    def work() -> None:
        for _n in range(50):
            wrong.extend(
                word for word, right in zip(words, wanted, strict=True) if find_lexemes.__wrapped__(word, "sv") != right
            )

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_lexicon_is_packed_where_the_settings_say(settings, tmp_path) -> None:
    settings.LEXICON_DIR = tmp_path

    was_prepared = lexicon.is_prepared()
    lexicon.prepare_lexicon()

    assert (was_prepared, lexicon.is_prepared()) == (False, True)
    assert sorted(path.name for path in lexicon.get_lexicon_folder().iterdir()) == ["en.dic", "sv.dic"]
