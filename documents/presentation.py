"""What a document's page says about its file: accessibility notes, citation, and the link to ask for another format."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Document, DocumentVersion, Fault, MediaType, Scan

SUBJECT_AT_MOST = 200
HINDRANCES: dict[str, Promise] = {
    Fault.UNTAGGED: gettext_lazy(
        "The file is not tagged for assistive technology. Screen readers may read it in the wrong order or skip parts."
    ),
    Fault.NO_TEXT: gettext_lazy(
        "The pages are images of text. They cannot be read aloud or searched, and become blurred when enlarged."
    ),
    Fault.SOME_PAGES_WITHOUT_TEXT: gettext_lazy(
        "Some of the pages are images of text and cannot be read aloud or searched."
    ),
    Fault.NO_LANGUAGE: gettext_lazy(
        "The file does not say what language it is in, so a screen reader may pronounce it wrongly."
    ),
    Fault.NO_TITLE: gettext_lazy("The file has no title, so the file name may be shown instead."),
    Fault.NO_BOOKMARKS: gettext_lazy("The file is long and has no bookmarks to help you find your way."),
    Fault.NOT_INSPECTED: gettext_lazy("We have not been able to check how accessible the file is."),
}


def list_quality_notes(version: DocumentVersion) -> list[str]:
    """Return how accessible the file is, a sentence for each thing that matters."""
    return list(_notes(version))


def _notes(version: DocumentVersion) -> Iterator[str]:
    is_pdf = version.media_type == MediaType.PDF
    faults = set(version.faults) - {Fault.HIDDEN_CONTENT}  # no barrier, and not for the public to know
    if is_pdf and not version.is_tagged and Fault.NOT_INSPECTED not in faults:
        faults.add(Fault.UNTAGGED)
    if is_pdf and version.is_tagged:
        yield _("The file is tagged for assistive technology, such as screen readers.")
    yield from (str(sentence) for fault, sentence in HINDRANCES.items() if fault in faults)
    if not faults:
        yield _("An automatic check found no accessibility problems in the file. It cannot detect everything.")


def find_removed_version(document: Document) -> DocumentVersion | None:
    """Return the newest version that an older one replaces in public, out of prefetched `versions`; None if none does.

    An infected version that has also been withdrawn does not count: the public never had it, and an editor knows.
    """
    current = document.current_version
    if current is None:
        return None
    newer = [version for version in document.versions.all() if version.number > current.number]
    taken = [v for v in newer if (v.is_known if v.withdrawn_at else v.scan == Scan.INFECTED)]
    return max(taken, key=lambda version: version.number, default=None)


class Citation(NamedTuple):
    """How to cite a document: who and when, title, version, and the version's permanent address."""

    before: str
    title: str
    after: str


def make_citation(document: Document, version: DocumentVersion | None) -> Citation:
    """Return the citation: the title in the document's own language, the rest in the page's."""
    year = document.year or (version.created_at.year if version else document.created_at.year)
    after = "."
    if version:
        after += " " + _("Version %(number)d.") % {"number": version.number}
    if document.reference:
        after += " " + _("Reg. no. %(reference)s.") % {"reference": document.reference}
    address = settings.BASE_URL + (version or document).get_absolute_url()
    return Citation(f"{settings.REGION_NAME} ({year}).", document.own_title.rstrip("."), f"{after} {address}")


def make_request_url(document: Document, version: DocumentVersion) -> str:
    """Return the address of the contact form, filled in to ask for the document in an accessible format."""
    named = {"title": document.title, "number": version.number}
    message = _(
        "I need the document “%(title)s” (version %(number)d) in an accessible format.\n\nThis is what would suit me: "
    )
    filled_in = {
        "about": document.get_absolute_url(),
        "subject": Truncator(_("Accessible format: %(title)s") % named).chars(SUBJECT_AT_MOST),
        "message": message % named,
    }
    return f"{reverse('contacts:form')}?{urlencode(filled_in)}"
