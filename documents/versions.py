"""Adding a file to a document: measured, numbered, never changed afterwards."""

import hashlib

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from pikepdf import Dictionary, Pdf, PdfError

from documents.models import Document, DocumentVersion


def add_version(document: Document, file: File, change_note_sv: str, change_note_en: str) -> DocumentVersion:
    """Make the file the document's current version, with the number after the last.

    Raises `ValidationError` for a file that is not a PDF, or that is a version of the document already.
    """
    version = DocumentVersion(document=document, file=file, change_note_sv=change_note_sv, change_note_en=change_note_en)
    measure(version)
    with transaction.atomic():
        # Whoever adds a version of the same document waits here, so that no number is taken twice.
        Document.objects.select_for_update().get(pk=document.pk)
        version.number = _last_number(document) + 1
        version.full_clean()
        version.save()
    return version


def measure(version: DocumentVersion) -> None:
    """Fill in what the file itself tells: checksum, size, pages, tags. Raises `ValidationError` if it is no PDF."""
    content = version.file.file
    content.seek(0)
    version.checksum = hashlib.file_digest(content, "sha256").hexdigest()
    version.size = content.tell()
    content.seek(0)
    try:
        with Pdf.open(content) as pdf:
            version.pages = len(pdf.pages)
            version.is_tagged = bool(pdf.Root.get("/MarkInfo", Dictionary()).get("/Marked", False))
    except PdfError as error:
        raise ValidationError({"file": _("The file is not a PDF that can be read. Choose another file.")}) from error
    finally:
        content.seek(0)


def _last_number(document: Document) -> int:
    return document.versions.order_by("-number").values_list("number", flat=True).first() or 0
