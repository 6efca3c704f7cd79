"""Files in local folders, used where no S3 service is set."""

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from files.circuit_breaker import StorageAwayError

logger = logging.getLogger(__name__)


class LocalStorage(FileSystemStorage):
    """Writes files to the disk, not just to its cache, before the transaction that refers to them commits."""

    def url(self, name: str | None) -> str:
        """Raise `ValueError`: files have no public address, views decide who may have them."""
        raise ValueError(f"{name} has no URL: files are given out by views.")

    def temporary_url(self, *_given: Any, **_options: Any) -> str | None:
        """Return None: only the portal serves these files (see `files.s3.PublicS3Storage`)."""
        return None

    def _save(self, name: str, content: Any) -> str:
        """Save a whole file or none. Raise `StorageAwayError` if the disk does not take it, as when it is full."""
        try:
            # Django makes an empty file under a name that was free: from here it is ours to fill or to remove.
            saved: str = super()._save(name, ContentFile(b""))  # type: ignore[misc]
            path = Path(self.path(saved))
            try:
                _fill(path, content)
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise
            sync_to_disk(path.parent)
        except StorageAwayError:
            raise
        except OSError as error:
            logger.warning("The disk did not take a file: %s", error)
            raise StorageAwayError(f"The disk did not take the file: {error.strerror}.") from error
        return saved


def _fill(path: Path, content: Any) -> None:
    """Write the content to the disk; an upload that is on the same disk already is moved."""
    uploaded = Path(content.temporary_file_path()) if hasattr(content, "temporary_file_path") else None
    if uploaded and uploaded.stat().st_dev == path.stat().st_dev:
        uploaded.chmod(path.stat().st_mode)
        uploaded.replace(path)
        sync_to_disk(path)
        return
    with path.open("wb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def sync_to_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
