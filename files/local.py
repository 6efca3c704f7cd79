"""Files in local folders, used where no S3 service is set."""

import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class LocalStorage(FileSystemStorage):
    """Writes files to the disk, not just to its cache, before the transaction that refers to them commits."""

    def url(self, name: str | None) -> str:
        """Raise `ValueError`: files have no public address, views decide who may have them."""
        raise ValueError(f"{name} has no URL: files are given out by views.")

    def temporary_url(self, *_given: Any, **_options: Any) -> str | None:
        """Return None: only the portal serves these files (see `files.s3.PublicS3Storage`)."""
        return None

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]
        path = self.path(saved)
        for target in (path, os.path.dirname(path)):  # noqa: PTH120
            descriptor = os.open(target, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return saved
