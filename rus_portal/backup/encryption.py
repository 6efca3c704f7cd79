"""Files of a backup, as they are or encrypted to public keys (age). They are streamed: none is held in memory."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import pyrage
from pyrage.x25519 import Identity, Recipient

from rus_portal.backup import BackupError

SUFFIX = ".age"


class Checksums(NamedTuple):
    """SHA-256 of what was put into a file, and of the file; the same unless it is encrypted."""

    content: str
    file: str


class _Hashed:
    """A file whose SHA-256 is made as it is read or written. Its error is kept: pyrage tells it as one of its own."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.error: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            content = self._file.read(size)
        except OSError as error:
            self.error = error
            raise
        self._digest.update(content)
        return content

    def write(self, content: bytes) -> int:
        try:
            written = self._file.write(content)
        except OSError as error:
            self.error = error
            raise
        self._digest.update(content)
        return written

    def flush(self) -> None:
        self._file.flush()

    @property
    def checksum(self) -> str:
        return self._digest.hexdigest()


def read_recipients(keys: Sequence[str]) -> list[Recipient]:
    """Return the public keys of BACKUP_RECIPIENTS."""
    try:
        return [Recipient.from_str(key.strip()) for key in keys]
    except pyrage.RecipientError as error:
        raise BackupError(f"BACKUP_RECIPIENTS must be public keys of age, as age1…: {error}.") from error


def read_identities(path: Path) -> list[Identity]:
    """Return the secret keys of a file as `age-keygen` writes it."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        identities = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise BackupError(f"{path} holds no secret key of age that can be read: {error}.") from error
    if not identities:
        raise BackupError(f"{path} holds no secret key of age.")
    return identities


def write_sealed(content: IO[bytes], path: Path, recipients: Sequence[Recipient]) -> Checksums:
    """Write content to a new file, encrypted if there are recipients. Raise `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        source, target = _Hashed(content), _Hashed(file)
        if recipients:
            try:
                pyrage.encrypt_io(source, target, recipients)
            except pyrage.EncryptError as error:
                raise (source.error or target.error or OSError(str(error))) from error
        else:
            shutil.copyfileobj(source, target)
        file.flush()
        os.fsync(file.fileno())
    return Checksums(source.checksum, target.checksum)


def read_sealed(path: Path, target: IO[bytes], identities: Sequence[Identity]) -> str:
    """Write what a file holds to another. Return its SHA-256. Raise `BackupError` where the keys do not fit."""
    with path.open("rb") as file:
        written = _Hashed(target)
        if path.suffix != SUFFIX:
            shutil.copyfileobj(file, written)
            return written.checksum
        try:
            pyrage.decrypt_io(file, written, identities)
        except pyrage.DecryptError as error:
            raise written.error or BackupError(f"{path.name} cannot be decrypted: {error}.") from error
        except OSError as error:  # so it says that a part of the file is not as it was
            raise written.error or BackupError(f"{path.name} is damaged: {error}.") from error
    return written.checksum


@contextmanager
def open_sealed(path: Path, identities: Sequence[Identity]) -> Iterator[IO[bytes]]:
    """Open what a file holds: decrypted in a temporary file that has no name."""
    if path.suffix != SUFFIX:
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as plain:
        read_sealed(path, plain, identities)
        plain.seek(0)
        yield plain
