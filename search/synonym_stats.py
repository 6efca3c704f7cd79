"""What a synonym group does: how much the public finds for each word alone and together with its synonyms."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from search.query_parser import Question
from search.synonyms import Groups
from search.visibility import build_visible_sql

HELD = "SELECT search_holding(given.query)"
COUNT = """
SELECT (SELECT count(*) FROM ({visible}) AS found)
FROM unnest(%(queries)s::tsquery[]) WITH ORDINALITY AS given (query, place) ORDER BY place
"""


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
    visible, parameters = build_visible_sql("id", HELD, language)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(visible=visible), {"queries": [*alone, *together]} | parameters)
        counts = [count for (count,) in cursor.fetchall()]
    return [SynonymStats(*row) for row in zip(lines, counts, counts[len(lines) :], strict=False)]
