"""Adding a file to a document as a new version; withdrawing one from the public, and restoring it."""

import hashlib
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from documents.inspection import inspect_file
from documents.models import Document, DocumentVersion, Reading, Scan
from files.extraction.facts import Facts
from jobs.wake_up import notify_worker
from publishing.changes import note_change
from publishing.models import Publication

WITHDRAWAL = ["withdrawn_at", "withdrawn_reason_sv", "withdrawn_reason_en"]


class Measures(NamedTuple):
    """A file's facts, size and checksum."""

    checksum: str
    size: int
    facts: Facts

    def columns(self) -> dict[str, Any]:
        """Return them as fields of a version."""
        return {"checksum": self.checksum, "size": self.size, **self.facts.columns()}


def add_version(
    document: Document, file: File, change_note_sv: str, change_note_en: str, measures: Measures | None = None
) -> DocumentVersion:
    """Add the file to the document as its newest version.

    Raise `ValidationError` for a file that is not accepted, or is a version of the document already. `measures` are
    the file's, if it has been measured before.
    """
    version = DocumentVersion(  # type: ignore[misc]
        document=document,
        file=file,
        change_note_sv=change_note_sv,
        change_note_en=change_note_en,
        scan=Scan.PENDING if settings.CLAMD_URL else Scan.UNCHECKED,
        **(measures or measure_file(file)).columns(),
    )
    with transaction.atomic():
        # Others who add a version of the same document wait here, so that no number is used twice.
        Document.objects.select_for_update().get(pk=document.pk)
        version.number = _last_number(document) + 1
        version.full_clean()
        version.save()
        notify_worker()
    return version


def measure_file(file: File, facts: Facts | None = None) -> Measures:
    """Return a file's measures, and rewind it. Raise `ValidationError` for one that is not accepted.

    `facts` are the file's, if it has been inspected before.
    """
    check_size(file)
    facts = facts or inspect_file(file)
    file.seek(0)
    checksum = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    file.seek(0)
    return Measures(checksum, size, facts)


def check_size(file: File) -> None:
    """Raise `ValidationError` for a file that is too large, before any of it is read."""
    if file.size > settings.UPLOAD_AT_MOST:
        message = _(
            "The file is %(size)s. The limit is %(limit)d MB. Make its images smaller, or split the document into "
            "parts."
        )
        sizes = {"size": filesizeformat(file.size), "limit": settings.UPLOAD_AT_MOST // 2**20}
        raise ValidationError(message, code="too_large", params=sizes)


def accept_hidden(version: DocumentVersion) -> None:
    """Record that an editor has accepted the file's hidden content."""
    version.hidden_accepted_at = timezone.now()
    version.save(update_fields=["hidden_accepted_at"])


def withdraw_version(version: DocumentVersion, *, by: str, reason_sv: str, reason_en: str = "") -> None:
    """Withdraw a file from the public, with a reason that they can read; a published document's change is logged.

    The file is kept, and can be restored. Its extracted text is deleted: the reason may be what it says.
    """
    version.withdrawn_at = timezone.now()
    version.withdrawn_reason_sv, version.withdrawn_reason_en = reason_sv, reason_en  # type: ignore[attr-defined]
    with transaction.atomic():
        version.save(update_fields=WITHDRAWAL)
        version.texts.all().delete()
        _log_change(version, by, gettext_noop("Version %(number)s has been withdrawn. %(reason)s"))


def restore_version(version: DocumentVersion, *, by: str) -> None:
    """Show a withdrawn file again; its text is extracted anew."""
    version.withdrawn_at = None
    version.withdrawn_reason_sv = version.withdrawn_reason_en = ""  # type: ignore[attr-defined]
    version.reading, version.reading_due_at, version.reading_attempts = Reading.PENDING, timezone.now(), 0
    with transaction.atomic():
        version.save(update_fields=[*WITHDRAWAL, "reading", "reading_due_at", "reading_attempts"])
        version.document.release_newest(anew=True)
        _log_change(version, by, gettext_noop("Version %(number)s is shown again."))
        notify_worker()


def _log_change(version: DocumentVersion, by: str, message: str) -> None:
    """Log the change of a published document."""
    document = version.document
    Document.objects.filter(pk=document.pk).update(updated_at=timezone.now())
    if document.publication != Publication.PUBLISHED:
        return
    notes: dict[str, Any] = {}
    for language in AVAILABLE_LANGUAGES:
        reason = getattr(version, f"withdrawn_reason_{language}") or ""
        with override(language):
            notes[f"note_{language}"] = (gettext(message) % {"number": version.number, "reason": reason}).strip()
    note_change(document, by=by, **notes)


def _last_number(document: Document) -> int:
    return document.versions.order_by("-number").values_list("number", flat=True).first() or 0
