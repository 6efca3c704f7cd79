"""Move files from one place to another: copy the files that rows name, verify the copies, and delete only later.

It can be run again after any interruption: complete copies are kept, partial ones are replaced.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, StorageHandler

from files.circuit_breaker import StorageAwayError
from rus_portal.named_files import NamedFile, list_destroyed_files, list_named_files

MEBIBYTE = 2**20
SECONDS_BETWEEN_LINES = 5.0


class MoveError(Exception):
    """The files cannot be moved. The message is a sentence for whoever ran the command."""


@dataclass
class Moved:
    """The result for the files."""

    copied: int = 0
    there: int = 0
    deleted: int = 0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)
    """A sentence for each file that did not arrive."""


@dataclass
class Move:
    """A move between two places, each with a storage of public and one of private files."""

    source_place: str
    target_place: str
    tell: Callable[[str], Any]

    def __post_init__(self) -> None:
        if self.source_place == self.target_place:
            raise MoveError("Files can only be moved to another place than they are in.")
        for place in (self.source_place, self.target_place):
            if place not in settings.FILE_STORAGES:
                raise MoveError(f"There is no place {place}. Set S3_BUCKET and what belongs to it (see .env.example).")
        self.source = _storages(self.source_place)
        self.target = _storages(self.target_place)
        self.moved = Moved()
        self._told_at = time.monotonic()

    def copy(self) -> Moved:
        """Copy the files that the target lacks. Raise `MoveError` if a place cannot be reached."""
        try:
            for number, file in enumerate(list_named_files(), start=1):
                self._copy(file)
                self._tell(number)
            self._forget_destroyed()
        except StorageAwayError as error:
            raise MoveError(f"{error} What has been copied stays where it is: run the command again.") from error
        return self.moved

    def delete_source(self) -> Moved:
        """Delete the source's files. Raise `MoveError`, with nothing deleted, unless the target has them all."""
        if self.target_place != settings.FILES_IN:
            raise MoveError(
                f"The portal still keeps its files in {settings.FILES_IN}. Set FILES_IN={self.target_place} for server,"
                " worker and this command, and restart. Delete then."
            )
        try:
            self._demand_all_there()
            for file in list_named_files():
                self._delete(self.source[file.storage], file.name)
            for storage, name in list_destroyed_files():  # since it was copied, where it was in use
                self._delete(self.source[storage], name)
        except StorageAwayError as error:
            raise MoveError(f"{error} Nothing is lost: run the command again.") from error
        return self.moved

    def _copy(self, file: NamedFile) -> None:
        source, target = self.source[file.storage], self.target[file.storage]
        there = _checksum(target, file.name)
        if there and there == file.checksum:
            self.moved.there += 1
            return
        here = _checksum(source, file.name)
        right = file.checksum or here
        if there and there == (right or there):
            self.moved.there += 1
        elif not here:
            if file.is_named():  # else it was removed meanwhile
                self._fault(f"{file.name}, which {file.row} names, is not in {self.source_place}.", there)
        elif here != right:
            self._fault(f"{file.name} is not as {file.row} says, and was not copied.", there)
        elif there and not file.checksum and self.target_place == settings.FILES_IN:
            self._fault(f"{file.name} is another file in {self.target_place} than in {self.source_place}.", there)
        else:
            self._copy_over(file, right, is_partial=bool(there))

    def _copy_over(self, file: NamedFile, right: str, *, is_partial: bool) -> None:
        source, target = self.source[file.storage], self.target[file.storage]
        if is_partial:  # what an interrupted run left
            target.delete(file.name)
        with source.open(file.name) as content:
            saved = target.save(file.name, File(content))
            self.moved.bytes += content.size
        if saved != file.name:
            target.delete(saved)
            self._fault(f"{self.target_place} did not take {file.name} under its own name.", "")
        elif _checksum(target, file.name) != right:
            target.delete(file.name)
            self._fault(f"{file.name} did not arrive in {self.target_place} as it was.", "")
        else:
            self.moved.copied += 1

    def _demand_all_there(self) -> None:
        for number, file in enumerate(list_named_files(), start=1):
            there = _checksum(self.target[file.storage], file.name)
            if not there or there != (file.checksum or _checksum(self.source[file.storage], file.name) or there):
                raise MoveError(
                    f"{file.name} is not in {self.target_place} as it should be, so nothing has been deleted. "
                    "Run the command without --delete-source first."
                )
            self._tell(number)

    def _forget_destroyed(self) -> None:
        """Delete copies of files that were disposed of after an earlier run."""
        for storage, name in list_destroyed_files():
            self._delete(self.target[storage], name)

    def _delete(self, storage: Storage, name: str) -> None:
        if storage.exists(name):
            storage.delete(name)
            self.moved.deleted += 1

    def _fault(self, words: str, there: str) -> None:
        self.moved.faults.append(f"{words} What {self.target_place} holds is another file." if there else words)

    def _tell(self, number: int) -> None:
        if time.monotonic() - self._told_at >= SECONDS_BETWEEN_LINES:
            self._told_at = time.monotonic()
            self.tell(f"{number} files seen, {self.moved.copied} copied ({self.moved.bytes // MEBIBYTE} MB) …")


def _storages(place: str) -> StorageHandler:
    configured: Any = settings.FILE_STORAGES[place]
    return StorageHandler(configured)


def _checksum(storage: Storage, name: str) -> str:
    """Return the SHA-256 of a file; empty if there is no file."""
    try:
        with storage.open(name) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
