"""Judge the answers to the questions in judged.toml, by the search and by PostgreSQL's own Swedish."""

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

from documents.text_extraction import read_due_files
from search.query_parser import Question
from search.service import find_results
from search.sources import SOURCES
from search.synonyms import read_groups

JUDGED = tomllib.loads(Path(__file__).with_name("judged.toml").read_text())
FIRST = 3
PLAIN = """
WITH entries AS (
    SELECT entry.kind, entry.object_id, entry.weight,
        setweight(to_tsvector(%(stems)s::regconfig, entry.title), 'A')
            || setweight(to_tsvector(%(stems)s::regconfig, entry.text), 'C')
            || setweight(to_tsvector(%(stems)s::regconfig, coalesce(string_agg(page.text, ' '), '')), 'D') AS vector
    FROM search_searchentry entry
    LEFT JOIN search_pageentry ON entry.kind = 'document' AND search_pageentry.document_id = entry.object_id
    LEFT JOIN documents_page page ON page.id = search_pageentry.page_id
    WHERE entry.language = %(language)s GROUP BY entry.id
)
SELECT kind, object_id FROM entries, websearch_to_tsquery(%(stems)s::regconfig, %(ask)s) AS asked
WHERE vector @@ asked ORDER BY ts_rank(vector, asked) * weight DESC, object_id LIMIT 3
"""


class Judged(NamedTuple):
    ask: str
    language: str
    right: tuple[str, ...]
    passage: str
    is_held_out: bool
    is_misspelt: bool


class Answer(NamedTuple):
    """The first three hits, as kind and slug, and whether the page with the passage is shown."""

    names: tuple[str, ...]
    is_at_page: bool = True


def judged() -> list[Judged]:
    return [
        Judged(
            row["ask"],
            row.get("language", "sv"),
            tuple(row["right"]),
            row.get("passage", ""),
            place % 3 == 2 and row.get("set") != "tuned",
            row.get("kind") == "misspelt",
        )
        for place, row in enumerate(JUDGED["query"])
    ]


def read_pages() -> None:
    """Extract the text of the demo's documents, as the worker does."""
    while read_due_files():
        pass


def name_of(kind: str, thing: Any) -> str:
    return f"{kind} {getattr(thing, 'slug', None) or thing}"


def ours(one: Judged) -> Answer:
    """Return the search's answer, or the answer to its "did you mean …?"."""
    found = find_results(Question.parse(one.ask, read_groups()), one.language)
    if not found.hits and found.meant:
        found = find_results(Question.parse(found.meant, read_groups()), one.language)
    first = found.hits[:FIRST]
    names = tuple(name_of(hit.entry.kind, hit.thing) for hit in first)
    pages = [page.text for hit, name in zip(first, names, strict=True) if name in one.right for page in hit.pages]
    return Answer(names, not one.passage or any(one.passage in " ".join(text.split()) for text in pages))


def plain(names: dict[tuple[str, int], str]) -> Callable[[Judged], Answer]:
    """Return a function that answers by to_tsvector and websearch_to_tsquery, from the same rows."""

    def answer(one: Judged) -> Answer:
        given = {"stems": {"sv": "swedish", "en": "english"}[one.language], "language": one.language, "ask": one.ask}
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, given)
            return Answer(tuple(names[row] for row in cursor.fetchall()))

    return answer


def indexed_names() -> dict[tuple[str, int], str]:
    """Return the names of everything indexed, by kind and key."""
    return {
        (source.kind.value, thing.pk): name_of(source.kind, thing)
        for source in SOURCES.values()
        for thing in source.indexed()
    }


def is_right(one: Judged, answer: Answer) -> bool:
    return answer.is_at_page and any(name in one.right for name in answer.names)


class Tally(NamedTuple):
    right: int
    of: int
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.right / self.of

    def __str__(self) -> str:
        return f"{self.right} of {self.of} ({self.share:.1%})"


def tally(questions: Iterable[Judged], answer: Callable[[Judged], Answer]) -> Tally:
    answers = [(one, answer(one)) for one in questions]
    missed = tuple(f"{one.ask!r}: {', '.join(found.names)}" for one, found in answers if not is_right(one, found))
    return Tally(len(answers) - len(missed), len(answers), missed)
