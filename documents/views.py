"""Documents, as the public finds, reads and fetches them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from documents.forms import DocumentFilter
from documents.models import Document, with_versions
from documents.sending import send
from publishing.views import get_published

DOCUMENTS_PER_PAGE = 25


def document_list(request: HttpRequest) -> HttpResponse:
    """Every document, narrowed by what the visitor asks for."""
    published = Document.objects.published()
    form = DocumentFilter(request.GET)
    page = Paginator(with_versions(form.narrow(published)), DOCUMENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "kinds": list(form.facets("kind", published)),
        "languages": list(form.facets("language", published)),
        "narrowed": any(form.cleaned_data.values()),
        "page_updated": max((document.updated_at for document in page), default=None),
        "section": "documents",
    }
    return render(request, "documents/list.html", context)


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What a document is, where it is used, and every version of its file."""
    document = get_published(with_versions(Document.objects.published().select_related("responsible")), slug)
    responsible = document.responsible
    context = {
        "document": document,
        "version": document.current_version,
        "responsible": responsible if responsible and responsible.is_published() else None,
        "strategies": document.strategies.published(),
        "plans": document.plans.published().select_related("theme"),
        "followups": _followups().filter(assessments__evidence__document=document).distinct(),
        "page_updated": document.updated_at,
        "section": "documents",
    }
    return render(request, "documents/detail.html", context)


def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The document's current file, always at the same address."""
    document = get_published(with_versions(Document.objects.published()), slug)
    if document.current_version is None:
        raise Http404
    return send(request, document.current_version, immutable=False)


def version(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """An earlier file of the document."""
    document = get_published(Document.objects.published(), slug)
    return send(request, get_object_or_404(document.versions.select_related("document"), number=number), immutable=True)


def _followups() -> QuerySet[Any]:
    """Published follow-ups. Their room stands above this one, so they are reached from what is evidence in them."""
    evidence: Any = Document.evidence.rel.related_model
    followups = evidence.assessment.field.related_model.followup.field.related_model
    return followups.objects.published().defer("frozen")
