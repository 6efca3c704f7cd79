"""Copies of a case's texts and files into a package, each compared with its checksum from the arrival."""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from registry.models import Case, Event, File, Intake, Record
from registry.services.registration import make_record_digest

CHUNK = 2**20
RAW_FORMATS = {
    Intake.Channel.WEB_FORM: ("arrival.json", "application/json"),
    Intake.Channel.MAIL: ("arrival.eml", "message/rfc822"),
}
ENDING = re.compile(r"\.[a-z0-9]{1,8}$")


class RefusedError(Exception):
    """The package must not be made. The message is a sentence for the user."""


@dataclass(frozen=True)
class Copy:
    """A file in the package; `path` is relative to the data folder."""

    path: str
    name: str
    content_type: str
    size: int
    checksum: str
    description: str = ""


def copy_record(record: Record, data: Path) -> list[Copy]:
    """Write the arrival, the text and the files of a record under `data`. Raise `RefusedError` if any is altered."""
    folder = PurePosixPath("appendices", f"{make_folder_name(record.case)}-{record.ordinal}")
    (data / folder).mkdir(parents=True)
    copies = []
    if record.intake:
        copies.append(_copy_arrival(record, record.intake, folder, data))
    if record.body:
        copies.append(_copy_text(record, folder, data))
    files = [*record.files.all(), *(record.intake.files.all() if record.intake else [])]
    return copies + [_copy_file(record, file, number, folder, data) for number, file in enumerate(files, 1)]


def make_folder_name(case: Case) -> str:
    """Return the registration number as a safe file name: `RUS-2026-0042`."""
    return re.sub(r"[^A-Za-z0-9]+", "-", case.registration_number)


def _copy_arrival(record: Record, intake: Intake, folder: PurePosixPath, data: Path) -> Copy:
    name, content_type = RAW_FORMATS[Intake.Channel(intake.channel)]
    raw = bytes(intake.raw)
    copy = Copy(str(folder / name), name, content_type, len(raw), intake.checksum, _("the original arrival"))
    _write([raw], data / copy.path)
    _compare(copy, data, _("the arrival of %(record)s") % {"record": record})
    return copy


def _copy_text(record: Record, folder: PurePosixPath, data: Path) -> Copy:
    """Write the text, after comparing the first record with the chain."""
    is_first = record.ordinal == 1  # the registration event covers its text, also without an arrival
    for event in record.case.events.all():
        if is_first and event.kind == Event.Kind.REGISTERED and hasattr(event, "payload"):
            _refuse_unless(
                make_record_digest(record) in str(event.payload), _("the text of %(record)s") % {"record": record}
            )
    content = record.body.encode()
    path = str(folder / "text.txt")
    copy = Copy(path, "text.txt", "text/plain", len(content), hashlib.sha256(content).hexdigest(), _("the text"))
    _write([content], data / path)
    _compare(copy, data, _("the text of %(record)s") % {"record": record})
    return copy


def _copy_file(record: Record, file: File, number: int, folder: PurePosixPath, data: Path) -> Copy:
    if file.scan in (File.Scan.PENDING, File.Scan.INFECTED):
        said = {"record": record, "name": file.original_name, "check": file.get_scan_display()}
        raise RefusedError(
            _("%(record)s: the file %(name)s cannot be delivered (%(check)s). Nothing was delivered.") % said
        )
    ending = ENDING.search(file.original_name.lower())
    path = str(folder / f"{number:02d}{ending[0] if ending else ''}")
    description = "" if file.variant == File.Variant.ORIGINAL else file.get_variant_display()
    copy = Copy(path, file.original_name, file.content_type, file.size, file.checksum, description)
    told = _("the file %(name)s of %(record)s") % {"name": file.original_name, "record": record}
    try:
        with storages["private"].open(file.file.name or "") as stored:
            _write(stored.chunks(CHUNK), data / path)
    except FileNotFoundError:
        _refuse_unless(False, told)  # noqa: FBT003
    _compare(copy, data, told)
    return copy


def _write(chunks: Iterable[bytes], target: Path) -> None:
    with target.open("xb") as written:
        for chunk in chunks:
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())


def _compare(copy: Copy, data: Path, told: str) -> None:
    """Read the copy back and compare it with the size and checksum from its arrival."""
    target = data / copy.path
    with target.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256").hexdigest()
    _refuse_unless((target.stat().st_size, checksum) == (copy.size, copy.checksum), told)


def _refuse_unless(holds: bool, told: str) -> None:  # noqa: FBT001
    if not holds:
        raise RefusedError(
            _("Nothing was delivered: %(what)s has been altered. Run verify_registry and restore it from the backup.")
            % {"what": told}
        )
