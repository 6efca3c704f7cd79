"""Adding a file to a document: measured, numbered, never changed afterwards."""

import hashlib
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files import File
from django.db import transaction

from documents.models import Document, DocumentVersion, Scan
from documents.reading import Facts, inspect
from documents.reading.jobs import wake


class Measures(NamedTuple):
    """What a file tells about itself, and which bytes it is."""

    checksum: str
    size: int
    facts: Facts

    def columns(self) -> dict[str, Any]:
        """The fields of a version that they fill."""
        facts = self.facts
        return {
            "checksum": self.checksum,
            "size": self.size,
            "media_type": facts.media_type,
            "pages": facts.pages,
            "is_tagged": facts.tagged,
            "declared_language": facts.language,
            "declared_title": facts.title,
            "outline": [list(entry) for entry in facts.outline],
            "faults": list(facts.faults),
        }


def add_version(
    document: Document, file: File, change_note_sv: str, change_note_en: str, measures: Measures | None = None
) -> DocumentVersion:
    """Make the file the document's current version, with the number after the last.

    Raises `ValidationError` for a file that we do not take, or that is a version of the document already.
    `measures` are those of the file, where it has been measured before.
    """
    version = DocumentVersion(  # type: ignore[misc]
        document=document,
        file=file,
        change_note_sv=change_note_sv,
        change_note_en=change_note_en,
        scan=Scan.PENDING if settings.CLAMD_URL else Scan.UNCHECKED,
        **(measures or measure(file)).columns(),
    )
    with transaction.atomic():
        # Whoever adds a version of the same document waits here, so that no number is taken twice.
        Document.objects.select_for_update().get(pk=document.pk)
        version.number = _last_number(document) + 1
        version.full_clean()
        version.save()
        wake()
    return version


def measure(file: File, facts: Facts | None = None) -> Measures:
    """Read a file's measures, leaving it at its start. Raises `ValidationError` for one that we do not take.

    `facts` are those of the file, where it has been inspected before.
    """
    facts = facts or inspect(file)
    file.seek(0)
    checksum = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    file.seek(0)
    return Measures(checksum, size, facts)


def _last_number(document: Document) -> int:
    return document.versions.order_by("-number").values_list("number", flat=True).first() or 0
