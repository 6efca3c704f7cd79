"""The one query that finds: what matches, how it is ranked, and how many there are of each choice.

All that match are ranked by their headings alone, which are small. The best of them are ranked again by all their
words, and by how well their titles answer; so a word that is everywhere costs little more than a rare one.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from search.visibility import visible_sql

RANKED_AT_MOST = 300
"""How many of those found are ranked by all their words, and so how far one can leaf."""
WEIGHTS = "{0.05, 0.2, 0.5, 1.0}"
"""What a word is worth on a document's pages (D), in the text (C), in the summary (B) and in the title (A)."""
FRESH, FRESH_DAYS = 0.05, 365
"""What is new is worth so much more; after so many days, a third of it."""
IN_TITLE, BEGINS, EXACT, NUMBERED = 0.3, 0.4, 1.0, 10.0
"""What it adds that all words stand in title and summary; that the title begins with the question; that it is the
question; that it is the case with the number asked for."""
COLUMNS = ("id", "kind", "object_id", "written_in", "themes", "year", "status", "dated", "weight", "heading")
FIND = """
WITH matched AS MATERIALIZED (
    SELECT id, kind, written_in, themes, year, status, dated, weight,
        ts_rank('{weights}', heading, %(words)s::tsquery) * weight
            + {fresh} * coalesce(exp(-extract(epoch FROM %(now)s::timestamptz - dated) / 86400 / {days}), 0)
            + {numbered} * (kind = 'case' AND object_id = ANY(%(cases)s::bigint[]))::int{in_heading} AS rank,
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
        ts_rank('{weights}', entry.vector, %(words)s::tsquery)
        + {in_title} * (entry.heading @@ %(words)s::tsquery)::int
        + {begins} * starts_with(lower(entry.title), %(text)s)::int
        + {exact} * (lower(entry.title) = %(text)s)::int){in_text} AS rank
    FROM best JOIN search_searchentry entry ON entry.id = best.id
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
    SELECT theme, count(*) AS count FROM matched CROSS JOIN LATERAL unnest(themes) AS theme
    WHERE of_kind AND of_language AND of_year AND of_status GROUP BY theme
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
HELD = " + (SELECT count(*) FROM unnest(%(terms)s::tsquery[]) AS terms (term) WHERE {vector} @@ term)"
"""How many of the words are held, where not all need be: worth more than anything else."""
ORDERS = {"relevance": ("rank DESC", "rank DESC, dated DESC NULLS LAST"), "date": ("dated DESC NULLS LAST",) * 2}
MATCH = '"search_searchentry"."vector" @@ %s::tsquery'
HOLDS_PHRASE = """("search_searchentry"."heading" @@ %s::tsquery OR CASE "search_searchentry"."kind"
    WHEN 'document' THEN "search_searchentry"."object_id" IN (
        SELECT document_id FROM search_pageentry WHERE vector @@ %s::tsquery)
    ELSE "search_searchentry"."vector" @@ %s::tsquery END)"""
"""In a document's pages rather than its `vector`, which is large, and in which pages have no places."""
IS_CASE = """("search_searchentry"."kind" = 'case' AND "search_searchentry"."object_id" = ANY(%s::bigint[]))"""


class Asked(NamedTuple):
    """The question as the database understands it."""

    text: str
    words: str
    phrase: str | None
    cases: list[int]
    language: str
    at: datetime
    terms: list[str] = []
    """Each word by itself, where some of them are enough."""


class Part(NamedTuple):
    """Which of what is found: so many, after so many, in which order."""

    sort: str
    skip: int
    size: int


class Ranked(NamedTuple):
    """The entries of one page, best first, and how many there are of each choice and in all."""

    entries: list[int]
    counts: dict[str, dict[str, int]]
    total: int


def rank(asked: Asked, chosen: Mapping[str, list[Any]], part: Part) -> Ranked:
    """Find what matches and may be shown. Each facet is counted without its own choice."""
    visible, parameters = _matching(asked)
    first, then = ORDERS[part.sort]
    sql = FIND.format(
        visible=visible,
        weights=WEIGHTS,
        fresh=FRESH,
        days=FRESH_DAYS,
        numbered=NUMBERED,
        in_title=IN_TITLE,
        begins=BEGINS,
        exact=EXACT,
        in_heading=HELD.format(vector="heading") if asked.terms else "",
        in_text=HELD.format(vector="entry.vector") if asked.terms else "",
        most=RANKED_AT_MOST,
        first=first,
        then=then,
    )
    given: dict[str, Any] = {
        "words": asked.words,
        "text": asked.text.lower().strip(),
        "cases": asked.cases,
        "terms": asked.terms,
        "now": asked.at,
    }
    given |= {"skip": part.skip, "size": part.size} | dict(chosen) | parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        row = cursor.fetchone()
    entries, *counts, total = (json.loads(value) if isinstance(value, str) else value for value in row)
    return Ranked(entries, dict(zip(("kind", "language", "year", "status", "theme"), counts, strict=True)), total or 0)


def _matching(asked: Asked) -> tuple[str, dict[str, Any]]:
    """What may be shown and matches, as SQL whose parameters have names."""
    sql, values = visible_sql(COLUMNS, asked.language, asked.at)
    match, matching = MATCH, list[Any]([asked.words])
    if asked.phrase:
        match, matching = f"{match} AND {HOLDS_PHRASE}", [*matching, asked.phrase, asked.phrase, asked.phrase]
    if asked.cases:
        match, matching = f"({match} OR {IS_CASE})", [*matching, asked.cases]
    values = [*values, *matching]
    names = [f"visible_{number}" for number in range(len(values))]
    sql = f"{sql} AND {match}" % tuple(f"%({name})s" for name in names)
    return sql, dict(zip(names, values, strict=True))
