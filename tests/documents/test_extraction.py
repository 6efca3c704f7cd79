"""The text of each page, extracted by the worker: as people read it, and none lost when the worker is killed."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import text_extraction, versions
from documents.models import DocumentVersion, Page, Reading, Scan
from files.extraction import sandbox
from files.extraction.pages import Pages
from files.extraction.text_cleanup import clean_line, rebuild_paragraphs
from rus_portal import worker
from tests.factories import make_document
from tests.factories.files import make_docx, make_odt, make_pptx, make_text_pdf, make_xlsx

pytestmark = pytest.mark.django_db


def added(content: bytes, name: str = "plan") -> DocumentVersion:
    return versions.add_version(make_document(versions=0), ContentFile(content, name=name), "Ny.", "New.")


def texts(version: DocumentVersion) -> list[tuple[int, str]]:
    return list(version.texts.order_by("number").values_list("number", "text"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Utbyggnad av bred-\r\nband", "Utbyggnad av bredband"),
        ("bred\x02band och bred\ufffeband", "bredband och bredband"),
        ("fi\u00adber och fi\u00ad\nber", "fiber och fiber"),
        ("skogs-\noch jordbruk", "skogs- och jordbruk"),
        ("EU-\nKommissionen", "EU-Kommissionen"),
        ("2021-\n2030", "2021-2030"),
        ("mål - \nmedel", "mål - medel"),
        ("e\ufb03ka \ufb01ber", "effika fiber"),
        ("Ha\u030all", "Håll"),
        ("A\0B\x07C\u202eD\ud800E", "ABCDE"),
        ("En  rad\tmed   luft \n fortsätter här.", "En rad med luft fortsätter här."),
        ("Mål\nFler ska ha ett arbete i hela länet.\nNästa", "Mål\nFler ska ha ett arbete i hela länet.\nNästa"),
        ("Ett stycke\n\nett annat", "Ett stycke\nett annat"),
        ("", ""),
    ],
)
def test_text_is_as_people_read_it(raw: str, expected: str) -> None:
    assert rebuild_paragraphs(raw) == expected


def test_titles_are_one_line_of_text() -> None:
    assert clean_line("Plan\0 för\n\u202e bredband\ud800" + "x" * 400, 20) == "Plan för bredband xx"


FILES = {
    "pdf": (make_text_pdf("Bredband till alla", None, "Sista"), ["Bredband till alla", "", "Sista"]),
    "docx": (make_docx("Mål", "Fler ska ha ett arbete."), ["Mål\nFler ska ha ett arbete."]),
    "docx with deleted text": (
        make_docx(**{"word/document.xml": "<d><p><t>Kvar</t><delText>Bort</delText></p></d>"}),
        ["Kvar"],
    ),
    "odt": (make_odt("Mål", "Fler."), ["Mål\nFler."]),
    "pptx": (make_pptx("Första", "Andra"), ["Första", "Andra"]),
    "xlsx": (make_xlsx([["Mål", 7], ["År", 2030.5]], [["Blad två"]]), ["Mål 7\nÅr 2030.5", "Blad två"]),
    "empty": (make_docx(), [""]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_each_page_has_its_text(content: bytes, expected: list[str]) -> None:
    version = added(content)

    worked = (text_extraction.read_due_files(), text_extraction.read_due_files())

    version.refresh_from_db()
    assert worked == (1, 0)
    assert texts(version) == list(enumerate(expected, 1))
    assert (version.reading, version.reading_note) == (Reading.DONE, "")


def test_only_what_has_been_checked_for_viruses_is_read(settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    version = added(make_text_pdf("Text"))
    before = text_extraction.read_due_files()
    DocumentVersion.objects.update(scan=Scan.INFECTED)
    infected = text_extraction.read_due_files()
    DocumentVersion.objects.update(scan=Scan.CLEAN)

    assert (before, infected, text_extraction.read_due_files(), texts(version)) == (0, 0, 1, [(1, "Text")])


def test_nothing_is_kept_of_a_file_that_is_withdrawn_before_or_while_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, during = added(make_text_pdf("Ett"), "ett"), added(make_text_pdf("Två"), "två")
    ask = text_extraction.run_sandboxed

    def withdraw_and_ask(*args: Any, **given: Any) -> sandbox.Answer:
        versions.withdraw_version(during, by="Eva Ek", reason_sv="Fel fil.")
        return ask(*args, **given)

    versions.withdraw_version(before, by="Eva Ek", reason_sv="Fel fil.")
    monkeypatch.setattr(text_extraction, "run_sandboxed", withdraw_and_ask)

    assert (text_extraction.read_due_files(), text_extraction.read_due_files()) == (1, 0)
    assert (texts(before), texts(during)) == ([], [])


def test_text_is_read_anew_when_a_withdrawn_file_is_shown_again() -> None:
    version = added(make_text_pdf("Text"))
    versions.withdraw_version(version, by="Eva Ek", reason_sv="Fel fil.")
    versions.restore_version(version, by="Eva Ek")

    assert (text_extraction.read_due_files(), texts(version)) == (1, [(1, "Text")])


def test_reading_goes_on_after_the_last_page_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    version = added(make_text_pdf(*[f"Sida {number}" for number in range(1, 8)]))
    Page.objects.bulk_create(Page(version=version, number=number, text="Från förr") for number in (1, 2, 3))
    monkeypatch.setattr(text_extraction, "PAGES_A_BATCH", 2)

    text_extraction.read_due_files()

    assert texts(version) == [*((number, "Från förr") for number in (1, 2, 3)), *(
        (number, f"Sida {number}") for number in (4, 5, 6, 7))]  # fmt: skip


def test_a_round_is_over_in_time_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    version = added(make_text_pdf("Ett", "Två", "Tre"))
    monkeypatch.setattr(text_extraction, "PAGES_A_BATCH", 1)
    monkeypatch.setattr(text_extraction, "SECONDS_A_FILE", 0)

    after = [(text_extraction.read_due_files(), len(texts(version))) for _round in range(4)]

    assert after == [(1, 1), (1, 2), (1, 3), (0, 3)]


def dying_at(page: int) -> Any:
    """Stand in for a sandbox that a page breaks."""
    real = sandbox.run_sandboxed

    def ask(descriptor: int, *question: str, limits: sandbox.Limits) -> sandbox.Answer:
        answer = real(descriptor, *question, limits=limits)
        lines = [line for line in answer.lines if line.get("page", 0) < page]
        return answer._replace(lines=lines, is_whole=len(lines) == len(answer.lines), ran_out=True)

    return ask


def test_a_page_that_breaks_the_process_is_tried_again_later_and_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    version = added(make_text_pdf("Ett", "Två", "Tre"))
    monkeypatch.setattr(text_extraction, "run_sandboxed", dying_at(2))
    notes = []
    for _attempt in range(text_extraction.ATTEMPTS_TO_READ + 1):
        text_extraction.read_due_files()
        too_soon = text_extraction.read_due_files()
        version.refresh_from_db()
        notes.append((version.reading, version.reading_attempts, too_soon))
        DocumentVersion.objects.update(reading_due_at=timezone.now())

    assert notes == [("pending", 2, 0), ("failed", 3, 0), ("failed", 3, 0), ("failed", 3, 0)]
    assert texts(version) == [(1, "Ett")]
    assert (" 2 " in version.reading_note, version.reading_note[-1]) == (True, ".")


def test_a_file_that_is_gone_is_waited_for_and_then_given_up() -> None:
    version = added(make_text_pdf("Text"))
    version.file.storage.delete(version.file.name)

    text_extraction.read_due_files()

    version.refresh_from_db()
    assert (version.reading, version.reading_attempts) == (Reading.PENDING, 1)
    assert version.reading_due_at - timezone.now() > timedelta(seconds=10)
    DocumentVersion.objects.update(
        reading_attempts=text_extraction.ATTEMPTS_TO_FETCH - 1, reading_due_at=timezone.now()
    )
    text_extraction.read_due_files()
    version.refresh_from_db()
    assert (version.reading, version.reading_note) == (Reading.FAILED, "Filen kunde inte hämtas från lagringen.")


@pytest.mark.load
def test_a_thousand_pages_are_read_within_a_minute() -> None:
    words = "Bredbandsutbyggnaden i länet fortsätter med fiber till hushåll och företag.\n"
    pages = [f"Sida {number}\n{words * 45}" for number in range(1, 1001)]
    version = added(make_text_pdf(*pages))
    began = time.monotonic()

    while text_extraction.read_due_files():
        pass

    seconds = time.monotonic() - began
    print(f"\n1000 pages, {len(pages[0])} characters each: {seconds:.1f} s, {1000 / seconds:.0f} pages/s")
    version.refresh_from_db()
    assert (version.reading, version.texts.count()) == (Reading.DONE, 1000)
    assert version.texts.get(number=1000).text.startswith("Sida 1000\nBredbandsutbyggnaden")
    assert seconds < 60


def test_pages_are_read_all_the_same_where_the_file_is_opened_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "plan.pdf").write_bytes(make_text_pdf("Ett", None, "Tre"))
    pages = Pages(str(tmp_path / "plan.pdf"))
    opened = [pages.document]
    monkeypatch.setattr("files.extraction.pages.KEPT_AT_MOST", -(2**40))

    found = [(pages.text(number), pages.is_picture(number)) for number in (1, 2, 3)]

    assert found == [("Ett", False), ("", True), ("Tre", False)]
    assert pages.document not in opened


def test_what_the_process_says_is_kept_only_as_far_as_it_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    version = added(make_text_pdf("Ett", "Två"))
    lines: list[dict[str, Any]] = [{"of": 10**12}, {"page": 1, "text": "A\0\ud800B"}, {"page": 2, "text": "C"}]
    lines += [{"page": 3, "text": 7}, {"page": 9, "text": "D"}, {"page": "4"}]
    said = sandbox.Answer(lines, is_whole=True, ran_out=False, seconds=0, memory=0)
    monkeypatch.setattr(text_extraction, "run_sandboxed", lambda *_question, **_limits: said)

    text_extraction.read_due_files()

    version.refresh_from_db()
    assert (version.reading, texts(version)) == (Reading.DONE, [(1, "AB"), (2, "C")])


def test_a_version_that_is_removed_meanwhile_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    version = added(make_text_pdf("Ett"))
    real = sandbox.run_sandboxed

    def ask_and_remove(*question: Any, limits: sandbox.Limits) -> sandbox.Answer:
        DocumentVersion.objects.all().delete()
        return real(*question, limits=limits)

    monkeypatch.setattr(text_extraction, "run_sandboxed", ask_and_remove)

    assert (text_extraction.read_due_files(), Page.objects.filter(version=version.pk).exists()) == (1, False)


def test_a_new_version_wakes_the_worker(django_capture_on_commit_callbacks: Any) -> None:
    with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks(execute=True):
        added(make_text_pdf("Text"))

    assert [query["sql"] for query in queries if query["sql"].startswith("NOTIFY")] == ["NOTIFY work"]


def test_the_worker_reads_beside_what_people_wait_for() -> None:
    assert text_extraction.read_due_files in worker.SLOW
    assert text_extraction.read_due_files not in worker.QUICK


def test_file_from_before_the_inspection_is_looked_into_before_it_is_read() -> None:
    version = added(make_text_pdf("Bredband"))
    told = ("pages", "is_tagged", "declared_language", "declared_title", "outline", "faults")
    known = DocumentVersion.objects.values_list(*told).get(pk=version.pk)
    DocumentVersion.objects.filter(pk=version.pk).update(
        pages=1, is_tagged=False, declared_language="", declared_title="", outline=[], faults=["not_inspected"]
    )

    text_extraction.read_due_files()

    assert DocumentVersion.objects.values_list(*told).get(pk=version.pk) == known
    assert "not_inspected" not in known[-1]
