"""Three hundred files that were made to break whoever opens them: each is refused or read, and nothing breaks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from documents import inspection, text_extraction
from documents.inspection import inspect_file
from documents.models import DocumentVersion, Page, Reading, Scan
from files.extraction import sandbox
from files.extraction.facts import Facts
from jobs import rows
from tests.documents.hostile import Hostile, files
from tests.factories import make_document

pytestmark = [pytest.mark.django_db, pytest.mark.load]
MEBIBYTE = 2**20
SIDE_BY_SIDE = 2


class Children:
    """Every process apart that was started, by how long it took and how much memory it had."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, sandbox.Answer]] = []
        self.lock = Lock()
        self.asked = sandbox.run_sandboxed

    def ask(self, descriptor: int, *question: str, limits: sandbox.Limits) -> sandbox.Answer:
        answer = self.asked(descriptor, *question, limits=limits)
        with self.lock:
            self.answers.append((question[0], answer))
        return answer


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    """With less time than in earnest, so that the test has an end; the memory is what it is."""
    counted = Children()
    monkeypatch.setattr(inspection, "run_sandboxed", counted.ask)
    monkeypatch.setattr(text_extraction, "run_sandboxed", counted.ask)
    monkeypatch.setattr(inspection, "LIMITS", inspection.LIMITS._replace(seconds=15))
    monkeypatch.setattr(text_extraction, "LIMITS", text_extraction.LIMITS._replace(seconds=5))
    monkeypatch.setattr(text_extraction, "ATTEMPTS_TO_READ", 1)
    monkeypatch.setattr(text_extraction, "SECONDS_A_FILE", 600)
    monkeypatch.setattr(rows, "SECONDS_A_ROUND", 600)
    return counted


def looked_into(file: Hostile) -> Facts | ValidationError:
    try:
        return inspect_file(ContentFile(file.content, name=file.name))
    except ValidationError as refusal:
        return refusal


def version_of(file: Hostile, facts: Facts, number: int) -> DocumentVersion:
    version = DocumentVersion(
        document_id=document_id(), number=number, checksum=f"{number:064x}", size=len(file.content), scan=Scan.CLEAN,
        **facts.columns(),
        change_note=file.kind,
    )  # fmt: skip
    version.file.save("hostile", ContentFile(file.content), save=False)
    version.save()
    return version


def document_id() -> int:
    from documents.models import Document

    return Document.objects.values_list("pk", flat=True).first() or make_document(versions=0).pk


def test_300_hostile_files_break_nothing(children: Children, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    hostile = files()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as beside:
        outcomes = list(beside.map(looked_into, hostile))

    accepted = [
        version_of(file, outcome, number)
        for number, (file, outcome) in enumerate(zip(hostile, outcomes, strict=True), 1)
        if isinstance(outcome, Facts)
    ]
    while DocumentVersion.objects.filter(reading=Reading.PENDING).exists():
        assert text_extraction.read_due_files()

    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    kinds = Counter(file.kind for file in hostile)
    assert (len(hostile) >= 300, len(kinds) >= 25) == (True, True)
    assert [refusal for refusal in refused if not refusal.messages[0].strip().endswith((".", "!"))] == []
    states = Counter(DocumentVersion.objects.values_list("reading", flat=True))
    assert states.keys() <= {Reading.DONE, Reading.FAILED}
    assert not DocumentVersion.objects.filter(reading=Reading.FAILED, reading_note="").exists()
    assert not Page.objects.filter(text__contains="\ufffe").exists()
    slowest = max(children.answers, key=lambda asked: asked[1].seconds)
    largest = max(children.answers, key=lambda asked: asked[1].memory)
    print(
        f"\n{len(hostile)} files of {len(kinds)} kinds: {len(refused)} refused, {len(accepted)} taken, {dict(states)};"
        f" slowest {slowest[1].seconds:.1f} s ({slowest[0]}), most memory {largest[1].memory / MEBIBYTE:.0f} MB"
    )
    assert slowest[1].seconds < 30
    assert largest[1].memory <= 512 * MEBIBYTE
    assert inspection.inspect_file(ContentFile(hostile_but_sound())).pages == 1


def hostile_but_sound() -> bytes:
    from tests.factories.files import make_text_pdf

    return make_text_pdf("Efter allt detta läses en vanlig fil.")
