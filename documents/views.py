"""The list of documents, and the files themselves."""

from datetime import timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from documents.file_responses import send_file
from documents.forms.filters import DocumentFilter
from documents.models import Document, DocumentVersion
from publishing.views import get_published

DOCUMENTS_PER_PAGE = 25
NEW_FOR = timedelta(days=30)


def document_list(request: HttpRequest) -> HttpResponse:
    """List the documents, filtered and sorted. Old links with words lead to the search."""
    if words := request.GET.get("q", "").strip():
        return redirect(f"{reverse('search:results')}?{urlencode({'q': words, 'kind': 'document'})}")
    published = Document.objects.published()
    form = DocumentFilter(request.GET)
    page = Paginator(form.narrow(published).with_versions(), DOCUMENTS_PER_PAGE).get_page(request.GET.get("page"))
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


def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the document's current file, always at the same address."""
    document = get_published(Document.objects.published().with_versions(), slug)
    if document.current_version:
        return send_file(request, document.current_version, at_own_address=False)
    withdrawn = [version for version in document.known_versions if version.withdrawn_at]
    if withdrawn:
        return _gone(request, withdrawn[0])
    raise Http404


def version(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Send one version's file, which never changes; for a withdrawn one, say why."""
    document = get_published(Document.objects.published().with_versions(), slug)
    found = next((version for version in document.known_versions if version.number == number), None)
    if found is None:
        raise Http404
    return _gone(request, found) if found.withdrawn_at else send_file(request, found, at_own_address=True)


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
