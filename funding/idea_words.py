"""The words of an idea: stems, compounds, misspellings, and the themes that they belong to.

PostgreSQL's dictionaries find the stems ("stugorna" → "stug"), so that an idea and the published texts are stemmed
alike; its trigrams find misspelt words ("bredbnad").
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Coalesce

from funding.models import ThemeWords
from funding.models.words import split_words
from funding.stop_words import STOP_WORDS

CONFIGURATIONS = {"sv": "swedish", "en": "english"}
WORD = re.compile(r"[^\W_]+")
WORDS_AT_MOST = 80
"""Different words of an idea that are read: more than a few sentences have."""
TELLING, HINT = 3.0, 1.0
SHORTEST = 2
"""Letters of words that are ignored, such as “in”, unless an editor has listed them, such as “el”."""
PART_AT_LEAST = 4
"""Letters of the shortest part of a compound: “bil” in “mobil” means nothing."""
LONG = 8
"""Letters of a word long enough to be recognised though misspelt: “bredbnad”."""
TEXT_PART_AT_LEAST = 5
"""The same for words of published texts, which no editor has selected."""
ASK = """
WITH asked AS (
    SELECT word, place, coalesce((ts_lexize(%(stemmer)s, word))[1], '') AS stem
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS given (word, place)
), known AS (
    SELECT theme, word, weight, coalesce((ts_lexize(%(stemmer)s, word))[1], word) AS stem
    FROM unnest(%(themes)s::bigint[], %(known)s::text[], %(weights)s::float8[]) AS kept (theme, word, weight)
)
SELECT asked.place, asked.stem, known.theme, known.stem, known.word, known.weight * CASE
    WHEN asked.word = known.word THEN 1.0
    WHEN asked.stem = known.stem THEN CASE WHEN length(asked.stem) > %(part)s THEN 0.95 ELSE 0.7 END
    WHEN starts_with(asked.word, known.word) OR starts_with(asked.stem, known.stem) THEN 0.9
    WHEN right(asked.stem, length(known.stem)) = known.stem THEN 0.8
    ELSE 0.6 END
FROM asked LEFT JOIN known ON asked.stem <> '' AND (
    asked.stem = known.stem
    OR length(known.word) >= %(part)s AND starts_with(asked.word, known.word)
    OR length(known.stem) > %(part)s AND starts_with(asked.stem, known.stem)
    OR length(known.stem) >= %(part)s AND right(asked.stem, length(known.stem)) = known.stem
    OR length(known.word) > 5 AND similarity(asked.word, known.word)
        > CASE WHEN length(known.word) >= %(long)s THEN 0.38 ELSE 0.5 END
)
ORDER BY asked.place, known.theme, 6 DESC, known.stem
"""


@dataclass
class IdeaWord:
    """A word of an idea: as written, its stem, the listed words in it or like it, and its weight for each theme."""

    text: str
    stem: str
    parts: set[str] = field(default_factory=set)
    themes: dict[int, float] = field(default_factory=dict)

    @property
    def stems(self) -> set[str]:
        return {self.stem, *self.parts}


class ThemeWord(NamedTuple):
    """A word that an editor has listed for a theme, and its weight."""

    theme: int
    word: str
    weight: float


def list_theme_words(lists: Iterable[ThemeWords]) -> list[ThemeWord]:
    """Return the words that editors have listed, in the active language."""
    known = []
    for words in lists:
        telling = split_words(words.telling or "")
        known += [ThemeWord(words.theme_id, word, TELLING) for word in telling]
        known += [
            ThemeWord(words.theme_id, word, HINT) for word in split_words(words.hints or "") if word not in telling
        ]
    return known


def analyse_idea(idea: str, known: Sequence[ThemeWord], language: str) -> list[IdeaWord]:
    """Return the meaningful words of an idea, each once, in the order written.

    The weight of a word of several themes is shared between them.
    """
    words = list(dict.fromkeys(WORD.findall(idea.lower())))[:WORDS_AT_MOST]
    parameters: dict[str, Any] = {
        "stemmer": f"{CONFIGURATIONS[language]}_stem",
        "words": words,
        "themes": [one.theme for one in known],
        "known": [one.word for one in known],
        "weights": [one.weight for one in known],
        "part": PART_AT_LEAST,
        "long": LONG,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASK, parameters)
        rows = cursor.fetchall()
    asked: dict[str, IdeaWord] = {}
    for place, stem, theme, part, known_word, weight in rows:
        word = words[place - 1]
        is_everyday = word in STOP_WORDS[language] and word != known_word
        if stem and not is_everyday and (theme or len(word) > SHORTEST):
            _add(asked.setdefault(stem, IdeaWord(word, stem)), theme, part, weight)
    for one in asked.values():
        total = sum(one.themes.values())
        one.themes = {theme: weight * weight / total for theme, weight in one.themes.items()}
    return list(asked.values())


def _add(asked: IdeaWord, theme: int | None, part: str | None, weight: float | None) -> None:
    """Add a listed word; of several words of one theme, the heaviest counts."""
    if theme is None or part is None or weight is None:
        return
    asked.themes[theme] = max(weight, asked.themes.get(theme, 0.0))
    asked.parts.add(part)


class Hits:
    """Find which words of an idea occur in a published text. The results are cached by stem.

    A text's stem is a hit if it equals a word's stem, or if one is the beginning or end of the other.
    """

    def __init__(self, asked: Sequence[IdeaWord]) -> None:
        # The stem of "fiber" is "fib", which "fiberförening" need not begin with: so the word itself, too.
        self._words = [(one, _long(one.stems | {one.text})) for one in asked]
        self._any_part = tuple(part for _one, parts in self._words for part in parts)
        self._all = " ".join(stem for one in asked for stem in one.stems)
        self._known: dict[str, frozenset[int]] = {}

    def among(self, stems: Iterable[str]) -> set[int]:
        """Return the positions, in `asked`, of the words that occur among a text's stems."""
        found: set[int] = set()
        for stem in stems:
            if stem not in self._known:
                self._known[stem] = self._places(stem)
            found |= self._known[stem]
        return found

    def _places(self, stem: str) -> frozenset[int]:
        # Most stems are no hit, which three quick tests show.
        if not (stem in self._all or stem.startswith(self._any_part) or stem.endswith(self._any_part)):
            return frozenset()
        return frozenset(n for n, (one, parts) in enumerate(self._words) if _is_hit(stem, one, parts))


def _long(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if len(word) >= TEXT_PART_AT_LEAST)


def _is_hit(stem: str, asked: IdeaWord, parts: tuple[str, ...]) -> bool:
    if stem in asked.stems or stem.startswith(parts) or stem.endswith(parts):
        return True
    return len(stem) >= TEXT_PART_AT_LEAST and (asked.stem.startswith(stem) or asked.stem.endswith(stem))


def build_stems(name: str, language: str) -> Func:
    """Return an expression for the stems of a translated text: an empty list if there is no text."""
    text = Coalesce(F(f"{name}_{language}"), Value(""), output_field=TextField())
    template = f"tsvector_to_array(to_tsvector('{CONFIGURATIONS[language]}', %(expressions)s))"
    return Func(text, template=template, output_field=ArrayField(TextField()))


def build_text(*names: str, language: str) -> Func:
    """Return an expression for translated texts joined in lower case, to be matched by `build_pattern`."""
    texts = [F(f"{name}_{language}") for name in names]
    return Func(*texts, template="lower(concat_ws(' ', %(expressions)s))", output_field=TextField())


def build_pattern(asked: Sequence[IdeaWord]) -> str:
    """Return a regular expression that every text with a hit matches, so that the database stems only those.

    The English stemmer turns a last “y” into “i”, so that letter may differ.
    """
    pieces = {stem.removesuffix("i") for one in asked for stem in one.stems}
    # A compound of the idea may begin or end with a word of a text, which then holds its first or last letters.
    long = [one.stem for one in asked if len(one.stem) > TEXT_PART_AT_LEAST]
    pieces |= {stem[:TEXT_PART_AT_LEAST] for stem in long} | {stem[-TEXT_PART_AT_LEAST:] for stem in long}
    return "|".join(sorted(re.escape(piece) for piece in pieces)) or "(?!)"


def rank_themes(asked: Sequence[IdeaWord]) -> list[int]:
    """Return the themes of the words, the heaviest first."""
    scores: dict[int, float] = defaultdict(float)
    for one in asked:
        for theme, weight in one.themes.items():
            scores[theme] += weight
    return sorted(scores, key=lambda theme: (-scores[theme], theme))
