"""Bytes in the private storage: written under an unguessable name before the commit, gone again if there is none."""

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.base import File as DjangoFile
from django.core.files.storage import storages
from django.db import InterfaceError, OperationalError

from files.circuit_breaker import StorageAwayError

logger = logging.getLogger(__name__)


def checksum(content: BinaryIO) -> str:
    """SHA-256 of a file, in hexadecimal. Leaves the file at its start."""
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    return digest


def keep(content: BinaryIO, at: datetime, stored: list[str]) -> dict[str, Any]:
    """Write the bytes and tell their columns: file, size, checksum. The name is added to what is `stored`."""
    digest = checksum(content)
    content.seek(0, 2)
    size = content.tell()
    content.seek(0)
    name = storages["private"].save(f"{at:%Y/%m}/{uuid.uuid4()}", DjangoFile(content))
    stored.append(name)
    return {"file": name, "size": size, "checksum": digest}


def forget(names: list[str]) -> None:
    """Remove bytes that no row names. Where the storage is away they stay, and the log says which."""
    for name in names:
        try:
            storages["private"].delete(name)
        except StorageAwayError:
            logger.exception("%s, which no row names, could not be removed from the private storage.", name)


@contextmanager
def forgotten_on_failure() -> Iterator[list[str]]:
    """Around a transaction: what was written inside is removed where it fails.

    Not where the database went away: the commit may have been made before the answer was lost, and bytes that
    no row names are a smaller harm than a row without its bytes.
    """
    stored: list[str] = []
    try:
        yield stored
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        forget(stored)
        raise
