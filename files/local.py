"""Files in folders of this machine, where no S3 service is set."""

import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class LocalStorage(FileSystemStorage):
    """Files that are on the disk, not just in its cache, before the transaction that names them commits."""

    def url(self, name: str | None) -> str:
        """No file has an address of its own: a view decides who may have it."""
        raise ValueError(f"{name} has no URL: files are given out by views.")

    def temporary_url(self, name: str, *, disposition: str, media_type: str) -> str | None:  # noqa: ARG002
        """Nothing but the portal gives these files out (see `files.s3.PublicS3Storage`)."""
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
