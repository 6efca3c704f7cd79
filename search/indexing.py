"""What was changed is written into the index, by the worker and by `manage.py rebuild_search`.

One writes at a time, and reads what it writes after it has the lock and has taken the changes. A change that is
committed later leaves a row of its own, so none is lost, and an older reading never lands on top of a newer one.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import DataError, connection, transaction
from django.utils import timezone

from search import pages, vocabulary
from search.models import Change, Kind, PageEntry, SearchEntry
from search.sources import SOURCES, Content, Source, Text
from search.vectors import Weight, vector

LOCK = 7_302_114
"""Any number, as long as nothing else locks it."""
AT_A_TIME, CHANGES_AT_A_TIME = 50, 500
FORGET = "DELETE FROM search_change WHERE (kind, object_id) IN (VALUES {rows})"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
COLUMNS = (
    *("kind", "object_id", "language", "written_in", "title", "text", "themes", "year", "status", "dated", "weight"),
    *("heading", "vector"),
)
VALUES = f"""({", ".join(["%s"] * 6)}, %s::bigint[], %s, %s, %s::timestamptz, %s,
    %s::tsvector || %s::tsvector, %s::tsvector || %s::tsvector || %s::tsvector)"""
WRITE = f"""
INSERT INTO search_searchentry ({", ".join(COLUMNS)}) VALUES {{rows}}
ON CONFLICT (kind, object_id, language) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[3:])}
"""  # noqa: S608 - columns of ours
logger = logging.getLogger(__name__)
_seen_day: date | None = None


def index_due() -> int:
    """Take every change that waits, small things before large ones. Returns how many things were indexed."""
    _note_the_day(timezone.localdate())
    done = 0
    while True:
        if taken := _take_some():
            done += taken
        elif not _read_some():
            return done


def index_all(tell: Callable[[str], None]) -> int:
    """Write the whole index anew, a few things at a time, so that whoever searches meanwhile finds as before."""
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
    return done


def _take_some() -> int:
    """Take the changes of some things and index them. Returns how many things, which may be none."""
    with transaction.atomic():
        _lock()
        ready = _ready()
        _forget_changes(ready)  # first: what is committed after it leaves a row that stays
        by_kind = defaultdict(list)
        for kind, key in ready:
            by_kind[Kind(kind)].append(key)
        for kind, keys in by_kind.items():
            _index_or_leave_out(kind, keys)
            _note(set(SOURCES[kind].touches(keys)))
    return len(ready)


def _ready() -> list[tuple[str, int]]:
    """What was changed longest ago. Documents come last, and once all their pages are analysed."""
    oldest = Change.objects.filter(kind__in=SOURCES).order_by("pk").values_list("kind", "object_id")
    if small := oldest.exclude(kind=Kind.DOCUMENT)[:CHANGES_AT_A_TIME]:
        return list(dict.fromkeys(small))[:AT_A_TIME]
    waiting = list(dict.fromkeys(oldest[:CHANGES_AT_A_TIME]))[:AT_A_TIME]
    unread = set(pages.unread_pages(key for _kind, key in waiting).values_list("document_id", flat=True))
    return [(kind, key) for kind, key in waiting if key not in unread]


def _forget_changes(things: Sequence[tuple[str, int]]) -> None:
    if things:
        rows = ", ".join(["(%s, %s)"] * len(things))
        with connection.cursor() as cursor:
            cursor.execute(FORGET.format(rows=rows), [value for thing in things for value in thing])


def _read_some() -> int:
    """Analyse some pages of documents that wait for it."""
    waiting = Change.objects.filter(kind=Kind.DOCUMENT).order_by("pk").values_list("object_id", flat=True)
    oldest = list(dict.fromkeys(waiting[:CHANGES_AT_A_TIME]))[:AT_A_TIME]
    return pages.read(pages.unread_pages(oldest)[: pages.AT_A_TIME])


def _read_anew(documents: list[int]) -> None:
    """Analyse every page of some documents, though they may have been analysed before."""
    keys = list(pages.current_pages().filter(version__document__in=documents).values_list("pk", flat=True))
    for start in range(0, len(keys), pages.AT_A_TIME):
        part = keys[start : start + pages.AT_A_TIME]
        pages.read(pages.Page.objects.filter(pk__in=part))


def _index(kind: Kind, keys: Sequence[int]) -> None:
    with transaction.atomic():
        _lock()
        _index_or_leave_out(kind, keys)


def _index_or_leave_out(kind: Kind, keys: Sequence[int]) -> None:
    """Index some things. What cannot be is left out and told of, and keeps nothing else from being found."""
    try:
        with transaction.atomic():
            _write(SOURCES[kind], keys)
    except DataError:
        if len(keys) > 1:
            for key in keys:
                _index_or_leave_out(kind, [key])
        else:
            logger.exception("%s %s cannot be indexed, and is left out of the search.", kind, keys[0])
            SearchEntry.objects.filter(kind=kind, object_id=keys[0]).delete()


def _write(source: Source, keys: Sequence[int]) -> None:
    things = list(source.indexed().filter(pk__in=keys))
    gone = set(keys) - {thing.pk for thing in things}
    SearchEntry.objects.filter(kind=source.kind, object_id__in=gone).delete()
    words: dict[int, str] = {}
    if source.kind == Kind.DOCUMENT:
        pages.forget_others(keys)
        words = pages.words_of([thing.pk for thing in things])
    written = [(thing, language, source.content(thing, language)) for thing in things for language in LANGUAGES]
    if not written:
        return
    rows = [_row(source, thing, language, content, words.get(thing.pk, "")) for thing, language, content in written]
    with connection.cursor() as cursor:
        values = ", ".join([VALUES] * len(rows))
        cursor.execute(WRITE.format(rows=values), [value for row in rows for value in row])
    vocabulary.learn(text for _thing, _language, content in written for _weight, text in content.everything())


def _row(source: Source, thing: Any, language: str, content: Content, words: str) -> list[Any]:
    return [
        *(source.kind.value, thing.pk, language, content.written_in or content.title.language),
        *(content.title.text[:300], content.excerpted(), list(content.themes), content.year, content.status),
        *(content.dated, source.weight),
        *_vectors(content.heading()),
        *_vectors(content.everything()),
        words,
    ]


def _vectors(weighted: Iterable[tuple[Weight, Text]]) -> list[str]:
    """One vector for each language; the database appends one to the other."""
    weighted = list(weighted)
    return [vector([(weight, text) for weight, (text, own) in weighted if own == code], code) for code in LANGUAGES]


def _forget(kind: Kind, but: Sequence[int]) -> None:
    with transaction.atomic():
        _lock()
        SearchEntry.objects.filter(kind=kind).exclude(object_id__in=but).delete()
        if kind == Kind.DOCUMENT:
            PageEntry.objects.exclude(document__in=but).delete()


def _lock() -> None:
    """Wait for whoever else writes; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _note_the_day(today: date) -> None:
    """Once a day: what has become late, or a call that has opened or closed, has changed without anyone's doing."""
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


def _note(things: Iterable[tuple[Kind, int]]) -> None:
    Change.objects.bulk_create([Change(kind=kind, object_id=key) for kind, key in things], batch_size=1_000)
