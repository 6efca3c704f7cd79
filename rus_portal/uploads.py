"""Uploads are written to disk as they arrive, up to a limit."""

import logging
import time
from pathlib import Path

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

SECONDS_KEPT = 24 * 60 * 60
"""After a day an upload is certainly over."""
logger = logging.getLogger(__name__)


class LimitedFileUploadHandler(TemporaryFileUploadHandler):
    """Write a temporary file of at most `UPLOAD_AT_MOST`, but report the full size.

    Every form with files checks the size, so none accepts a truncated file.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.UPLOAD_AT_MOST:
            super().receive_data_chunk(raw_data, start)


def remove_leftovers() -> int:
    """Remove the files of uploads that were cut off when the process was killed. Return how many."""
    oldest, removed = time.time() - SECONDS_KEPT, 0
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    for path in folder.iterdir() if folder.exists() else ():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
        except FileNotFoundError:  # just moved to its place, or removed by another worker
            continue
        except OSError as error:
            logger.warning("%s, left behind by an upload, cannot be removed: %s", path, error)
    return removed
