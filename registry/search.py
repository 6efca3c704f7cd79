"""The registrar's search: numbers as people write them, words in Swedish stems, over all that staff may read."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet

from registry.models import Case, Party, Record

NUMBER = re.compile(
    r"^\s*(?:(?P<series>[^\W\d]+)\s*)?(?P<year>\d{4})\s*/\s*(?P<number>\d+)(?:-\d+)?\s*$", re.IGNORECASE
)
"""A registration number as people write it, with or without the series or the record's own number."""
INDEX = """
INSERT INTO registry_casetext (case_id, vector)
SELECT c.id,
    setweight(to_tsvector('swedish', coalesce(c.title, '')), 'A')
    || coalesce(words.vector, '')
FROM registry_case c
LEFT JOIN LATERAL (
    SELECT to_tsvector('swedish', left(string_agg(piece, ' '), 500000)) AS vector FROM (
        SELECT r.subject || ' ' || r.body AS piece FROM registry_record r WHERE r.case_id = c.id
        UNION ALL
        SELECT p.name || ' ' || p.email || ' ' || split_part(p.email, '@', 1)
            FROM registry_party p JOIN registry_record r ON r.id = p.record_id WHERE r.case_id = c.id
        UNION ALL
        SELECT f.original_name || ' ' || coalesce(t.text, '')
            FROM registry_record r
            JOIN registry_file f ON f.record_id = r.id OR f.intake_id = r.intake_id
            LEFT JOIN registry_filetext t ON t.file_id = f.id
            WHERE r.case_id = c.id
    ) pieces
) words ON true
WHERE c.id = %s
ON CONFLICT (case_id) DO UPDATE SET vector = excluded.vector
"""
INDEX_NEW = """
INSERT INTO registry_casetext (case_id, vector)
VALUES (%s, setweight(to_tsvector('swedish', %s), 'A') || to_tsvector('swedish', %s))
"""
LONGEST_TEXT = 500_000
LARGEST_NUMBER = 2**31 - 1


def index_case(case: Case) -> None:
    """Write the case's words anew, inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(INDEX, [case.pk])


def index_new_case(case: Case, record: Record, sender: Party) -> None:
    """Write the words of a case that has but this record and no files: as `index_case`, with nothing to read again."""
    name, _at, _domain = sender.email.partition("@")
    words = f"{record.subject} {record.body} {sender.name} {sender.email} {name}"
    with connection.cursor() as cursor:
        cursor.execute(INDEX_NEW, [case.pk, case.title, words[:LONGEST_TEXT]])


def search(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Those of the cases that the words are about; a registration number finds exactly its case."""
    if number := NUMBER.match(words):
        found = cases.filter(year=number["year"], number=min(int(number["number"]), LARGEST_NUMBER))
        return found.filter(series__code__iexact=number["series"]) if number["series"] else found
    return cases.filter(words__vector=SearchQuery(words, config="swedish", search_type="websearch"))
