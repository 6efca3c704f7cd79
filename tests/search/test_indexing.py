"""Indexing: which texts in which language, rebuilding, and that no change is lost."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import DataError, connection
from django.utils import timezone

from documents.versions import add_version
from news.models import NewsItem
from publishing.models import Publication
from search import document_pages, indexing, vocabulary
from search.indexing import index_due
from search.models import Change, Kind, PageEntry, SearchWords, Word
from search.sources import SOURCES
from tests import factories
from tests.search.things import add_pages, ask, entry_of, make_read_document, shown, titles


@pytest.mark.django_db
def test_rich_text_is_indexed_as_plain_text() -> None:
    item = factories.make_news(
        body="<h2>Ljus &amp; luft</h2><p>Ny <strong>lykt</strong>stolpe<br>här</p>", ingress="I."
    )
    index_due()

    assert entry_of(item, Kind.NEWS).text == "I.\nLjus & luft.\nNy lyktstolpe\nhär"


@pytest.mark.django_db
def test_what_is_not_translated_is_found_in_english_as_swedish() -> None:
    item = factories.make_news(title_sv="Skolan", title_en="", ingress_en="", body_en="")
    translated = factories.make_news(title_sv="Havet", title_en="The seas")
    index_due()

    assert [entry_of(thing, Kind.NEWS, "en").written_in for thing in (item, translated)] == ["sv", "en"]
    assert titles("skolor", "en") == ["Skolan"]
    assert titles("sea", "en") == ["The seas"]


@pytest.mark.django_db
def test_a_document_is_written_in_the_language_of_its_file() -> None:
    document = make_read_document("Broadband for everyone.", title="Bredband för alla", language="en")
    index_due()

    (hit,) = ask("everyone").hits

    assert (hit.entry.written_in, hit.language, hit.thing) == ("en", "sv", document)


@pytest.mark.django_db
def test_a_new_version_takes_the_place_of_the_pages_before() -> None:
    document = make_read_document("Om lyktstolpe.", "Mer.", versions=1)
    index_due()
    add_new_version(document)
    index_due()
    between = titles("lyktstolpe")
    add_pages(document, "Om papperskorg.")
    index_due()

    assert between == []
    assert [len(titles(word)) for word in ("lyktstolpe", "papperskorg")] == [0, 1]
    assert list(PageEntry.objects.values_list("page__version__number", flat=True)) == [2]


def add_new_version(document: Any) -> None:
    file = ContentFile(factories.make_pdf_file("Ny"), name="ny.pdf")
    add_version(document, file, change_note_sv="Ny.", change_note_en="New.")


@pytest.mark.django_db
def test_pages_are_analysed_once_however_often_the_document_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    document = make_read_document("Ett.", "Två.")
    index_due()
    read = []
    monkeypatch.setattr(document_pages, "build_vector", lambda texts, _language: read.append(texts) or "")

    document.title_sv = "Lyktstolpe"
    document.save()
    index_due()

    assert read == []
    assert titles("lyktstolpe två") == ["Lyktstolpe"]


@pytest.mark.django_db
def test_a_long_document_is_found_at_once_and_keeps_nothing_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    document = make_read_document(*["Ord."] * (2 * document_pages.AT_A_TIME), "Papperskorg.", title="Lyktstolpe")
    found: list[list[str]] = []
    reading = indexing._read_some

    def read_some() -> int:
        if len(found) == 1:
            factories.make_news(title="Papperskorg")
        found.append([*titles("lyktstolpe"), *titles("papperskorg")])
        return reading()

    monkeypatch.setattr(indexing, "_read_some", read_some)
    index_due()

    assert found[:3] == [["Lyktstolpe"], ["Lyktstolpe"], ["Lyktstolpe", "Papperskorg"]]
    assert set(found[-1]) == {"Lyktstolpe", "Papperskorg"}
    assert set(titles("papperskorg")) == {"Lyktstolpe", "Papperskorg"}
    assert ask("lyktstolpe papperskorg").hits[0].thing == document
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_while_a_new_version_is_read_the_words_of_the_one_before_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    document = make_read_document("Om papperskorg.", title="Lyktstolpe")
    index_due()
    add_new_version(document)
    add_pages(document, *["Om trottoar."] * (document_pages.AT_A_TIME + 1))
    found: list[list[str]] = []
    reading = indexing._read_some

    def read_some() -> int:
        found.append([word for word in ("lyktstolpe", "papperskorg", "trottoar") if titles(word)])
        return reading()

    monkeypatch.setattr(indexing, "_read_some", read_some)
    index_due()

    assert found == [["lyktstolpe"], ["lyktstolpe"], ["lyktstolpe", "trottoar"]]


@pytest.mark.django_db
def test_words_of_texts_and_pages_are_learnt_in_their_dictionary_form() -> None:
    make_read_document("Skolornas fönster.", title="Havet")
    index_due()

    assert {"skola", "fönster", "hav"} <= set(Word.objects.filter(language="sv").values_list("word", flat=True))


@pytest.mark.django_db
def test_words_that_nothing_holds_any_more_are_forgotten_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_seen_day", None)
    document = make_read_document("Fönster hos O'Neill.", title="Havet")
    index_due()
    before = set(Word.objects.values_list("word", flat=True))
    document.publication = Publication.DRAFT
    document.save()
    factories.make_news(title="Havet")
    index_due()

    assert (vocabulary.remove_unused_daily() > 0, vocabulary.remove_unused_daily()) == (True, 0)

    after = set(Word.objects.values_list("word", flat=True))
    assert {"fönster", "neill", "hav"} <= before
    assert "hav" in after
    assert not {"fönster", "neill"} & after


@pytest.mark.django_db
def test_what_becomes_late_is_so_when_the_day_has_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    activity = factories.make_activity(title="Lyktstolpe", starts_on=date(2016, 1, 1), ends_on=today)
    call = factories.make_call(opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=2))
    index_due()
    before = [entry_of(activity, Kind.ACTIVITY).status, entry_of(call, Kind.CALL).status]

    monkeypatch.setattr(timezone, "localdate", lambda _value=None: today + timedelta(days=1))
    index_due()

    assert before == ["activity:ongoing", "call:upcoming"]
    assert [entry_of(activity, Kind.ACTIVITY).status, entry_of(call, Kind.CALL).status] == [
        "activity:late",
        "call:open",
    ]


@pytest.mark.django_db
def test_rebuilding_writes_what_is_missing_and_removes_what_is_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    document = make_read_document("Om lyktstolpe.", title="Ljus")
    gone = factories.make_news(title="Borta")
    index_due()
    SearchWords.objects.filter(kind=Kind.DOCUMENT).delete()
    PageEntry.objects.all().delete()
    NewsItem.objects.filter(pk=gone.pk).update(publication=Publication.DRAFT)
    Change.objects.all().delete()

    call_command("rebuild_search")

    assert shown() == {("document", document.pk)}
    assert titles("lyktstolpe") == ["Ljus"]
    said = capsys.readouterr().out
    assert "Dokument: 1 / 1\n" in said
    assert "1 things are indexed, and 0 cases for the registry, in " in said


@pytest.mark.django_db
def test_rebuilding_reads_the_known_words_anew_and_forgets_what_nothing_holds() -> None:
    factories.make_news(title="Lyktstolpe")
    index_due()
    lexeme = Word.objects.get(word="lyktstolpe", language="sv").lexeme
    Word.objects.update(lexeme="as-it-was-read-before")
    Word.objects.create(word="borta", lexeme="bort", language="sv")

    call_command("rebuild_search", verbosity=0)

    assert Word.objects.get(word="lyktstolpe", language="sv").lexeme == lexeme
    assert not Word.objects.filter(word="borta").exists()


@pytest.mark.django_db
def test_what_cannot_be_indexed_is_left_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    too_much = factories.make_news(title="Lyktstolpe ett")
    factories.make_news(title="Lyktstolpe två")
    entry = indexing._make_entry

    def fail(source: Any, key: int, *given: Any) -> Any:
        if key == too_much.pk:
            raise DataError("Too much.")
        return entry(source, key, *given)

    monkeypatch.setattr(indexing, "_make_entry", fail)
    index_due()

    assert titles("lyktstolpe") == ["Lyktstolpe två"]
    assert not Change.objects.exists()


def test_a_change_committed_while_the_worker_reads_is_not_lost(
    committing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = factories.make_news(title="Gammal lyktstolpe")
    has_read, may_write = threading.Event(), threading.Event()
    write = indexing._make_entry

    def pause(*given: Any) -> Any:
        has_read.set()
        may_write.wait(30)
        return write(*given)

    monkeypatch.setattr(indexing, "_make_entry", pause)
    worker = threading.Thread(target=in_a_connection_of_its_own, args=(indexing._take_some,))
    worker.start()
    has_read.wait(30)
    NewsItem.objects.filter(pk=item.pk).update(title_sv="Ny papperskorg", title="Ny papperskorg")
    may_write.set()
    worker.join(30)

    old, waiting = titles("lyktstolpe"), Change.objects.filter(kind="news").count()
    index_due()

    assert (old, waiting) == ([], 1)
    assert (titles("lyktstolpe"), titles("papperskorg")) == ([], ["Ny papperskorg"])


def test_an_older_reading_never_lands_on_a_newer_one(committing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    item = factories.make_news(title="Gammal lyktstolpe")
    has_read, may_write = threading.Event(), threading.Event()
    write, readers = indexing._make_entry, []

    def pause_the_first(*given: Any) -> Any:
        if not readers:
            readers.append(threading.current_thread())
        if threading.current_thread() is readers[0]:
            has_read.set()
            may_write.wait(30)
        return write(*given)

    monkeypatch.setattr(indexing, "_make_entry", pause_the_first)
    workers = [threading.Thread(target=in_a_connection_of_its_own, args=(index_due,)) for _ in range(2)]
    workers[0].start()
    has_read.wait(30)
    NewsItem.objects.filter(pk=item.pk).update(title_sv="Ny papperskorg", title="Ny papperskorg")
    workers[1].start()
    workers[1].join(1)  # it waits for the first
    may_write.set()
    for worker in workers:
        worker.join(30)

    assert (titles("lyktstolpe"), titles("papperskorg")) == ([], ["Ny papperskorg"])
    assert not Change.objects.exists()


def in_a_connection_of_its_own(work: Any) -> None:
    try:
        work()
    finally:
        connection.close()


def test_every_kind_has_a_source() -> None:
    assert set(SOURCES) == set(Kind)
