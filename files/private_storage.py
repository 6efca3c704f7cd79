"""Files in the private storage: stored under unguessable names before the commit, deleted if it fails."""

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from django.core.files.base import File as DjangoFile
from django.core.files.storage import Storage, storages

from files.circuit_breaker import StorageAwayError
from jobs.failures import is_operational

logger = logging.getLogger(__name__)


def get_private_storage() -> Storage:
    """Return the storage without public addresses."""
    return storages["private"]


def compute_checksum(content: IO[bytes] | DjangoFile) -> str:
    """Return the SHA-256 of a file in hexadecimal, and rewind it."""
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    return digest


def store_file(content: IO[bytes], at: datetime, stored: list[str]) -> dict[str, Any]:
    """Store the content and return its columns file, size and checksum. The name is added to `stored`."""
    digest = compute_checksum(content)
    content.seek(0, 2)
    size = content.tell()
    content.seek(0)
    name = get_private_storage().save(f"{at:%Y/%m}/{uuid.uuid4()}", DjangoFile(content))
    stored.append(name)
    return {"file": name, "size": size, "checksum": digest}


def delete_files(names: list[str]) -> None:
    """Delete files that no row refers to. Those that an unavailable storage keeps are logged."""
    for name in names:
        try:
            get_private_storage().delete(name)
        except StorageAwayError:
            logger.exception("%s, which no row names, could not be removed from the private storage.", name)


@contextmanager
def deleted_on_failure() -> Iterator[list[str]]:
    """Delete what was stored inside if the enclosed transaction fails.

    Not if the connection was lost: the commit may have succeeded, and a file without a row does less harm than a row
    without its file.
    """
    stored: list[str] = []
    try:
        yield stored
    except BaseException as error:
        if not is_operational(error):
            delete_files(stored)
        raise
