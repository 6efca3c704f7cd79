"""Encrypted backups: what only those with a secret key can read, and no file in memory."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pyrage.x25519 import Identity

from rus_portal.backup import BackupError
from rus_portal.backup.encryption import open_sealed, read_identities, read_recipients, read_sealed, write_sealed

CONTENT = b"Det som stod i brevet. " * 10_000


def test_content_comes_back_and_its_checksum_is_known(tmp_path: Path) -> None:
    identity, written = Identity.generate(), io.BytesIO()

    checksums = write_sealed(io.BytesIO(CONTENT), tmp_path / "x.age", [identity.to_public()])
    read = read_sealed(tmp_path / "x.age", written, [identity])

    assert written.getvalue() == CONTENT
    assert checksums.content == read == hashlib.sha256(CONTENT).hexdigest()
    assert checksums.file == hashlib.sha256((tmp_path / "x.age").read_bytes()).hexdigest()
    with open_sealed(tmp_path / "x.age", [identity]) as content:
        assert content.read() == CONTENT


def test_flipped_byte_of_an_encrypted_file_is_told(tmp_path: Path) -> None:
    identity = Identity.generate()
    write_sealed(io.BytesIO(CONTENT), tmp_path / "x.age", [identity.to_public()])
    altered = bytearray((tmp_path / "x.age").read_bytes())
    altered[-1] ^= 1
    (tmp_path / "x.age").write_bytes(altered)

    with pytest.raises(BackupError, match=r"x\.age is damaged"):
        read_sealed(tmp_path / "x.age", io.BytesIO(), [identity])


class Full(io.BytesIO):
    def write(self, *_content: Any) -> int:
        raise OSError(28, "No space left on device")


class Gone(io.BytesIO):
    def read(self, *_size: Any) -> bytes:
        raise FileNotFoundError("gone")


def test_errors_of_the_disk_and_of_the_source_are_told_as_what_they_are(tmp_path: Path) -> None:
    identity = Identity.generate()
    write_sealed(io.BytesIO(CONTENT), tmp_path / "x.age", [identity.to_public()])

    with pytest.raises(OSError, match="No space left on device"):
        read_sealed(tmp_path / "x.age", Full(), [identity])
    with pytest.raises(FileNotFoundError, match="gone"):
        write_sealed(Gone(), tmp_path / "y.age", [identity.to_public()])


def test_what_is_no_key_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("# nothing\n")
    (tmp_path / "wrong").write_text("AGE-SECRET-KEY-1")

    with pytest.raises(BackupError, match="BACKUP_RECIPIENTS must be public keys of age"):
        read_recipients(["age1nonsense"])
    for name in ("empty", "wrong", "absent"):
        with pytest.raises(BackupError, match="holds no secret key of age"):
            read_identities(tmp_path / name)


def test_files_are_what_the_standard_program_of_age_reads(tmp_path: Path) -> None:
    """The format is age's own (age-encryption.org/v1): any other program of it can open a backup."""
    identity = Identity.generate()
    write_sealed(io.BytesIO(CONTENT), tmp_path / "x.age", [identity.to_public()])

    content = (tmp_path / "x.age").read_bytes()

    assert content.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert pyrage.decrypt(content, [identity]) == CONTENT
