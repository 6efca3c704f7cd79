"""What stands in a backup's two lists: the manifest for everyone, the contents for those who may restore."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity

from rus_portal.backup import BackupError
from rus_portal.backup.encryption import SUFFIX, read_sealed, write_sealed

FORMAT = 2
MANIFEST, CONTENTS, DUMP, FILES = "manifest.json", "contents.json", "database.dump", "files"
EVERY = 500
"""Files between two lines of progress."""


@dataclass
class Manifest:
    """What anyone may know of a backup: nothing of what it holds."""

    made_at: str
    postgres: int
    """The major version of the server, and of the programs that dumped it."""
    signing_key: str
    """The registry's public key: what it signed can be verified with the same key only."""
    recipients: list[str]
    sha256: dict[str, str] = field(default_factory=dict)
    """The checksum of each file of the folder but this one."""
    format: int = FORMAT

    @property
    def suffix(self) -> str:
        return SUFFIX if self.recipients else ""


@dataclass
class StoredFile:
    """A file of the portal, and the file of the backup that holds it."""

    place: str
    storage: str
    name: str
    sha256: str


@dataclass
class Contents:
    """What a backup holds."""

    rows: dict[str, int]
    """How many each table has."""
    files: list[StoredFile]
    faults: list[str]
    """A sentence for each file that is missing, or is not as its row says."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_sealed(BytesIO(json.dumps(asdict(manifest), indent=1).encode()), folder / MANIFEST, recipients=[])


def read_manifest(folder: Path) -> Manifest:
    """Return a backup's manifest. Raise `BackupError` if there is none."""
    try:
        known = json.loads((folder / MANIFEST).read_text())
        is_ours = known["format"] == FORMAT
        return Manifest(**known) if is_ours else _refuse_format(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} is not a whole backup: its {MANIFEST} cannot be read.") from error


def _refuse_format(folder: Path) -> Any:
    raise BackupError(f"{folder} is a backup of another format; restore it with the version that made it.")


def find_damaged(folder: Path, manifest: Manifest, tell: Callable[[str], Any]) -> Iterator[tuple[str, str]]:
    """Yield the place of every file that is not as it was backed up, and a sentence that says so."""
    for number, (place, expected) in enumerate(manifest.sha256.items(), start=1):
        path = folder / place
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"The backup names a file outside its own folder: {place}.")
        if not path.is_file():
            yield place, f"The backup lacks {place}."
        else:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    yield place, f"{place} is not as it was backed up."
        if number % EVERY == 0:
            tell(f"{number} of {len(manifest.sha256)} files …")


def dump_contents(contents: Contents) -> BytesIO:
    return BytesIO(json.dumps(asdict(contents), indent=1, ensure_ascii=False).encode())


def read_contents(folder: Path, manifest: Manifest, identities: Sequence[Identity]) -> Contents:
    """Return what a backup holds. Raise `BackupError` where the keys do not fit."""
    written = BytesIO()
    read_sealed(folder / f"{CONTENTS}{manifest.suffix}", written, identities)
    known = json.loads(written.getvalue())
    return Contents(known["rows"], [StoredFile(**file) for file in known["files"]], known["faults"])
