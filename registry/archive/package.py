"""Packages written atomically: in a hidden folder that is renamed when complete."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from files.local import sync_to_disk
from registry.archive import erms, mets
from registry.archive.content import Copy, RefusedError, copy_record
from registry.archive.mets import Group, Listed, list_file
from registry.archive.xml import write_document
from registry.models import Case, RetentionPlan

SCHEMAS = Path(__file__).parent / "schemas"
README = """\
This package holds cases from the public authority's registry (diarium), as an E-ARK SIP with CITS ERMS 3.0.

representations/rep1/data/erms.xml describes the cases, their records, parties and events.
representations/rep1/data/appendices/<number of the record>/ holds, for each record,
  arrival.json or arrival.eml   what came in, byte for byte
  text.txt                      the text of the record
  01.pdf, 02.docx …             the files; their own names stand in erms.xml
The checksums in METS are those taken when each file came in.
"""
Progress = Callable[[str], object]
PARTIAL = ".partial"


def build_package(cases: Sequence[Case], folder: Path, name: str, progress: Progress = print) -> Path:
    """Write a package with the cases and return its folder. Raise `RefusedError`, or `OSError` from the disk."""
    complete, partial = folder / name, folder / f".{name}{PARTIAL}"
    if complete.exists():
        raise RefusedError(_("%(path)s already exists. Choose a different folder.") % {"path": complete})
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        for left_behind in folder.glob(f".*{PARTIAL}"):  # left by an export that was killed
            shutil.rmtree(left_behind)
        try:
            with translation.override(settings.LANGUAGE_CODE):
                _write_package(cases, partial, name, progress)
            _sync(partial)
            partial.rename(complete)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        sync_to_disk(folder)
    return complete


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lock the folder. The kernel releases the lock of a killed process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = {"path": folder}
            raise RefusedError(_("Another delivery is being written in %(path)s. Wait for it.") % said) from None
        yield
    finally:
        os.close(descriptor)


def _write_package(cases: Sequence[Case], root: Path, name: str, progress: Progress) -> None:
    made_at = timezone.now()
    representation = root / "representations" / "rep1"
    for part in (root / "metadata", root / "documentation", representation / "data"):
        part.mkdir(parents=True)
    shutil.copytree(SCHEMAS, root / "schemas", ignore=shutil.ignore_patterns("README.md"))
    (root / "documentation" / "README.txt").write_text(README, encoding="utf-8")
    copies = _write_data(cases, representation / "data", made_at, progress)
    data = [
        list_file(representation, representation / "data" / "erms.xml", "application/xml"),
        *(Listed(f"data/{copy.path}", copy.content_type, copy.size, copy.checksum) for copy in copies),
    ]
    write_document(mets.make_mets("rep1", [Group("Data", data)], made_at, "../../schemas"), representation / "METS.xml")
    documentation = [list_file(root, root / "documentation" / "README.txt", "text/plain")]
    schemas = [list_file(root, path, "application/xml") for path in sorted((root / "schemas").iterdir())]
    described = [list_file(root, representation / "METS.xml", "application/xml")]
    groups = [
        Group("Documentation", documentation),
        Group("Schemas", schemas),
        Group("Representations/rep1", described, is_representation=True),
    ]
    write_document(mets.make_mets(name, groups, made_at, "schemas"), root / "METS.xml")


def _write_data(cases: Sequence[Case], data: Path, made_at: datetime, progress: Progress) -> list[Copy]:
    """Write erms.xml and the files of the cases, with one case in memory at a time."""
    plans = RetentionPlan.objects.filter(types__cases__in=cases).distinct().order_by("version")
    root, aggregations = erms.make_document(plans, made_at)
    copied: list[Copy] = []
    for number, pk in enumerate([case.pk for case in cases], 1):
        case = _read(pk)
        progress(_("Case %(number)d of %(total)d: %(case)s …") % {"number": number, "total": len(cases), "case": case})
        element = erms.add_case(aggregations, case)
        for record in case.records.all():
            copies = copy_record(record, data)
            erms.add_record(element, record, copies)
            copied += copies
    write_document(root, data / "erms.xml")
    return copied


def _read(pk: int) -> Case:
    """Return a case with all that is delivered."""
    cases = Case.objects.select_related("series", "document_type__plan", "assigned_to", "follows__series")
    return cases.prefetch_related(
        "secrecy_marks",
        "events__payload",
        "records__case__series",
        "records__parties",
        "records__files",
        "records__intake__files",
        "records__case__events__payload",
    ).get(pk=pk)


def _sync(root: Path) -> None:
    """Flush everything to disk before the package is renamed."""
    for folder, _folders, files in os.walk(root):
        for file in files:
            sync_to_disk(Path(folder) / file)
        sync_to_disk(Path(folder))
