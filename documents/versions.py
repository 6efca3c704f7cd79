"""Adding a file to a document: measured, numbered, never changed afterwards."""

import hashlib
from typing import NamedTuple

from django.conf import settings
from django.core.files import File
from django.db import transaction

from documents.inspection import inspect_pdf
from documents.models import Document, DocumentVersion, Scan


class Measures(NamedTuple):
    """What a PDF tells about itself."""

    checksum: str
    size: int
    pages: int
    is_tagged: bool


def add_version(document: Document, file: File, change_note_sv: str, change_note_en: str) -> DocumentVersion:
    """Make the file the document's current version, with the number after the last.

    Raises `ValidationError` for a file that is not a PDF, or that is a version of the document already.
    """
    version = DocumentVersion(  # type: ignore[misc]
        document=document,
        file=file,
        change_note_sv=change_note_sv,
        change_note_en=change_note_en,
        scan=Scan.PENDING if settings.CLAMD_URL else Scan.UNCHECKED,
        **measure(file)._asdict(),
    )
    with transaction.atomic():
        # Whoever adds a version of the same document waits here, so that no number is taken twice.
        Document.objects.select_for_update().get(pk=document.pk)
        version.number = _last_number(document) + 1
        version.full_clean()
        version.save()
    return version


def measure(file: File) -> Measures:
    """Read a PDF's measures, leaving it at its start. Raises `ValidationError` if not everybody can read it."""
    facts = inspect_pdf(file)
    checksum = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    file.seek(0)
    return Measures(checksum, size, facts.pages, facts.tagged)


def _last_number(document: Document) -> int:
    return document.versions.order_by("-number").values_list("number", flat=True).first() or 0
