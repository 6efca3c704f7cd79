"""A row at which a job breaks, for every job: the row behind it is done, and it too when the cause is gone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import DataError, models
from django.utils import timezone

from actionplans.models import ActivityImport, Reminder
from actionplans.services import reminders
from actionplans.spreadsheet import jobs as spreadsheets
from documents import scanning as document_scanning
from documents import text_extraction, versions
from documents.models import DocumentVersion, Reading, Scan
from indicators import fetcher
from indicators.models import Fetching
from jobs.models import Failure
from mailroom import outbox
from mailroom.models import IncomingMail, OutgoingMail
from registry.files import scanning
from registry.files import text as filetext
from registry.models import File, FileText
from registry.services import file_removal, held_answers, mail_intake
from search import document_pages, indexing
from search.models import PageEntry, SearchEntry
from tests import factories
from tests.factories.files import make_docx, make_text_pdf
from tests.registry.incoming import a_mail_with
from tests.registry.test_disposal import closed_case, dispose

pytestmark = pytest.mark.django_db
MONDAY_AT_EIGHT = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/Stockholm"))
Pair = tuple[Any, Any]


def poison(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, thing: models.Model) -> None:
    """Let a function fail when it is called with the thing, its key, or a list of things with it."""
    real = getattr(place, name)

    def is_meant(argument: Any) -> bool:
        meant = argument if isinstance(argument, list) else [argument]
        return thing in meant or thing.pk in meant

    def break_at(*arguments: Any, **named: Any) -> Any:
        if any(map(is_meant, arguments)):
            raise ValueError("Nobody thought of it.")
        return real(*arguments, **named)

    monkeypatch.setattr(place, name, break_at)


def make_mails() -> Pair:
    return tuple(outbox.queue_mail(to="a@example.org", subject="x", body="x", language="sv") for _n in range(2))  # type: ignore[return-value]


def make_held_mails() -> Pair:
    """Two answers' mails; the case of the first has gone."""
    OutgoingMail.objects.update(state=OutgoingMail.State.SENT, sent_at=timezone.now())
    lost = outbox.queue_mail(to="a@example.org", subject="x", body="x", language="sv")
    factories.make_case()
    OutgoingMail.objects.exclude(state=OutgoingMail.State.SENT).update(state=OutgoingMail.State.HELD)
    return lost, OutgoingMail.objects.filter(dispatch__isnull=False).latest("pk")


def make_files() -> Pair:
    """Two files that came by mail, looked into but not read."""
    for _n in range(2):
        factories.make_incoming_mail(a_mail_with("bilaga.docx", "application/octet-stream", make_docx("Text")))
    mail_intake.take_due_mail()
    return tuple(File.objects.order_by("pk"))  # type: ignore[return-value]


def make_readable_files() -> Pair:
    files = make_files()
    scanning.scan_due_files()
    return files


def make_disposed_files() -> Pair:
    for _n in range(2):
        dispose(cases=[closed_case()])
    return tuple(File.objects.order_by("pk"))  # type: ignore[return-value]


def make_versions() -> Pair:
    content = make_text_pdf("Text")
    return tuple(
        versions.add_version(factories.make_document(versions=0), ContentFile(content, name="plan"), "Ny.", "New.")
        for _n in range(2)
    )  # type: ignore[return-value]


def make_imports() -> Pair:
    owner = factories.make_user(is_superuser=True)
    made = [ActivityImport.objects.create(owner=owner, file="x", size=1, language="sv") for _n in range(2)]
    return made[0], made[1]


def make_old_imports() -> Pair:
    made = make_imports()
    ActivityImport.objects.update(state="saved", created_at=timezone.now() - timedelta(days=2))
    return made


def make_due_activities() -> Pair:
    soon = MONDAY_AT_EIGHT.date() + timedelta(days=7)
    return tuple(factories.make_activity(contact=factories.make_staff(), ends_on=soon) for _n in range(2))  # type: ignore[return-value]


def make_news() -> Pair:
    return factories.make_news(), factories.make_news()


class Case(NamedTuple):
    """A job, two rows for it, the function that breaks at the first, and whether a row is done."""

    job: Callable[[], int]
    make: Callable[[], Pair]
    breaks: tuple[Any, str]
    is_done: Callable[[Any], bool]


def has(model: Any, **conditions: Any) -> Callable[[Any], bool]:
    return lambda thing: model.objects.filter(pk=thing.pk, **conditions).exists()


CASES = {
    "mail out": Case(
        outbox.send_due_mail, make_mails, (outbox.journal, "note_change"), has(OutgoingMail, state="sent")
    ),
    "held answers": Case(
        held_answers.release_checked_answers, make_held_mails, (held_answers, "_release"),
        has(OutgoingMail, state="queued"),
    ),
    "files to check": Case(
        scanning.scan_due_files, make_files, (scanning, "_suspicion"), has(File, scanned_at__isnull=False)
    ),
    "files to read": Case(
        filetext.extract_due_texts, make_readable_files, (filetext, "extract_text"),
        lambda file: FileText.objects.filter(file=file).exists(),
    ),
    "files to remove": Case(
        file_removal.remove_disposed_files, make_disposed_files, (File, "save"), has(File, removed_at__isnull=False)
    ),
    "documents to check": Case(
        document_scanning.scan_due_files, make_versions, (document_scanning, "_settle"),
        has(DocumentVersion, scan=Scan.CLEAN),
    ),
    "documents to read": Case(
        text_extraction.read_due_files, make_versions, (text_extraction, "_read_batch"),
        has(DocumentVersion, reading=Reading.DONE),
    ),
    "lists to import": Case(
        spreadsheets.run_due_imports, make_imports, (spreadsheets, "_handle"), has(ActivityImport, state="failed")
    ),
    "lists to remove": Case(
        spreadsheets.remove_old_imports, make_old_imports, (ActivityImport, "delete"),
        lambda job: not ActivityImport.objects.filter(pk=job.pk).exists(),
    ),
    "digests": Case(
        reminders.send_due_digests, make_due_activities, (reminders, "_items"),
        lambda activity: Reminder.objects.filter(activity=activity).exists(),
    ),
    "search index": Case(
        indexing.index_due, make_news, (indexing, "_make_entry"),
        lambda news: SearchEntry.objects.filter(kind="news", object_id=news.pk).exists(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@time_machine.travel(MONDAY_AT_EIGHT)
def test_row_behind_a_poisoned_one_is_done_and_it_too_when_the_cause_is_gone(
    name: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    monkeypatch.setattr(document_scanning, "find_virus", lambda *_arguments: "")
    poisoned, sound = case.make()
    settings.CLAMD_URL = "tcp://127.0.0.1:1" if name == "documents to check" else ""
    with monkeypatch.context() as patched:
        poison(patched, *case.breaks, poisoned)
        case.job()
    so_far = [case.is_done(row) for row in (poisoned, sound)]
    failure = Failure.objects.get()

    Failure.objects.update(due_at=timezone.now())
    if name != "digests":  # those of a week are sent at once: what fails stands in the next week's
        case.job()

    assert so_far == [False, True]
    assert (failure.key, failure.attempts, failure.due_at is not None) == (poisoned.pk, 1, True)
    assert case.is_done(poisoned) is (name not in {"digests", "held answers"})  # a case that is gone stays so


def test_mail_that_cannot_even_be_noted_as_failed_lets_others_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, sound = factories.make_incoming_mail(), factories.make_incoming_mail()
    poison(monkeypatch, mail_intake, "_take_over", poisoned)
    real = mail_intake.mail_text.clean_text
    monkeypatch.setattr(
        mail_intake.mail_text, "clean_text", lambda text: "\0" if "Nobody thought" in text else real(text)
    )

    assert mail_intake.take_due_mail() == 1

    assert IncomingMail.objects.get(pk=sound.pk).state == IncomingMail.State.TAKEN
    assert Failure.objects.get().key == poisoned.pk


def test_indicator_whose_values_the_database_refuses_is_a_failed_fetch_of_its_own(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KOLADA_URL = "http://127.0.0.1:1"
    refused, sound = (factories.make_indicator(source_kind="kolada", kpi="N00945") for _n in range(2))

    def refuse(indicator: Any, _figures: Any) -> int:
        if indicator == refused:
            raise DataError("numeric field overflow")
        return 1

    monkeypatch.setitem(fetcher.READERS, "kolada", lambda _indicator: [])
    monkeypatch.setattr(fetcher, "store_figures", refuse)
    monkeypatch.setattr(fetcher, "_refuse_loss", lambda _indicator, _figures: None)

    assert [fetcher.fetch_due_indicator() for _n in range(3)] == [1, 1, 0]

    assert {row.indicator: bool(row.fault) for row in Fetching.objects.all()} == {refused: True, sound: False}


def test_page_that_cannot_be_analysed_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    version = make_versions()[0]
    version.texts.create(number=1, text="Gift")
    version.texts.create(number=2, text="Bredband")
    real = document_pages.build_vector

    def build(weighted: list[tuple[str, str]], language: str) -> str:
        if weighted[0][1] == "Gift":
            raise ValueError("Nobody thought of it.")
        return real(weighted, language)

    monkeypatch.setattr(document_pages, "build_vector", build)

    indexing.index_due()

    vectors = dict(PageEntry.objects.values_list("page__text", "vector"))
    assert (vectors["Gift"], bool(vectors["Bredband"])) == ("", True)
