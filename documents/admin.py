"""Documents and the versions of their files. A version, once there, is never changed: a new file is a new one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.forms.models import BaseInlineFormSet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from documents.models import Document, DocumentVersion
from documents.versions import add_version, measure
from publishing.admin import PublishableAdmin, Translated, both


class NewVersionForm(forms.ModelForm):
    """A file and what changed with it. A file that we do not take, or have, is told before anything is saved."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if file := self.cleaned_data.get("file"):
            try:
                found = measure(file)
            except ValidationError as error:
                self.add_error("file", error)
            else:
                cleaned = {**(cleaned or {}), "measures": found}
                same = DocumentVersion.objects.filter(document=self.instance.document_id, checksum=found.checksum)
                if same.exists():
                    self.add_error("file", _("This file is already a version of the document."))
        return cleaned


class NewVersionFormSet(BaseInlineFormSet):
    """Numbers and measures each new version as it is saved."""

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Model:  # noqa: ARG002, FBT001, FBT002
        given = form.cleaned_data
        notes = given["change_note_sv"], given.get("change_note_en") or ""
        return add_version(self.instance, given["file"], *notes, measures=given["measures"])


class NewVersionInline(Translated, TranslationStackedInline):
    """Room for one new version."""

    model = DocumentVersion
    form = NewVersionForm
    formset = NewVersionFormSet
    extra = max_num = 1
    can_delete = False
    verbose_name = _("new version")
    verbose_name_plural = _("new version")
    fieldsets = ((None, {"fields": ["file", *both("change_note")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentVersion]:
        return super().get_queryset(request).none()

    def has_change_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        return False

    def has_view_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Document)
class DocumentAdmin(PublishableAdmin):
    """Documents, with what their current file is."""

    list_display = (
        "title", "kind", "language", "responsible", "version_count", "pages", "publication_mark", "updated_at",
    )  # fmt: skip
    list_filter = ("publication", "kind", "language", ("responsible", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("responsible",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "reference")
    prepopulated_fields = {"slug": ("title_sv",)}
    inlines = (NewVersionInline,)
    readonly_fields = (*PublishableAdmin.readonly_fields, "version_table")
    fieldsets = (
        (None, {"fields": [*both("title"), "slug", *both("summary")]}),
        (_("About the document"), {"fields": [("kind", "language"), "responsible", ("reference", "decided_on")]}),
        PublishableAdmin.PUBLISHING,
        (_("Versions"), {"fields": ["version_table"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        latest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
        return (
            super()
            .get_queryset(request)
            .annotate(version_count=Count("versions"), pages=Subquery(latest.values("pages")[:1]))
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.version_file)
        return [path("version/<int:pk>/", view, name="documents_version_file"), *super().get_urls()]

    def version_file(self, request: HttpRequest, pk: int) -> FileResponse:
        """A version's file, for staff, before and after it is public."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = get_object_or_404(DocumentVersion.objects.select_related("document"), pk=pk)
        name = f"{version.document.slug}-{version.number}.pdf"
        return FileResponse(version.file.open(), as_attachment=True, filename=name, content_type="application/pdf")

    @admin.display(description=_("versions so far"))
    def version_table(self, document: Document) -> SafeString:
        """The versions there are, to read."""
        versions = document.versions.all() if document.pk else []
        return render_to_string("admin/documents/versions.html", {"versions": versions})

    @admin.display(description=_("versions"), ordering="version_count")
    def version_count(self, document: Document) -> int:
        return document.version_count

    @admin.display(description=_("pages"), ordering="pages")
    def pages(self, document: Document) -> int | None:
        return document.pages
