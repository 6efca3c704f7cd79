"""What is uploaded goes to the disk as it comes, and no further than a limit."""

import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

SECONDS_KEPT = 24 * 60 * 60
"""No upload takes a day."""


class LimitedFileUploadHandler(TemporaryFileUploadHandler):
    """A temporary file that ends at `UPLOAD_AT_MOST`, but tells how large the whole was, so that a form can say so.

    Every form that takes files looks at the size, so none takes one that ended too early.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.UPLOAD_AT_MOST:
            super().receive_data_chunk(raw_data, start)


def remove_leftovers() -> int:
    """Remove what uploads have left behind that were cut off by a kill. Returns how many files."""
    oldest, removed = time.time() - SECONDS_KEPT, 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir():
        with suppress(FileNotFoundError):  # one that has just been moved to its place
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
    return removed
