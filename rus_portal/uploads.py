"""Uploads are written to disk as they arrive, up to a limit."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

SECONDS_KEPT = 24 * 60 * 60
"""After a day an upload is certainly over."""


class LimitedFileUploadHandler(TemporaryFileUploadHandler):
    """Write a temporary file of at most `UPLOAD_AT_MOST`, but report the full size.

    Every form with files checks the size, so none accepts a truncated file.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Make the folder for the first upload, for nobody else to look into."""
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.UPLOAD_AT_MOST:
            super().receive_data_chunk(raw_data, start)


def remove_leftovers() -> int:
    """Remove the files of uploads that were cut off when the process was killed. Return how many."""
    oldest, removed = time.time() - SECONDS_KEPT, 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"):  # none before the first upload
        with suppress(FileNotFoundError):  # just moved to its place
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
    return removed
