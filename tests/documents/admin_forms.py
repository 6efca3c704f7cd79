"""Shared by tests of the documents' admin: a readable document, a change by direct POST, the page's words."""

from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from lxml import html

from documents.models import Document
from documents.versions import add_version
from tests.documents.test_admin import DOCUMENTS, document_data
from tests.factories import make_document, make_readable_pdf_file


def make_readable(**given: Any) -> Document:
    """A published document that everyone can read."""
    document = make_document(versions=0, **given)
    file = ContentFile(make_readable_pdf_file(document.slug), name="läsbar.pdf")
    add_version(document, file, change_note_sv="Första versionen.", change_note_en="")
    return document


def change(client: Client, document: Document, file: bytes | None = None, **given: Any) -> Any:
    same = {
        "title_sv": document.title_sv,
        "slug": document.slug,
        "replaces": document.replaces_id or "",
        "accessible_version": document.accessible_version_id or "",
        "inaccessible_reason_sv": document.inaccessible_reason_sv or "",
    }
    return client.post(f"{DOCUMENTS}{document.pk}/change/", document_data(file, **same | given))


def said(response: Any) -> str:
    """The page's words, as they are read."""
    return " ".join(html.fromstring(response.content.decode()).text_content().split())
