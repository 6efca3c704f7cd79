"""Write changed things into the index: done by the worker and by `manage.py rebuild_search`.

One process writes at a time. It takes the lock, then the changes, and only then reads the things. A change committed
later leaves a row of its own, so none is lost, and stale content never overwrites newer.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from jobs.failures import describe_error, forget_failures, is_away, note_failure
from jobs.locks import Lock, wait_for_advisory_lock
from jobs.models import Failure
from language.words.lexicon import LANGUAGES
from language.words.vectors import Weight, build_vector
from search import document_pages, vocabulary
from search.functions import JoinedVectors
from search.models import Change, Kind, PageEntry, SearchEntry, SearchWords
from search.sources import SOURCES, Content, Source, Text

AT_A_TIME, CHANGES_AT_A_TIME = 50, 500
JOB = "search.indexing.index"
Said = Mapping[tuple[int, str], Content]
"""The content of each thing, by key and language."""
BOTH = ""
"""The language of words that are the same in each."""
THING = ["kind", "object_id", "language"]
ENTRY_CONTENT = ["words", "written_in", "title", "text", "themes", "year", "status", "dated", "weight", "heading"]
"""What is written anew of an entry that is there."""
logger = logging.getLogger(__name__)
_seen_day: date | None = None


def index_due() -> int:
    """Index every waiting change, then pages, a few at a time. Return how many things were indexed."""
    _note_the_day(timezone.localdate())
    _note_failed()
    done = 0
    while True:
        if taken := _take_some():
            done += taken
        elif not _read_some():
            return done


def index_all(tell: Callable[[str], None]) -> int:
    """Rebuild the whole index, a few things at a time, so that searching goes on meanwhile."""
    done = 0
    for source in SOURCES.values():
        keys = list(source.indexed().order_by("pk").values_list("pk", flat=True))
        _forget(source.kind, keys)
        for start in range(0, len(keys), AT_A_TIME):
            part = keys[start : start + AT_A_TIME]
            if source.kind == Kind.DOCUMENT:
                _read_anew(part)
            _index(source.kind, part)
            done += len(part)
            tell(f"{source.kind.label}: {min(start + AT_A_TIME, len(keys))} / {len(keys)}")
    vocabulary.renew_words()
    vocabulary.remove_unused_words()
    return done


def _take_some() -> int:
    """Take the changes of some things and index these. Return how many there were."""
    with transaction.atomic():
        wait_for_advisory_lock(Lock.SEARCH_INDEX)
        ready = _ready()
        by_kind = defaultdict(list)
        for kind, key in ready:
            by_kind[Kind(kind)].append(key)
        for kind, keys in by_kind.items():  # first: a change committed after this leaves a row that stays
            Change.objects.filter(kind=kind, object_id__in=keys).delete()
        for kind, keys in by_kind.items():
            _index_or_leave_out(kind, keys)
            _note(SOURCES[kind].touches(keys))
            if kind == Kind.DOCUMENT:
                _note((Change.PAGES, key) for key in document_pages.find_unread_documents(keys))
    return len(ready)


def _ready() -> list[tuple[str, int]]:
    """Return the things whose changes are oldest; documents, which are large, come last."""
    oldest = Change.objects.filter(kind__in=SOURCES).order_by("pk").values_list("kind", "object_id")
    waiting = oldest.exclude(kind=Kind.DOCUMENT)[:CHANGES_AT_A_TIME] or oldest[:CHANGES_AT_A_TIME]
    return list(dict.fromkeys(waiting))[:AT_A_TIME]


def _read_some() -> int:
    """Analyse some waiting pages. A document that has no more of them is indexed once more."""
    waiting = Change.objects.filter(kind=Change.PAGES).order_by("pk").values_list("object_id", flat=True)
    oldest = list(dict.fromkeys(waiting[:CHANGES_AT_A_TIME]))[:AT_A_TIME]
    if not oldest:
        return 0
    read = document_pages.analyse_pages(document_pages.find_unread_pages(oldest)[: document_pages.AT_A_TIME])
    with transaction.atomic():
        wait_for_advisory_lock(Lock.SEARCH_INDEX)
        if done := sorted(set(oldest) - document_pages.find_unread_documents(oldest)):
            Change.objects.filter(kind=Change.PAGES, object_id__in=done).delete()
            _index_or_leave_out(Kind.DOCUMENT, done)
    return read + len(done)


def _read_anew(documents: list[int]) -> None:
    """Analyse every page of some documents anew."""
    keys = list(
        document_pages.find_current_pages().filter(version__document__in=documents).values_list("pk", flat=True)
    )
    for start in range(0, len(keys), document_pages.AT_A_TIME):
        part = keys[start : start + document_pages.AT_A_TIME]
        document_pages.analyse_pages(document_pages.Page.objects.filter(pk__in=part))


def _index(kind: Kind, keys: Sequence[int]) -> None:
    with transaction.atomic():
        wait_for_advisory_lock(Lock.SEARCH_INDEX)
        _index_or_leave_out(kind, keys)


def _index_or_leave_out(kind: Kind, keys: Sequence[int]) -> None:
    """Index some things. One that cannot be indexed is logged and left out; the others are still found."""
    try:
        with transaction.atomic():
            _write(SOURCES[kind], keys)
    except Exception as error:
        if is_away(error):
            raise
        if len(keys) > 1:
            for key in keys:
                _index_or_leave_out(kind, [key])
        else:
            logger.exception("%s %s cannot be indexed, and is left out of the search.", kind, keys[0])
            SearchWords.objects.filter(kind=kind, object_id=keys[0]).delete()
            note_failure(JOB, describe_error(error), _get_label(kind), keys[0])
    else:
        forget_failures(JOB, _get_label(kind), keys)


def _note_failed() -> None:
    """Note again the things that could not be indexed, when it is time to try again."""
    labels = {_get_label(kind): kind for kind in SOURCES}
    due = Failure.objects.filter(job=JOB, due_at__lte=timezone.now()).values_list("model", "key")
    _note((labels[model], key) for model, key in due if model in labels)


def _get_label(kind: Kind) -> str:
    return SOURCES[kind].indexed().model._meta.label_lower


def _write(source: Source, keys: Sequence[int]) -> None:
    things = list(source.indexed().filter(pk__in=keys))
    gone = set(keys) - {thing.pk for thing in things}
    SearchWords.objects.filter(kind=source.kind, object_id__in=gone).delete()
    if not things:
        return
    said = {(thing.pk, language): source.content(thing, language) for thing in things for language in LANGUAGES}
    words = _write_words(source.kind, said)
    entries = [_make_entry(source, *thing, content, words[thing]) for thing, content in said.items()]
    SearchEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=THING, update_fields=ENTRY_CONTENT)
    vocabulary.learn_words(text for content in said.values() for _weight, text in content.everything())


def _write_words(kind: Kind, said: Said) -> dict[tuple[int, str], SearchWords]:
    """Write the words that things are found by, for each language or for both. Return the rows."""
    if kind == Kind.DOCUMENT:
        documents = list(dict.fromkeys(key for key, _language in said))
        document_pages.remove_outdated_pages(documents)
        on_pages = document_pages.read_page_words(documents)
        found_by = {(key, BOTH): _join_vectors(_in_all(key, said), on_pages.get(key, "")) for key in documents}
    else:
        found_by = {thing: _join_vectors(content.everything()) for thing, content in said.items()}
    rows = [
        SearchWords(kind=kind, object_id=key, language=language, vector=vector)
        for (key, language), vector in found_by.items()
    ]
    SearchWords.objects.bulk_create(rows, update_conflicts=True, unique_fields=THING, update_fields=["vector"])
    return {
        (row.object_id, language): row for row in rows for language in LANGUAGES if row.language in (language, BOTH)
    }


def _in_all(key: int, said: Said) -> Iterable[tuple[Weight, Text]]:
    """Return a thing's texts in all languages; untranslated ones once."""
    return dict.fromkeys(text for language in LANGUAGES for text in said[key, language].everything())


def _make_entry(source: Source, key: int, language: str, content: Content, words: SearchWords) -> SearchEntry:
    return SearchEntry(
        words=words,
        kind=source.kind,
        object_id=key,
        language=language,
        written_in=content.written_in or content.title.language,
        title=content.title.text[:300],
        text=content.excerpted(),
        themes=list(content.themes),
        year=content.year,
        status=content.status,
        dated=content.dated,
        weight=source.weight,
        heading=_join_vectors(content.everything() if source.kind == Kind.DOCUMENT else content.heading()),
    )


def _join_vectors(weighted: Iterable[tuple[Weight, Text]], *more: str) -> JoinedVectors:
    """Return a vector of the texts in each language, and of more, which the database joins."""
    weighted = list(weighted)
    return JoinedVectors(
        *(
            build_vector([(weight, text) for weight, (text, own) in weighted if own == code], code)
            for code in LANGUAGES
        ),
        *more,
    )


def _forget(kind: Kind, but: Sequence[int]) -> None:
    with transaction.atomic():
        wait_for_advisory_lock(Lock.SEARCH_INDEX)
        SearchWords.objects.filter(kind=kind).exclude(object_id__in=but).delete()
        if kind == Kind.DOCUMENT:
            PageEntry.objects.exclude(document__in=but).delete()


def _note_the_day(today: date) -> None:
    """Once a day, note what changed by date alone: activities now late, calls that opened or closed."""
    global _seen_day  # noqa: PLW0603
    if _seen_day == today:
        return
    for source in SOURCES.values():
        if source.states:
            indexed = SearchEntry.objects.filter(kind=source.kind, language=LANGUAGES[0])
            known = dict(indexed.values_list("object_id", "status"))
            states = source.states(today)
            _note((source.kind, key) for key, state in states.items() if known.get(key, state) != state)
    _seen_day = today


def _note(things: Iterable[tuple[str, int]]) -> None:
    Change.objects.bulk_create([Change(kind=kind, object_id=key) for kind, key in set(things)], batch_size=1_000)
