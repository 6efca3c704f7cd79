"""Uploads are written to disk as they arrive, up to a limit."""

import io
import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from files.circuit_breaker import StorageAwayError
from visitors.bodies import make_upload_folder

SECONDS_KEPT = 24 * 60 * 60
"""After a day an upload is certainly over."""
logger = logging.getLogger(__name__)


class LimitedFileUploadHandler(TemporaryFileUploadHandler):
    """Write a temporary file of at most `UPLOAD_AT_MOST`, but report the full size.

    Every form with files checks the size, so none accepts a truncated file. A file that the disk does not take is a
    `LostFile`: the rest of the form is read all the same, so that its text can be shown again.
    """

    is_lost = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.file, self.is_lost = None, False  # type: ignore[assignment]
        try:
            make_upload_folder()
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._lose(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_lost or start + len(raw_data) > settings.UPLOAD_AT_MOST:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._lose(error)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_lost:
            try:
                return super().file_complete(file_size)
            except OSError as error:  # what was still in memory
                self._lose(error)
        return LostFile(self.file_name, self.content_type, file_size)

    def _lose(self, error: OSError) -> None:
        """Remove what was written of the file."""
        logger.warning("The disk did not take an upload: %s", error)
        self.is_lost = True
        if self.file is not None:
            with suppress(OSError):
                self.file.close()


class LostFile(UploadedFile):
    """An upload that could not be kept. Whoever reads it learns so by `StorageAwayError`."""

    def __init__(self, name: str | None, content_type: str | None, size: int) -> None:
        super().__init__(_Nothing(), name, content_type, size)  # type: ignore[arg-type]


class _Nothing(io.RawIOBase):
    mode = "rb"

    def seek(self, *_place: int) -> int:
        raise StorageAwayError("The disk did not take the upload.")

    read = readinto = readline = tell = seek  # type: ignore[assignment]


def remove_leftovers() -> int:
    """Remove the files of uploads that were cut off when the process was killed. Return how many."""
    oldest, removed = time.time() - SECONDS_KEPT, 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"):  # none before the first upload
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
        except FileNotFoundError:  # just moved to its place, or removed by another worker
            continue
        except OSError as error:
            logger.warning("%s, left behind by an upload, cannot be removed: %s", path, error)
    return removed
