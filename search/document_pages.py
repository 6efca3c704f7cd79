"""The pages of documents in the index.

Pages never change, so each is analysed once: without a lock, and a few at a time, so that a book keeps nothing waiting.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window

from documents.models import DocumentVersion, Page
from language.words.vectors import build_vector
from publishing.models import Publication
from search import vocabulary
from search.models import PageEntry

AT_A_TIME = 50
LONGEST_VECTOR = 900_000
"""Bytes of a document's lexemes: a tsvector holds 1 MB. Beyond this, the rarest words are left to their pages."""
WORDS_OF_PAGES = """
SELECT document_id, array_to_tsvector(array_agg(lexeme))::text
FROM (
    SELECT document_id, lexeme,
        sum(octet_length(lexeme)) OVER (PARTITION BY document_id ORDER BY count(*) DESC, lexeme) AS bytes
    FROM search_pageentry CROSS JOIN LATERAL unnest(tsvector_to_array(vector)) AS words (lexeme)
    WHERE document_id = ANY(%s)
    GROUP BY document_id, lexeme
) AS counted
WHERE bytes <= %s
GROUP BY document_id
"""
PAGES_OF_DOCUMENT = 3
BEST_PAGES = f"""
SELECT found.document_id, page.number, page.text, found.holding
FROM (
    SELECT candidate.*,
        count(*) FILTER (WHERE holds_all) OVER of_document AS holding,
        row_number() OVER (PARTITION BY document_id ORDER BY holds_all DESC, rank DESC, number) AS place
    FROM (
        SELECT entry.document_id, entry.page_id, page.number, entry.vector @@ %(all)s::tsquery AS holds_all,
            ts_rank(entry.vector, %(any)s::tsquery) AS rank
        FROM documents_page page JOIN search_pageentry entry ON entry.page_id = page.id
        WHERE page.version_id = ANY(%(versions)s) AND entry.vector @@ %(any)s::tsquery
    ) AS candidate
    WINDOW of_document AS (PARTITION BY document_id)
) AS found
JOIN documents_page page ON page.id = found.page_id
WHERE found.place <= {PAGES_OF_DOCUMENT} AND (found.holds_all OR found.holding = 0)
ORDER BY found.document_id, found.place
"""  # noqa: S608 - a number of ours
logger = logging.getLogger(__name__)


def find_current_pages() -> QuerySet[Page]:
    """Return the pages of the public version of each document that is published, now or later by its times."""
    newest = DocumentVersion.objects.public().filter(document=OuterRef("version__document")).order_by("-number")
    return Page.objects.filter(
        version__document__publication=Publication.PUBLISHED, version=Subquery(newest.values("pk")[:1])
    ).order_by()


def find_unread_pages(documents: Iterable[int]) -> QuerySet[Any]:
    """Return the pages of some documents still to be analysed; those of documents with the fewest first."""
    unread = find_current_pages().filter(version__document__in=list(documents), entry=None)
    return unread.annotate(
        left=Window(Count("pk"), partition_by=F("version__document")), document_id=F("version__document")
    ).order_by("left", "document_id", "number")


def find_unread_documents(documents: Iterable[int]) -> set[int]:
    """Return those of the documents that have pages still to be analysed."""
    unread = find_current_pages().filter(version__document__in=list(documents), entry=None)
    return set(unread.values_list("version__document", flat=True).distinct())


def analyse_pages(pages: QuerySet[Page]) -> int:
    """Analyse pages. Return how many there were."""
    found = list(pages.values_list("pk", "text", "version__document__language"))
    if not found:
        return 0
    _write([(key, _build_vector(key, text, language)) for key, text, language in found])
    vocabulary.learn_words((text, language) for _key, text, language in found)
    return len(found)


def _build_vector(key: int, text: str, language: str) -> str:
    """Return a page's words. One that cannot be analysed has none, and the pages behind it do not wait."""
    try:
        return build_vector([("C", text)], language)
    except Exception:
        logger.exception("The words of page %s cannot be analysed.", key)
        return ""


def _write(rows: list[tuple[int, str]]) -> None:
    """Write pages with their vectors. One that the database cannot hold is logged, and gets an empty vector."""
    kept = Page.objects.filter(pk__in=[key for key, _words in rows])  # some may have been deleted meanwhile
    documents = dict(kept.values_list("pk", "version__document"))
    entries = [
        PageEntry(page_id=key, document_id=documents[key], vector=words) for key, words in rows if key in documents
    ]
    try:
        with transaction.atomic():
            PageEntry.objects.bulk_create(
                entries, update_conflicts=True, unique_fields=["page"], update_fields=["vector"]
            )
    except (DataError, IntegrityError):  # a page may be deleted meanwhile
        if rows == [(rows[0][0], "")]:
            raise
        if len(rows) == 1:
            logger.exception("The words of page %s cannot be indexed.", rows[0][0])
        for key, words in rows:
            _write([(key, words if len(rows) > 1 else "")])


def remove_outdated_pages(documents: Sequence[int]) -> None:
    """Remove the entries of some documents' pages that are not of their current version."""
    current = find_current_pages().filter(version__document__in=documents)
    PageEntry.objects.filter(document__in=documents).exclude(page__in=current.values("pk")).delete()


def read_page_words(documents: Sequence[int]) -> dict[int, str]:
    """Return each document's words on all its pages, without positions, as a tsvector literal."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS_OF_PAGES, [list(documents), LONGEST_VECTOR])
        return dict(cursor.fetchall())


def find_best_pages(versions: Sequence[int], all_words: str, any_word: str) -> list[tuple[int, int, str, int]]:
    """Return the best pages of some versions: the document's key, number, text, and how many pages hold all the words.

    The words are tsqueries. Pages that hold some of them are returned where none holds all.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEST_PAGES, {"all": all_words, "any": any_word, "versions": list(versions)})
        return list(cursor.fetchall())
