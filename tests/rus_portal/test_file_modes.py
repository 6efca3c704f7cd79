"""That no other user of the machine reads what citizens sent, mail or secrets."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from rus_portal import checks, file_modes


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """As in a process that nobody has told to keep its files private."""
    former = os.umask(0)
    yield
    os.umask(former)


def mode_of(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


@pytest.mark.parametrize("name", ["default", "private"])
def test_a_file_and_its_folders_are_closed_to_others_whatever_the_process_may(tmp_path: Path, settings: Any, name: str):
    options = settings.FILE_STORAGES["local"][name]["OPTIONS"] | {"location": str(tmp_path / "kept")}
    storage = storages.create_storage({"BACKEND": "files.local.LocalStorage", "OPTIONS": options})

    saved = storage.save("2026/11/letter.txt", ContentFile(b"Hej"))

    path = tmp_path / "kept" / saved
    assert [mode_of(one) for one in (path, path.parent, path.parent.parent, tmp_path / "kept")] == ["600", *["700"] * 3]


def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path, settings: Any):
    settings.VAR_DIR, settings.PRIVATE_ROOT = tmp_path, tmp_path / "private"
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none", tmp_path / "uploads"
    (tmp_path / "private" / "2026").mkdir(parents=True)
    (tmp_path / "private" / "2026" / "letter.txt").write_text("Hej")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.log").write_text("Hej")
    (tmp_path / "elsewhere.txt").write_text("Hej")
    (tmp_path / "private" / "link").symlink_to(tmp_path / "elsewhere.txt")

    file_modes.close_kept_files()

    closed = ("private", "private/2026", "private/2026/letter.txt", "mail", "mail/1.log")
    assert [mode_of(tmp_path / name) for name in closed] == ["700", "700", "600", "700", "600"]
    assert mode_of(tmp_path / "elsewhere.txt") == "666"


def test_what_cannot_be_closed_is_told(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any):
    def refuse(self: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(self))

    settings.VAR_DIR, settings.PRIVATE_ROOT = tmp_path, tmp_path / "private"
    settings.PRIVATE_ROOT.mkdir()
    monkeypatch.setattr(Path, "chmod", refuse)

    file_modes.close_kept_files()

    told = f"Other users of this machine may read {tmp_path}/private, and it cannot be closed"
    assert [record.message.startswith(told) for record in caplog.records] == [True]


@pytest.mark.parametrize(("mode", "count"), [(0o644, 1), (0o640, 0), (0o600, 0), (None, 0)])
def test_settings_that_everybody_may_read_are_warned_about_when_the_server_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any, mode: int | None, count: int
):
    monkeypatch.setattr(checks, "ENV_FILE", tmp_path / ".env")
    if mode is not None:
        (tmp_path / ".env").touch(mode)

    checks.refuse_unless_ready()

    words = f"{tmp_path}/.env holds passwords and can be read by every user of this machine. Close it: chmod o-rwx"
    assert caplog.messages == [f"{words} {tmp_path}/.env"] * count
