"""Pages on which a file is withdrawn from the public, and restored. Only POST changes anything."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.forms.documents import RestoreForm, WithdrawForm
from documents.models import Document, DocumentVersion, Scan
from documents.quality import check_publishing
from documents.text_extraction import update_facts
from documents.versions import accept_hidden, restore_version, withdraw_version
from publishing.authors import describe_author
from publishing.models import Publication


def withdraw_page(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Ask for the reason, and show what the public gets instead."""
    version = _version(request, model_admin, pk)
    if version.withdrawn_at is not None:
        messages.error(request, _("Version %(number)d has already been withdrawn.") % {"number": version.number})
        return _back(version)
    form = WithdrawForm(request.POST if request.method == "POST" else None, instance=version)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        withdraw_version(
            version,
            by=describe_author(request.user),
            reason_sv=given["withdrawn_reason_sv"],
            reason_en=given["withdrawn_reason_en"] or "",
        )
        words = _("Version %(number)d has been withdrawn. The public can no longer open it and will see why.")
        return _done(request, model_admin, version, words)
    is_current = version.document.current_version == version
    context = _frame(request, model_admin, version) | {
        "title": _("Withdraw version %(number)d") % {"number": version.number},
        "form": form,
        "is_current": is_current,
        "next": _next_public(version.document, version),
    }
    return TemplateResponse(request, "admin/documents/withdraw.html", context)


def restore_page(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Show a withdrawn file again. If it becomes the current one, the publishing rule applies."""
    version = _version(request, model_admin, pk)
    if version.withdrawn_at is None:
        messages.error(request, _("Version %(number)d is not withdrawn.") % {"number": version.number})
        return _back(version)
    if version.scan == Scan.INFECTED:
        words = _("A virus was found in version %(number)d: add a clean file instead.")
        messages.error(request, words % {"number": version.number})
        return _back(version)
    becomes_current = _becomes_current(version)
    becomes_public = becomes_current or version.public_from is not None
    why_not = _why_not_published(version) if becomes_current else []
    is_public = becomes_public and version.document.publication == Publication.PUBLISHED
    if request.method == "POST" and is_public:
        update_facts(version)  # the worker skips withdrawn files
    form = RestoreForm(request.POST if request.method == "POST" else None, version=version, asks=is_public)
    if request.method == "POST" and not why_not and form.is_valid():
        if form.cleaned_data.get("accept_hidden"):
            accept_hidden(version)
        restore_version(version, by=describe_author(request.user))
        return _done(request, model_admin, version, _("Version %(number)d is shown again."))
    context = _frame(request, model_admin, version) | {
        "title": _("Show version %(number)d again") % {"number": version.number},
        "becomes_current": becomes_current,
        "becomes_public": becomes_public,
        "why_not": why_not,
        "form": form,
    }
    return TemplateResponse(request, "admin/documents/restore.html", context)


def _version(request: HttpRequest, model_admin: Any, pk: int) -> DocumentVersion:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    version = get_object_or_404(DocumentVersion.objects.select_related("document"), pk=pk)
    if not model_admin.may_withdraw(request, version.document):
        raise PermissionDenied
    return version


def _next_public(document: Document, version: DocumentVersion) -> DocumentVersion | None:
    """Return what the public gets when the version is withdrawn."""
    others = [other for other in document.versions.all() if other.is_public and other != version]
    return max(others, key=lambda other: other.number, default=None)


def _becomes_current(version: DocumentVersion) -> bool:
    """Whether the version would be the public's current one if it were shown again."""
    newer = [other for other in version.document.versions.all() if other.number > version.number]
    if version.public_from is not None:
        return not any(other.is_public for other in newer)
    return all(other.withdrawn_at for other in newer)


def _why_not_published(version: DocumentVersion) -> list[str]:
    """Return why a public document may not show the version, as sentences; empty if it may."""
    document = version.document
    if document.publication != Publication.PUBLISHED:
        return []
    try:
        check_publishing(document, version.faults)
    except ValidationError as error:
        return error.messages
    return []


def _frame(request: HttpRequest, model_admin: Any, version: DocumentVersion) -> dict[str, Any]:
    frame: dict[str, Any] = model_admin.admin_site.each_context(request)
    return frame | {"opts": Document._meta, "version": version, "document": version.document}


def _done(request: HttpRequest, model_admin: Any, version: DocumentVersion, words: str) -> HttpResponse:
    words %= {"number": version.number}
    model_admin.log_change(request, version.document, words)
    messages.success(request, words)
    return _back(version)


def _back(version: DocumentVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        f"{reverse('admin:documents_document_change', args=[version.document_id])}#version-{version.number}"
    )
