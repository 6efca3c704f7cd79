"""The search of the staff: registration numbers in usual spellings, and words in Swedish stems."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet

from language.characters import INVISIBLE, strip_invisible
from registry.models import Case, Party, Record

NUMBER = re.compile(
    r"^\s*(?:(?P<series>[^\W\d]+)\s*)?(?P<year>\d{4})\s*/\s*(?P<number>\d{1,20})(?:-\d+)?\s*$", re.IGNORECASE
)
"""A registration number, with or without the series or the record's own number."""
INDEX = """
INSERT INTO registry_casetext (case_id, vector)
SELECT c.id,
    setweight(to_tsvector('swedish', normalize(translate(coalesce(c.title, ''), %s, ''))), 'A')
    || coalesce(words.vector, '')
FROM registry_case c
LEFT JOIN LATERAL (
    SELECT to_tsvector('swedish', CASE WHEN octet_length(left(text, 500000)) > 600000
        THEN left(text, 200000) ELSE left(text, 500000) END) AS vector
    FROM (SELECT normalize(translate(string_agg(piece, ' '), %s, '')) AS text FROM (
        SELECT r.subject || ' ' || r.body AS piece FROM registry_record r WHERE r.case_id = c.id
        UNION ALL
        SELECT p.name || ' ' || p.email || ' ' || split_part(p.email, '@', 1) || ' ' || p.reply_to
            FROM registry_party p JOIN registry_record r ON r.id = p.record_id WHERE r.case_id = c.id
        UNION ALL
        SELECT f.original_name || ' ' || coalesce(t.text, '')
            FROM registry_record r
            JOIN registry_file f ON f.record_id = r.id OR f.intake_id = r.intake_id
            LEFT JOIN registry_filetext t ON t.file_id = f.id
            WHERE r.case_id = c.id
    ) pieces) texts
) words ON true
WHERE c.id = %s
ON CONFLICT (case_id) DO UPDATE SET vector = excluded.vector
"""
INDEX_NEW = """
INSERT INTO registry_casetext (case_id, vector)
VALUES (%s, setweight(to_tsvector('swedish', %s), 'A') || to_tsvector('swedish', %s))
"""
LONGEST_TEXT = 500_000
LONGEST_TEXT_IN_BYTES = 600_000
LONGEST_TEXT_OF_OTHER_SCRIPTS = 200_000
"""PostgreSQL refuses a tsvector of more than a mebibyte, so less is indexed of a text in letters of several bytes."""
LARGEST_NUMBER = 2**31 - 1


def index_case(case: Case) -> None:
    """Rebuild the index of the case, inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(INDEX, [INVISIBLE, INVISIBLE, case.pk])


def index_new_case(case: Case, record: Record, sender: Party) -> None:
    """Index a case that has only this record and no files: as `index_case`, without reading anything back."""
    name, _at, _domain = sender.email.partition("@")
    words = f"{record.subject} {record.body} {sender.name} {sender.email} {name} {sender.reply_to}"
    with connection.cursor() as cursor:
        cursor.execute(INDEX_NEW, [case.pk, strip_invisible(case.title), _cut(strip_invisible(words))])


def _cut(words: str) -> str:
    """Return as much of a text as the database can index."""
    start = words[:LONGEST_TEXT]
    return start[:LONGEST_TEXT_OF_OTHER_SCRIPTS] if len(start.encode()) > LONGEST_TEXT_IN_BYTES else start


def search_cases(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Return the cases that match the words; a registration number matches exactly its case."""
    words = strip_invisible(words)
    if number := NUMBER.match(words):
        found = cases.filter(year=number["year"], number=min(int(number["number"]), LARGEST_NUMBER))
        return found.filter(series__code__iexact=number["series"]) if number["series"] else found
    return cases.filter(words__vector=SearchQuery(words, config="swedish", search_type="websearch"))
