"""Files on their way into a backup: deleted meanwhile, out of reach, unreadable."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from files.circuit_breaker import StorageAwayError
from registry.services.registration import Attachment
from rus_portal.backup import BackupError, copies
from rus_portal.backup.copies import Copies
from rus_portal.named_files import NamedFile, list_named_files
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def named() -> list[NamedFile]:
    """Two files that rows name."""
    attachments = [Attachment(f"{name}.txt", "text/plain", io.BytesIO(name.encode())) for name in ("a", "b")]
    make_case(attachments=attachments)
    return [file for file in list_named_files() if file.storage == "private"]


@pytest.fixture
def made(tmp_path: Path) -> Copies:
    return Copies(tmp_path, [], lambda _line: None)


def test_file_deleted_with_its_row_meanwhile_asks_for_another_dump(named: list[NamedFile], made: Copies) -> None:
    deleted = named[0]._replace(name="2026/01/deleted", pk=0)

    assert made.copy_files([deleted, *named])
    assert not made.copy_files(named)
    assert (len(made.list_copies()[0]), made.list_copies()[1]) == (2, [])


def test_copy_of_a_file_that_is_named_no_more_is_removed(named: list[NamedFile], made: Copies, tmp_path: Path) -> None:
    _first, second = named
    made.copy_files(named)

    made.copy_files([second])

    assert [path.name for path in tmp_path.rglob("*-*")] == [Path(second.name).name]


def test_storage_that_is_away_is_waited_for(
    named: list[NamedFile], made: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([StorageAwayError("The storage does not answer."), None, None])
    real = storages["private"].open

    def answer(*given: Any) -> Any:
        if error := next(answers):
            raise error
        return real(*given)

    monkeypatch.setattr(storages["private"], "open", answer)
    monkeypatch.setattr(copies, "SECONDS_BETWEEN_TRIES", 0.01)

    made.copy_files(named)

    assert (len(made.list_copies()[0]), made.list_copies()[1]) == (2, [])


def test_storage_that_stays_away_ends_the_backup(
    named: list[NamedFile], made: Copies, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_given: Any) -> Any:
        raise StorageAwayError("The storage does not answer.")

    monkeypatch.setattr(storages["private"], "open", refuse)
    monkeypatch.setattr(copies, "SECONDS_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(copies, "PATIENCE", 0.02)

    with pytest.raises(BackupError, match="does not answer"):
        made.copy_files(named)


def test_unreadable_file_is_told_and_a_full_disk_ends_the_backup(
    named: list[NamedFile], made: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(ContentFile):
        def read(self, *_given: Any) -> bytes:
            raise OSError(5, "Input/output error")

    real = storages["private"].open
    monkeypatch.setattr(storages["private"], "open", lambda name: Broken(b"") if name == named[0].name else real(name))

    made.copy_files(named)

    stored, faults = made.list_copies()
    assert [file.name for file in stored] == [named[1].name]
    assert faults == [f"{named[0].name}, which {named[0].row} names, cannot be read: [Errno 5] Input/output error."]

    def fill(*_given: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "write_sealed", fill)
    with pytest.raises(OSError, match="No space left"):
        Copies(made.folder / "other", [], print).copy_files(named[1:])
