"""The analysis of a word: its dictionary form, its lexemes and its parts."""

import re
from functools import lru_cache
from typing import NamedTuple

from language.words.compounds import split_compound
from language.words.lexicon import find_lemma, is_base, load_lexicon
from language.words.stems import stem_word
from language.words.tokens import NUMBER
from language.words.word_lists import ALONE, IRREGULAR, STOP_WORDS

LONGEST = 60
"""Letters of a word that are kept: the index holds no more."""
MARK = {"sv": "", "en": "en:"}
"""The prefix of a language's lexemes: both languages are searched at once, and must not mix."""
AGENT = "are"
COLON = re.compile(r":[a-zåäö]{1,4}$")
APOSTROPHE = re.compile(r"['’](s?)")
SPELT_AS_BRITISH = re.compile(r"(?<=[a-z]{2})iz(?=(e|es|ed|er|ing|ation|ations)$)")


class Analysis(NamedTuple):
    """The analysis of a word. Without lexemes it is a stop word."""

    form: str
    """The dictionary form, or the word itself if it is unknown."""
    own: tuple[str, ...]
    """Lexemes of the whole word, the main one first."""
    parts: tuple[str, ...]
    """The two parts of a compound, or the parts between hyphens."""
    inner: tuple[str, ...]
    """Lexemes of the parts, and of their parts."""


NOTHING = Analysis("", (), (), ())


def is_stop_word(word: str, language: str) -> bool:
    return word in STOP_WORDS[language]


@lru_cache(maxsize=32_768)
def find_lexemes(word: str, language: str) -> tuple[str, ...]:
    """Return the lexemes of a word as `tokenize` gives it, the main one first; none for a stop word."""
    found = analyse_word(word, language)
    return tuple(dict.fromkeys(found.own + found.inner))


def find_dictionary_form(word: str, language: str) -> str | None:
    """Return the word's entry in a dictionary; None for stop words, numbers, and words too short or long."""
    found = analyse_word(word, language)
    if not found.own or not 2 < len(found.form) < LONGEST or any(sign.isdigit() for sign in found.form):  # noqa: PLR2004
        return None
    return found.form


def find_parts(word: str, language: str) -> tuple[str, ...]:
    """Return the parts of a compound in their dictionary forms."""
    return analyse_word(word, language).parts


@lru_cache(maxsize=16_384)
def analyse_word(word: str, language: str) -> Analysis:
    if is_stop_word(word, language):
        return NOTHING
    return analyse_any_word(word, language)


def analyse_any_word(word: str, language: str) -> Analysis:
    """Analyse a stop word like any other, for a search for nothing else."""
    if NUMBER.fullmatch(word):
        return Analysis(word, tuple(dict.fromkeys((word, word.rsplit(" ", 1)[-1]))), (), ())
    word = COLON.sub("", APOSTROPHE.sub("" if language == "en" else r"\1", word))[:LONGEST]
    if "-" in word:
        return _hyphenated(word, language)
    if word[:1].isdigit() or (language == "sv" and word in ALONE):
        return Analysis(word, (word,), (), ())
    form, found = _dictionary_form(word, language)
    also = _also(word, form) if language == "sv" else find_lemma(word, language)
    forms = dict.fromkeys(one for one in (form, word, also) if one)
    own = tuple(dict.fromkeys(MARK[language] + (stem_word(one, language) or one) for one in forms))
    inner = _lexemes_of_parts(found, language)
    return Analysis(form, own, found, tuple(one for one in inner if one not in own))


def _also(word: str, form: str) -> str | None:
    """Return another dictionary form of the word: the lexicon's verb, or ansökning beside ansökan."""
    if form.endswith("an") and (sibling := f"{form[:-2]}ning") in load_lexicon("sv"):
        return sibling
    return find_lemma(word, "sv")


def _hyphenated(word: str, language: str) -> Analysis:
    """Analyse EU-projekt as euprojekt, EU and projekt; likewise a word hyphenated at the end of a line."""
    pieces = tuple(piece for piece in word.split("-") if piece)
    joined = analyse_word("".join(pieces), language)
    inner = _lexemes_of_parts(pieces, language) + joined.inner
    form = joined.form if find_lemma(joined.form, language) else "-".join(pieces)
    return Analysis(form, joined.own, pieces, tuple(dict.fromkeys(one for one in inner if one not in joined.own)))


def _lexemes_of_parts(found: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(lexeme for part in found for lexeme in find_lexemes(part, language))


def _dictionary_form(word: str, language: str) -> tuple[str, tuple[str, ...]]:
    """Return the dictionary form and the parts of a word, known or not."""
    if language == "en":
        british = SPELT_AS_BRITISH.sub("is", word)
        return IRREGULAR["en"].get(word) or find_lemma(british, "en") or find_lemma(word, "en") or british, ()
    form = _known_form(word)
    if form is None and word.endswith("s"):
        form = _known_form(word[:-1])  # the genitive of a name, or of what is seldom written so
    if form is not None:
        return form, split_compound(form) or ()
    found = split_compound(word)
    if found is None:
        return word, ()
    tail = found[1]
    for place in range(len(word) - 1, 0, -1):  # the head as written, the last part as the dictionary has it
        if word[place:][:3] == tail[:3]:
            return word[:place] + tail, found
    return word, found


def _known_form(word: str) -> str | None:
    """Return the lexicon's dictionary form, corrected where a form of two words was given to the wrong one."""
    if word in IRREGULAR["sv"]:
        return IRREGULAR["sv"][word]
    form = find_lemma(word, "sv")
    if form is None or form == word:
        return form
    if form.endswith(AGENT) and word.endswith("ar") and is_base(word[:-2]):
        return word[:-2]  # järnvägar: of järnväg, not of järnvägare
    if is_base(word):
        return word  # fiske: fisket is of fiske, so it is a word of its own and not only a form of fiska
    return form
