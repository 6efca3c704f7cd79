"""The search of cases: registration numbers in usual spellings, and words as `language.words` knows them.

Staff search all that came in (`CaseText`), the public the titles alone (`CaseTitle`). Both find a case by its number.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from language.characters import strip_invisible
from language.words.queries import build_query
from language.words.vectors import Weight, build_vector
from language.words.word_lists import CALLED
from registry.models import Case, CaseText, CaseTitle, File, Party, Record, Series

NUMBER = re.compile(
    rf"""
    \s* (?: (?:{"|".join(sorted(CALLED, reverse=True))}) [.:]? \s+ )?    # dnr
    (?: (?P<series>[^\W\d_]+) [\s-]* )?
    (?P<year>\d{{4}})
    (?: \s* / \s* | [-–] (?=0\d{{3}}) | (?P<unsure>(?(series)[-–\s](?!(?:19|20)\d\d\b)|(?!))) )
    (?P<number>\d{{1,20}}) (?:-\d+)? \s* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A registration number, with or without the series or the record's own number. RUS 2026-12 is one if there is such a
series (“rapport 2026-12” is none), and RUS 2011-2020 are years."""
ADDRESS = re.compile(r"[^\s\"@-][^\s\"@]*@[^\s\"@]+")
LANGUAGE = "sv"
LONGEST_TEXT = 500_000
LARGEST_NUMBER, DIGITS_AT_MOST = 2**31 - 1, 9
CASES_AT_A_TIME = 100
TEXTS_OF_FILE = ("original_name", "text__text")
"""What is searched of a file; its text is there once the worker has read it."""


def search_cases(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Return the cases that match the words, for staff; a registration number matches exactly its case."""
    return _search(cases, words, CaseText)


def search_titles(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Return the cases whose public titles match the words, for anyone; a number matches exactly its case."""
    return _search(cases, words, CaseTitle)


def find_by_number(cases: QuerySet[Case], written: str) -> QuerySet[Case]:
    """Return the cases with the number, several if no series is written; none if it is no registration number."""
    number = NUMBER.match(written)
    if number is None:
        return cases.none()
    found = cases.filter(year=number["year"], number=min(int(number["number"]), LARGEST_NUMBER))
    return found.filter(series__code__iexact=number["series"]) if number["series"] else found


def _search(cases: QuerySet[Case], words: str, index: type[CaseText | CaseTitle]) -> QuerySet[Case]:
    words = strip_invisible(words).strip()
    number = NUMBER.match(words)
    if number and (number["unsure"] is None or Series.objects.filter(code__iexact=number["series"]).exists()):
        return find_by_number(cases, words)
    found = Q(pk__in=index.objects.filter(vector=build_query(ADDRESS.sub(r'"\g<0>"', words), (LANGUAGE,))))
    if words.isdecimal() and len(words) <= DIGITS_AT_MOST:
        found |= Q(number=int(words))
    return cases.filter(found)


def index_case(case: Case) -> None:
    """Rebuild the indexes of the case, inside the caller's transaction."""
    index_cases([case])


def index_all_cases() -> int:
    """Rebuild the indexes of all cases, some at a time. Return how many there are."""
    cases = Case.objects.select_related("series").only("series__code", "year", "number", "title", "status")
    count = last = 0
    while some := list(cases.filter(pk__gt=last).order_by("pk")[:CASES_AT_A_TIME]):
        index_cases(some)
        count, last = count + len(some), some[-1].pk
    return count


def index_cases(cases: Sequence[Case]) -> None:
    """Rebuild the indexes of the cases. Of a case disposed of nothing is left to search but its title."""
    texts = _read_texts([case for case in cases if case.status != Case.Status.DISPOSED])
    words = [build_case_text(case, texts[case.pk]) for case in cases if case.status != Case.Status.DISPOSED]
    titles = [build_case_title(case) for case in cases]
    again: Any = {"update_conflicts": True, "unique_fields": ["case"], "update_fields": ["vector"]}
    CaseText.objects.bulk_create(words, **again)
    CaseTitle.objects.bulk_create(titles, **again)


def build_case_text(case: Case, texts: Iterable[str]) -> CaseText:
    """Return the words of a case for staff."""
    title: tuple[Weight, str] = ("A", strip_invisible(case.title))
    vector = build_vector([title, *(("D", strip_invisible(text[:LONGEST_TEXT])) for text in texts)], LANGUAGE)
    return CaseText(case=case, vector=vector)


def build_case_title(case: Case) -> CaseTitle:
    """Return the words of a case for the public."""
    return CaseTitle(case=case, vector=build_vector([("A", strip_invisible(case.title))], LANGUAGE))


def list_texts(record: Record, parties: Iterable[Party]) -> list[str]:
    """Return what is searched of a record besides its files: names and addresses first, then its text."""
    said = [text for party in parties for text in (party.name, party.email, party.reply_to)]
    return [*said, record.subject, record.body]


def _read_texts(cases: Sequence[Case]) -> dict[int, list[str]]:
    """Return the texts of the cases, by case: who wrote, what they wrote, and what is in the files."""
    texts: dict[int, list[str]] = defaultdict(list)
    case_of_record, case_of_intake = {}, {}
    records = Record.objects.filter(case__in=cases).order_by("case", "ordinal").prefetch_related("parties")
    for record in records.only("case", "intake", "subject", "body"):
        case_of_record[record.pk] = case_of_intake[record.intake_id] = record.case_id
        texts[record.case_id] += list_texts(record, record.parties.all())
    files = File.objects.filter(Q(record__in=case_of_record) | Q(intake__in=filter(None, case_of_intake)))
    for record_key, intake_key, *found in files.order_by("pk").values_list("record", "intake", *TEXTS_OF_FILE):
        texts[case_of_record.get(record_key) or case_of_intake[intake_key]] += filter(None, found)
    return texts
