"""What a synonym group does: how much the public finds for each word alone and together with its synonyms."""

from collections.abc import Sequence
from typing import NamedTuple

from search.query_parser import Question
from search.synonyms import Groups
from search.visibility import count_visible


class SynonymStats(NamedTuple):
    """How many things the public finds for a word or phrase of a group."""

    words: str
    alone: int
    together: int
    """With the synonyms of all groups, as searches work today."""


def count_results(lines: Sequence[str], synonyms: Groups, language: str) -> list[SynonymStats]:
    """Count what each line of a group finds on the site in a language, by one query."""
    alone = [Question.parse(line).tsquery() for line in lines]
    together = [Question.parse(line, synonyms).tsquery() for line in lines]
    counts = count_visible([*alone, *together], language)
    return [SynonymStats(*row) for row in zip(lines, counts, counts[len(lines) :], strict=False)]
