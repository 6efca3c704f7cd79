"""The public's pages about documents, and the files themselves."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from documents.file_responses import send_file
from documents.forms import DocumentFilter
from documents.models import Document, DocumentVersion, with_versions
from documents.presentation import find_removed_version, list_quality_notes, make_citation, make_request_url
from documents.relations import find_relations
from documents.table_of_contents import build_contents
from publishing.views import get_published

DOCUMENTS_PER_PAGE = 25
NEW_FOR = timedelta(days=30)


def document_list(request: HttpRequest) -> HttpResponse:
    """List the documents, filtered and sorted. Old links with words lead to the search."""
    if words := request.GET.get("q", "").strip():
        return redirect(f"{reverse('search:results')}?{urlencode({'q': words, 'kind': 'document'})}")
    published = Document.objects.published()
    form = DocumentFilter(request.GET)
    page = Paginator(with_versions(form.narrow(published)), DOCUMENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "facets": form.facets(published),
        "narrowed": form.is_narrowing,
        "new_since": timezone.now() - NEW_FOR,
        "page_updated": max((document.updated_at for document in page), default=None),
        "section": "documents",
    }
    return render(request, "documents/list.html", context)


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a document: its file and how accessible that is, where it is used, and every version."""
    document = get_published(with_versions(Document.objects.published().select_related("responsible")), slug)
    version = document.current_version
    responsible = document.responsible
    context = {
        "document": document,
        "version": version,
        "taken_away": find_removed_version(document),
        "versions": _list_known(document.versions.all()),
        "contents": build_contents(version.outline, version.pages) if version else None,
        "notes": list_quality_notes(version) if version else [],
        "citation": make_citation(document, version),
        "accessible_request": make_request_url(document, version) if version else "",
        "responsible": responsible if responsible and responsible.is_published() else None,
        **find_relations(document)._asdict(),
        "strategies": document.strategies.published(),
        "plans": document.plans.published().select_related("theme"),
        "followups": _followups().filter(assessments__evidence__document=document).distinct(),
        "page_updated": document.updated_at,
        "section": "documents",
    }
    return render(request, "documents/detail.html", context)


def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the document's current file, always at the same address."""
    document = get_published(with_versions(Document.objects.published()), slug)
    if document.current_version:
        return send_file(request, document.current_version, at_own_address=False)
    withdrawn = [version for version in _list_known(document.versions.all()) if version.withdrawn_at]
    if withdrawn:
        return _gone(request, withdrawn[0])
    raise Http404


def version(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Send one version's file, which never changes; for a withdrawn one, say why."""
    document = get_published(with_versions(Document.objects.published()), slug)
    found = next((version for version in _list_known(document.versions.all()) if version.number == number), None)
    if found is None:
        raise Http404
    return _gone(request, found) if found.withdrawn_at else send_file(request, found, at_own_address=True)


def _list_known(versions: Iterable[DocumentVersion]) -> list[DocumentVersion]:
    """Return the versions that are or have been public, not those replaced before the document was published."""
    return [version for version in versions if version.is_known]


def _gone(request: HttpRequest, version: DocumentVersion) -> HttpResponse:
    """Answer 410 Gone (RFC 9110, 15.5.11), with the reason."""
    document = version.document
    context = {
        "document": document,
        "version": version,
        "current": document.current_version,
        "section": "documents",
    }
    response = render(request, "documents/withdrawn.html", context, status=410)
    response["Cache-Control"] = "no-cache"
    return response


def _followups() -> QuerySet[Any]:
    """Return published follow-ups. Their app is above this one, so they are reached through their evidence."""
    evidence: Any = Document.evidence.rel.related_model
    followups = evidence.assessment.field.related_model.followup.field.related_model
    return followups.objects.published().defer("frozen")
