"""The search query: which entries match, their ranking, and the counts of each facet.

All matches are ranked by their headings alone, which have an index of their own. The best are ranked again by all
their words and by how well their titles answer, so a word that is everywhere costs little more than a rare one.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from search.visibility import Beside, build_visible_sql

RANKED_AT_MOST = 300
"""How many matches are ranked by all their words, and so how many can be paged through."""
WEIGHTS = "{0.05, 0.2, 0.5, 1.0}"
"""The weight of a word on a document's pages (D), in the text (C), the summary (B) and the title (A)."""
FRESH, FRESH_SECONDS = 0.05, 365 * 86_400.0
"""The bonus for something new; after a year a third of it is left."""
IN_TITLE, BEGINS, EXACT, PERSON, NUMBERED = 0.3, 0.4, 1.0, 1.0, 10.0
"""The bonuses: all words in title and summary; a title that begins with the question; a title that is the question;
a person where someone asks who; the case with the registration number."""
COLUMNS = "id, kind, object_id, written_in, themes, year, status, dated, weight, of_heading, held"
FIND = """
WITH headed AS MATERIALIZED (
    SELECT entry.id, ts_rank('{weights}', entry.heading, %(any_word)s::tsquery) AS rank, {in_heading} AS held
    FROM search_headed(%(any_word)s::tsquery, %(visible_in)s) AS found (id)
    JOIN search_searchentry entry ON entry.id = found.id
),
matched AS MATERIALIZED (
    SELECT id, kind, written_in, themes, year, status, dated, weight,
        coalesce(of_heading, 0) * weight + coalesce(held, 0)
            + {fresh} * coalesce(exp(date_part('epoch', dated - %(now)s::timestamptz) / {seconds}), 0)
            + {person} * (%(asks_who)s AND kind = 'staff')::int
            + {numbered} * (kind = 'case' AND object_id = ANY(%(cases)s::bigint[]))::int AS rank,
        (%(kind)s::text[] = '{{}}' OR kind = ANY(%(kind)s::text[])) AS of_kind,
        (%(theme)s::bigint[] = '{{}}' OR themes && %(theme)s::bigint[]) AS of_theme,
        (%(language)s::text[] = '{{}}' OR written_in = ANY(%(language)s::text[])) AS of_language,
        (%(year)s::int[] = '{{}}' OR year = ANY(%(year)s::int[])) AS of_year,
        (%(status)s::text[] = '{{}}' OR status = ANY(%(status)s::text[])) AS of_status
    FROM ({visible}) AS search_searchentry
),
best AS (
    SELECT id, rank, weight, dated FROM matched
    WHERE of_kind AND of_theme AND of_language AND of_year AND of_status
    ORDER BY {first}, id DESC LIMIT {most}
),
ranked AS (
    SELECT best.id, best.dated, best.rank + best.weight * (
        ts_rank('{weights}', held.vector, %(any_word)s::tsquery)
        + {in_title} * (entry.heading @@ %(words)s::tsquery)::int
        + {begins} * starts_with(titled.letters, %(letters)s)::int
        + {exact} * (titled.letters = %(letters)s)::int) + {in_text} AS rank
    FROM best
    JOIN search_searchentry entry ON entry.id = best.id
    CROSS JOIN LATERAL (SELECT replace(lower(entry.title), ' ', '') AS letters) AS titled
    JOIN search_searchwords held ON held.id = entry.words_id
),
shown AS (
    SELECT id, row_number() OVER (ORDER BY {then}, id DESC) AS place FROM ranked
    ORDER BY place LIMIT %(size)s OFFSET %(skip)s
),
counted AS (
    SELECT kind, written_in, year, status, grouping(kind, written_in, year, status) AS facet,
        count(*) FILTER (WHERE of_theme AND of_language AND of_year AND of_status) AS of_kinds,
        count(*) FILTER (WHERE of_kind AND of_theme AND of_year AND of_status) AS of_languages,
        count(*) FILTER (WHERE of_kind AND of_theme AND of_language AND of_status) AS of_years,
        count(*) FILTER (WHERE of_kind AND of_theme AND of_language AND of_year) AS of_statuses,
        count(*) FILTER (WHERE of_kind AND of_theme AND of_language AND of_year AND of_status) AS all_of_them
    FROM matched GROUP BY GROUPING SETS ((kind), (written_in), (year), (status), ())
),
themed AS (
    SELECT theme, count(*) AS count FROM (
        SELECT unnest(themes) AS theme FROM matched WHERE of_kind AND of_language AND of_year AND of_status
    ) AS each GROUP BY theme
)
SELECT
    (SELECT coalesce(json_agg(id ORDER BY place), '[]') FROM shown),
    (SELECT coalesce(json_object_agg(kind, of_kinds), '{{}}') FROM counted WHERE facet = 7 AND of_kinds > 0),
    (SELECT coalesce(json_object_agg(written_in, of_languages), '{{}}') FROM counted
        WHERE facet = 11 AND of_languages > 0),
    (SELECT coalesce(json_object_agg(year, of_years), '{{}}') FROM counted WHERE facet = 13 AND of_years > 0
        AND year IS NOT NULL),
    (SELECT coalesce(json_object_agg(status, of_statuses), '{{}}') FROM counted WHERE facet = 14 AND of_statuses > 0
        AND status <> ''),
    (SELECT coalesce(json_object_agg(theme, count), '{{}}') FROM themed),
    (SELECT all_of_them FROM counted WHERE facet = 15)
"""
HELD = "(SELECT count(*) FROM unnest(%(terms)s::tsquery[]) AS terms (term) WHERE {vector} @@ term)"
"""How many of the words match, where not all need to: worth more than anything else."""
ORDERS = {"relevance": ("rank DESC", "rank DESC, dated DESC NULLS LAST"), "date": ("dated DESC NULLS LAST",) * 2}
HELD_WORDS = "SELECT search_holding(%(words)s::tsquery)"
OF_CASES = " UNION SELECT id FROM search_searchwords WHERE kind = 'case' AND object_id = ANY(%(cases)s::bigint[])"
OF_HEADING = Beside(", headed.rank AS of_heading, headed.held", "LEFT JOIN headed ON headed.id = entry.id")
HOLDS_NEAR = """ AND (entry.id IN (SELECT search_headed(%({near})s::tsquery, %(visible_in)s))
    OR entry.kind = 'document' AND entry.object_id IN (SELECT search_on_page(%({near})s::tsquery))
    OR words_id IN (SELECT id FROM search_searchwords WHERE kind <> 'document' AND vector @@ %({near})s::tsquery))"""
"""For documents on one of the pages: their words as a whole do not say what stands on the same page."""


class RankQuery(NamedTuple):
    """The question in PostgreSQL's terms."""

    text: str
    words: str
    any_word: str
    """Used to rank: `ts_rank` gives nothing to a conjunction whose words are all in one compound."""
    near: list[str]
    """Tsqueries that must each match one page, text or heading."""
    cases: list[int]
    language: str
    at: datetime
    asks_who: bool = False
    terms: list[str] = []
    """Each word by itself, if some of them are enough."""


class Part(NamedTuple):
    """Which part of the matches to return."""

    sort: str
    skip: int
    size: int


class Ranked(NamedTuple):
    """The entries of one page, best first, the counts of each facet, and the total."""

    entries: list[int]
    counts: dict[str, dict[str, int]]
    total: int


def rank_entries(asked: RankQuery, chosen: Mapping[str, list[Any]], part: Part) -> Ranked:
    """Find and rank the visible entries that match. Each facet is counted without its own filter."""
    near = {f"near_{number}": words for number, words in enumerate(asked.near)}
    where = "".join(HOLDS_NEAR.format(near=name) for name in near)
    held = HELD_WORDS + OF_CASES if asked.cases else HELD_WORDS
    visible, parameters = build_visible_sql(COLUMNS, held, asked.language, asked.at, OF_HEADING._replace(where=where))
    first, then = ORDERS[part.sort]
    sql = FIND.format(
        visible=visible,
        weights=WEIGHTS,
        fresh=FRESH,
        seconds=FRESH_SECONDS,
        person=PERSON,
        numbered=NUMBERED,
        in_title=IN_TITLE,
        begins=BEGINS,
        exact=EXACT,
        in_heading=HELD.format(vector="entry.heading") if asked.terms else "0",
        in_text=HELD.format(vector="held.vector") if asked.terms else "0",
        most=RANKED_AT_MOST,
        first=first,
        then=then,
    )
    given: dict[str, Any] = {
        "words": asked.words,
        "any_word": asked.any_word,
        "letters": "".join(asked.text.lower().split()),  # a compound may be written apart
        "cases": asked.cases,
        "asks_who": asked.asks_who,
        "terms": asked.terms,
        "now": asked.at,
    }
    given |= {"skip": part.skip, "size": part.size} | near | dict(chosen) | parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        row = cursor.fetchone()
    entries, *counts, total = (json.loads(value) if isinstance(value, str) else value for value in row)
    return Ranked(entries, dict(zip(("kind", "language", "year", "status", "theme"), counts, strict=True)), total or 0)
