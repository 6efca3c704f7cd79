"""The temporary files of uploads."""

import os
import time
from pathlib import Path
from typing import Any

from rus_portal import uploads


def test_upload_that_was_cut_off_is_removed_after_a_day_and_one_under_way_stays(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    cut_off, under_way = tmp_path / "cut-off.upload", tmp_path / "under-way.upload"
    for path in (cut_off, under_way):
        path.write_bytes(b"%PDF")
    yesterday = time.time() - uploads.SECONDS_KEPT - 1
    os.utime(cut_off, (yesterday, yesterday))

    assert uploads.remove_leftovers() == 1
    assert list(tmp_path.iterdir()) == [under_way]


def test_what_cannot_be_removed_keeps_nothing_else_lying(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "cut-off.upload").touch()
    for path in tmp_path.iterdir():
        os.utime(path, (0, 0))

    assert uploads.remove_leftovers() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a-folder"]


def test_folder_that_no_upload_has_made_yet_is_empty(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none"

    assert uploads.remove_leftovers() == 0
