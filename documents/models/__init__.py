"""Documents with permanent addresses, the versions of their files, and the text of each page."""

from documents.models.documents import RELATIONS, Document, DocumentQuerySet, Kind, Language
from documents.models.pages import Page
from documents.models.versions import READABLE, SHUTTING_OUT, DocumentVersion, Fault, MediaType, Reading, Scan

__all__ = [
    "READABLE",
    "RELATIONS",
    "SHUTTING_OUT",
    "Document",
    "DocumentQuerySet",
    "DocumentVersion",
    "Fault",
    "Kind",
    "Language",
    "MediaType",
    "Page",
    "Reading",
    "Scan",
]
