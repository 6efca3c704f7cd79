"""A document, with the strategies, plans and follow-ups that it belongs to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from documents.models import Document
from documents.presentation import find_removed_version, list_quality_notes, make_citation, make_request_url
from documents.relations import find_relations
from documents.table_of_contents import build_contents
from followup.models import FollowUp
from publishing.views import get_published


def show_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a document: its file and how accessible that is, where it is used, and every version."""
    document = get_published(Document.objects.published().with_versions().select_related("responsible"), slug)
    version = document.current_version
    responsible = document.responsible
    context = {
        "document": document,
        "version": version,
        "taken_away": find_removed_version(document),
        "versions": document.known_versions,
        "contents": build_contents(version.outline, version.pages) if version else None,
        "notes": list_quality_notes(version) if version else [],
        "citation": make_citation(document, version),
        "accessible_request": make_request_url(document, version) if version else "",
        "responsible": responsible if responsible and responsible.is_published() else None,
        **find_relations(document)._asdict(),
        "strategies": document.strategies.published(),
        "plans": document.plans.published().select_related("theme"),
        "followups": FollowUp.objects.published()
        .filter(assessments__evidence__document=document)
        .defer("frozen")
        .distinct(),
        "page_updated": document.updated_at,
        "section": "documents",
    }
    return render(request, "pages/document.html", context)
