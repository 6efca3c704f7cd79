"""Copies of the files that rows name, on their way into a backup."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.core.files.storage import storages
from pyrage.x25519 import Recipient

from files.circuit_breaker import StorageAwayError
from rus_portal.backup import BackupError
from rus_portal.backup.encryption import SUFFIX, Checksums, write_sealed
from rus_portal.backup.manifest import EVERY, FILES, StoredFile
from rus_portal.named_files import NamedFile

PATIENCE = 300.0
"""Seconds that a storage may be away, for all files together."""
SECONDS_BETWEEN_TRIES = 5.0


class UnreadableError(OSError):
    """The file cannot be read where the portal keeps it."""


class Copy(NamedTuple):
    """What became of a file. One that is not as its row says is kept all the same: it may be all there is."""

    stored: StoredFile | None
    checksum: str = ""
    """Of the file in the backup."""
    fault: str = ""


@dataclass
class Copies:
    """The copies in the folder of a backup."""

    folder: Path
    recipients: Sequence[Recipient]
    tell: Callable[[str], Any]
    copies: dict[tuple[str, str], Copy] = field(default_factory=dict)
    waited: float = 0.0
    _made: int = 0

    def copy_files(self, named: Sequence[NamedFile]) -> bool:
        """Copy what is not copied yet, remove what is named no more. Return whether files were deleted meanwhile."""
        wanted = {(file.storage, file.name): file for file in named}
        for key in self.copies.keys() - wanted.keys():
            if stored := self.copies.pop(key).stored:
                (self.folder / stored.place).unlink()
        for key, file in wanted.items():
            if key not in self.copies:
                self.copies[key] = self._copy(file)
        return any(not copy.stored and not wanted[key].is_named() for key, copy in self.copies.items())

    def list_copies(self) -> tuple[list[StoredFile], list[str]]:
        """Return the files that were copied, and a sentence for each that is missing or not as its row says."""
        copies = self.copies.values()
        return [copy.stored for copy in copies if copy.stored], [copy.fault for copy in copies if copy.fault]

    def get_checksums(self) -> dict[str, str]:
        """Return the checksum of each copy by its place."""
        return {copy.stored.place: copy.checksum for copy in self.copies.values() if copy.stored}

    def _copy(self, file: NamedFile) -> Copy:
        self._made += 1
        if self._made % EVERY == 0:
            self.tell(f"{self._made} files …")
        place = f"{FILES}/{self._made:08}{SUFFIX}" if self.recipients else f"{FILES}/{file.storage}/{file.name}"
        try:
            checksums = self._write_copy(file, self.folder / place)
        except FileNotFoundError:
            return Copy(None, fault=f"{file.name}, which {file.row} names, is missing.")
        except UnreadableError as error:
            return Copy(None, fault=f"{file.name}, which {file.row} names, cannot be read: {error}.")
        stored = StoredFile(place, file.storage, file.name, checksums.content)
        is_right = checksums.content == (file.checksum or checksums.content)
        fault = "" if is_right else f"{file.name} is not as {file.row} says. It is in the backup as it is."
        return Copy(stored, checksums.file, fault)

    def _write_copy(self, file: NamedFile, path: Path) -> Checksums:
        while True:
            try:
                with _open_readable(file) as content:
                    return write_sealed(content, path, self.recipients)
            except StorageAwayError as error:
                path.unlink(missing_ok=True)
                self._wait(error)
            except OSError:
                path.unlink(missing_ok=True)
                raise

    def _wait(self, error: StorageAwayError) -> None:
        if self.waited >= PATIENCE:
            raise BackupError(f"{error} It was waited for during {PATIENCE:.0f} seconds.") from error
        if not self.waited:
            self.tell(f"{error} Waiting …")
        time.sleep(SECONDS_BETWEEN_TRIES)
        self.waited += SECONDS_BETWEEN_TRIES


@contextmanager
def _open_readable(file: NamedFile) -> Iterator[IO[bytes]]:
    try:
        content = storages[file.storage].open(file.name)
    except (FileNotFoundError, StorageAwayError):
        raise
    except OSError as error:
        raise UnreadableError(str(error)) from error
    with content:
        yield _Readable(content)  # type: ignore[misc]


class _Readable:
    """A file whose faults are told from those of the place that it is copied to."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content

    def read(self, size: int = -1) -> bytes:
        try:
            return self._content.read(size)
        except (FileNotFoundError, StorageAwayError):
            raise
        except OSError as error:
            raise UnreadableError(str(error)) from error
