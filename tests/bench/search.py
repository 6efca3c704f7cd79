"""How long it takes to find among 10,000 documents of 100,000 pages, to index them, and to find what is just published.

Documents are written into a database of their own, of words of the Swedish lexicon that are as common and as rare as
words are (Zipf); then the search's own code indexes them. 2,000 activities are there as well. Part of `make bench`;
alone: `python -m tests.bench.search [documents] [pages each]`.
"""

import math
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from typing import Any

import django

from tests.bench.pages import as_if_long_in_use, own_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
DOCUMENTS, PAGES, ACTIVITIES = 10_000, 10, 2_000
WORDS, WORDS_ON_PAGE = 20_000, 250
ROUNDS = 60
LIMIT, LIMIT_EVERYWHERE, LIMIT_PUBLISHED = 0.1, 0.25, 1.0
"""Seconds in 19 of 20 questions about ordinary words, about a word on nearly every page; until what is new is found."""
EVERYWHERE = "region"
SIZES = """
SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
WHERE relname IN ('search_searchentry', 'search_searchwords', 'search_pageentry', 'search_word', 'documents_page')
ORDER BY relname
"""


def main(documents: int = DOCUMENTS, pages: int = PAGES) -> None:
    """Fill, index, measure, print; exit with status 1 if something is slower than allowed."""
    print(f"\nWriting {documents} documents of {pages} pages, and {ACTIVITIES} activities …", flush=True)
    with own_database():
        generated = Generated(random.Random(1))  # noqa: S311
        fill(generated, documents, pages)
        build(documents * pages)
        slow = [*time_questions(generated), *time_publishing()]
    if slow:
        sys.exit(f"Slower than it may be: {', '.join(slow)}.")
    print("Each of them is fast enough.")


class Generated:
    """Texts whose words are as common and as rare as in real ones."""

    def __init__(self, chance: random.Random) -> None:
        from language.words.lexicon import load_lexicon

        known = sorted(
            form for form in load_lexicon("sv") if form.isalpha() and form.islower() and 4 <= len(form) <= 18
        )
        self.chance = chance
        self.words = [EVERYWHERE, *chance.sample(known, WORDS)]
        self.odds = list(accumulate(1 / (place + 3) for place in range(len(self.words))))

    def text(self, words: int) -> str:
        return " ".join(self.chance.choices(self.words, cum_weights=self.odds, k=words))

    def word(self, first: int, last: int) -> str:
        """Return a word of that frequency."""
        return self.chance.choice(self.words[first:last])


def fill(generated: Generated, documents: int, pages: int) -> None:
    from actionplans.models import ActionPlan
    from documents.models import Document, DocumentVersion, Page, Reading
    from files.extraction.facts import READER
    from tests import factories
    from tests.bench import plans

    plans.fill(ACTIVITIES)
    links = ActionPlan.documents.through
    in_plans = list(ActionPlan.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, documents, 500):
        numbers = range(start, min(start + 500, documents))
        made = Document.objects.bulk_create(_document(generated, number) for number in numbers)
        versions = DocumentVersion.objects.bulk_create(
            DocumentVersion(
                document=document, number=1, file="a.pdf", checksum=f"{document.pk:064x}", size=1, pages=pages,
                scan="clean", reading=Reading.DONE, change_note="Ny.", change_note_sv="Ny.",
                public_from=document.publish_from, read_with=READER,
            )
            for document in made
        )  # fmt: skip
        Page.objects.bulk_create(
            Page(version=version, number=number, text=generated.text(WORDS_ON_PAGE))
            for version in versions
            for number in range(1, pages + 1)
        )
        links.objects.bulk_create(
            links(document=document, actionplan_id=in_plans[document.pk % len(in_plans)]) for document in made
        )
    factories.make_registrar()


def _document(generated: Generated, number: int) -> Any:
    from documents.models import Document, Kind, Language
    from tests import factories

    title, summary = generated.text(5).capitalize(), generated.text(20).capitalize()
    return Document(
        slug=f"dokument-{number}",
        title=title,
        title_sv=title,
        summary=summary,
        summary_sv=summary,
        kind=Kind.values[number % len(Kind.values)],
        language=Language.EN if number % 20 == 0 else Language.SV,
        decided_on=f"{2005 + number % 20}-05-04",
        **factories.published(),
    )


def build(pages: int) -> None:
    """Index everything, as the worker does."""
    from django.db import connection

    from search.indexing import index_due

    started = time.perf_counter()
    index_due()
    took = time.perf_counter() - started
    print(f"\nIndexed in {took:.0f} s: {pages / took:.0f} pages/s.\n\n{'MB':<32}{'table':>8}{'indexes':>8}")
    as_if_long_in_use()
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        for name, table, indexes in cursor.fetchall():
            print(f"{name:<32}{table / 1e6:>8.0f}{indexes / 1e6:>8.0f}")


def time_questions(generated: Generated) -> list[str]:
    """Print how long each kind of question takes. Return those over the limit."""
    print(f"\n{ROUNDS} questions of each sort, {os.cpu_count()} cores.\n")
    print(f"{'milliseconds':<32}{'p50':>8}{'p95':>8}{'found':>8}")
    slow = []
    for _ in range(ROUNDS):  # so that none is the first one after the start
        found_for(generated.word(20, WORDS))
    for name, (ask, limit, look) in questions(generated).items():
        times, found = [], []
        for _ in range(ROUNDS):
            text = ask()
            started = time.perf_counter()
            total = look(text)
            took = time.perf_counter() - started
            times.append(took)
            found.append(total)
        middle, nearly_all = sorted(times)[ROUNDS // 2], sorted(times)[ROUNDS * 95 // 100 - 1]
        print(f"{name:<32}{middle * 1000:>8.0f}{nearly_all * 1000:>8.0f}{sorted(found)[ROUNDS // 2]:>8}", flush=True)
        if nearly_all > limit:
            slow.append(name)
    return slow


def questions(generated: Generated) -> dict[str, tuple[Callable[[], str], float, Callable[[str], int]]]:
    """A kind of question, its time limit, and the function that answers it."""
    phrases = _phrases(generated, range(100, WORDS))
    common = _phrases(generated, range(30))
    word = generated.word
    narrowed = partial(found_for, kind=("document",), theme=("tema-1", "tema-2"), year=("2010", "2011", "2012"))
    return {
        "ordinary words": (lambda: word(100, 2_000), LIMIT, found_for),
        "rare words": (lambda: word(10_000, WORDS), LIMIT, found_for),
        "two words": (lambda: f"{word(20, 1_000)} {word(20, 1_000)}", LIMIT, found_for),
        "phrases": (lambda: f'"{next(phrases)}"', LIMIT, found_for),
        # Each page that holds all three words is looked through: told, without a limit.
        "phrases of what is everywhere": (lambda: f'"{next(common)}"', math.inf, found_for),
        "misspelt": (lambda: _misspelt(word(100, 5_000)), LIMIT, found_for),
        "a beginning*": (lambda: f"{word(100, 5_000)[:4]}*", LIMIT, found_for),
        "without a word": (lambda: f"{word(20, 1_000)} -{word(20, 1_000)}", LIMIT, found_for),
        "with filters": (lambda: word(20, 1_000), LIMIT, narrowed),
        "on nearly every page": (lambda: EVERYWHERE, LIMIT_EVERYWHERE, found_for),
        "on every page, with filters": (lambda: EVERYWHERE, LIMIT_EVERYWHERE, narrowed),
        "suggestions": (lambda: word(20, 2_000)[:3], LIMIT, suggested_for),
    }


def _phrases(generated: Generated, places: range) -> Iterator[str]:
    """Return three words of one page, all of the given frequencies."""
    from documents.models import Page

    wanted = {generated.words[place] for place in places}
    for text in Page.objects.order_by("version__checksum", "number").values_list("text", flat=True).iterator(500):
        words = text.split()
        runs = (words[place : place + 3] for place in range(0, len(words) - 2, 3))
        if run := next((run for run in runs if wanted.issuperset(run)), None):
            yield " ".join(run)


def _misspelt(word: str) -> str:
    return f"{word[:2]}{word[3]}{word[2]}{word[4:]}"


def found_for(text: str, **filters: tuple[str, ...]) -> int:
    """Return how many things the search finds."""
    from search.query_parser import Question
    from search.service import Filters, find_results
    from search.synonyms import read_groups

    return find_results(Question.parse(text, read_groups()), "sv", Filters(**filters)).total


def suggested_for(text: str) -> int:
    """Return how many titles are suggested."""
    from search.suggestions import suggest_titles

    return len(suggest_titles(text, "sv"))


def time_publishing() -> list[str]:
    """Return the seconds from a news item's commit until it is found, with the worker's thread running."""
    from django.db import connection

    from jobs.heartbeats import stopping
    from jobs.models import Round
    from jobs.wake_up import SECONDS_BETWEEN_ROUNDS, Channel
    from rus_portal import worker
    from tests import factories

    def work() -> None:
        worker.go_rounds(Round.SEARCH, worker.SEARCH, Channel.SEARCH)
        connection.close()

    working = threading.Thread(target=work, daemon=True)
    working.start()
    time.sleep(SECONDS_BETWEEN_ROUNDS)
    times = []
    for number in range(20):
        word = f"nyhetsord{'abcdefghijklmnopqrst'[number]}"
        factories.make_news(title=f"Om {word}")
        started = time.perf_counter()
        while not found_for(word) and working.is_alive() and time.perf_counter() - started < 10 * LIMIT_PUBLISHED:
            time.sleep(0.01)
        times.append(time.perf_counter() - started)
    stopping.set()
    working.join(timeout=60)
    print(f"\nPublished, then found: {sorted(times)[10] * 1000:.0f} ms, at most {max(times) * 1000:.0f} ms.")
    return ["what is published"] if max(times) > LIMIT_PUBLISHED else []


if __name__ == "__main__":
    django.setup()
    from rus_portal import postgres

    with postgres.running_server():
        main(*map(int, sys.argv[1:]))
