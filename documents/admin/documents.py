"""Documents and the versions of their files. A version is never changed: a new file is a new version."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from documents.admin.attention import AccessibleFilter, FaultFilter, FormatFilter, StateFilter, list_faults, with_newest
from documents.admin.withdrawal import restore_page, withdraw_page
from documents.file_responses import send_file_to_staff
from documents.forms.documents import NEW_FILE, DocumentForm, NewVersionForm, NewVersionFormSet
from documents.hidden_content import check_hidden, check_hidden_in_bulk
from documents.models import RELATIONS, Document, DocumentVersion, MediaType, Scan
from documents.quality import build_report, check_publishing, find_newest_to_show
from documents.versions import accept_hidden
from publishing.admin import CHANGE_LOG, PublishableAdmin, Translated, sv_en
from publishing.models import Publication

SENT_BY_SCRIPT = "X-Sent-By-Script"
"""Header of forms sent by the upload script. It gets the target address, since it cannot show a redirect's page."""
HIDDEN_CONTENT = (None, {"fields": ["accept_hidden"]})
KEPT_BACK = {
    Scan.PENDING: _("The file has not been checked for viruses yet, so it cannot be opened. Try again later."),
    Scan.INFECTED: _("The file is infected. It is kept but cannot be downloaded. Add a clean file instead."),
}


class DocumentList(ChangeList):
    """Sorts by severity when the list is filtered by faults."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Document]) -> list[str]:
        ordering: list[str] = super().get_ordering(request, queryset)
        return ordering if self.params.get(ORDER_VAR) else [*self._list_worst_first(), *ordering]

    def _get_default_ordering(self) -> Any:
        return (*self._list_worst_first(), *super()._get_default_ordering())

    def _list_worst_first(self) -> list[str]:
        return ["-severity"] if FaultFilter.parameter_name in self.filter_params else []


class NewVersionInline(Translated, TranslationStackedInline):
    """A form for one new version."""

    model = DocumentVersion
    form = NewVersionForm
    formset = NewVersionFormSet
    extra = max_num = 1
    can_delete = False
    verbose_name = _("new version")
    verbose_name_plural = _("new version")
    fieldsets = ((None, {"fields": ["file", "also_elsewhere", *sv_en("change_note")]}),)

    def get_formset(self, request: HttpRequest, obj: Document | None = None, **kwargs: Any) -> Any:
        """Allow one file at a time: the one that the publishing rule checks."""
        formset = super().get_formset(request, obj, validate_max=True, absolute_max=1, **kwargs)
        formset.user = request.user
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentVersion]:
        return super().get_queryset(request).none()

    def has_change_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        return False

    def has_view_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Document)
class DocumentAdmin(PublishableAdmin):
    """Documents, with the newest file and its faults."""

    form = DocumentForm
    change_form_template = "admin/documents/document/change_form.html"
    list_display = ("title", "faults", "file", "publication_mark", "kind", "responsible_name", "updated_at")
    list_filter = (
        FaultFilter,
        StateFilter,
        FormatFilter,
        AccessibleFilter,
        "publication",
        "kind",
        "language",
        ("responsible", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("responsible",)
    ordering = ("title",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "reference")
    autocomplete_fields = tuple(RELATIONS)
    prepopulated_fields = {"slug": ("title_sv",)}
    inlines = (NewVersionInline,)
    fieldsets = (
        (None, {"fields": [*sv_en("title", "summary")]}),
        (
            _("About the document"),
            {"fields": [("kind", "language"), "responsible", ("reference", "decided_on")], "classes": ["collapse"]},
        ),
        (_("Other documents"), {"fields": ["replaces", "translation_of"], "classes": ["collapse"]}),
        (
            _("For people who cannot read the file"),
            {
                "fields": ["accessible_version", *sv_en("inaccessible_reason")],
                "description": _(
                    "One of these is required when a published file has no tags or only consists of images."
                ),
                "classes": ["collapse"],
            },
        ),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return with_newest(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002
        return DocumentList

    def get_urls(self) -> list[URLPattern]:
        return [
            # It sets its own caching headers: under Django's `no-store` no copy could be revalidated.
            path("version/<int:pk>/", self._view(_version_file, cacheable=True), name="documents_version_file"),
            path("version/<int:pk>/withdraw/", self._view(withdraw_page), name="documents_version_withdraw"),
            path("version/<int:pk>/restore/", self._view(restore_page), name="documents_version_restore"),
            *super().get_urls(),
        ]

    def _view(self, view: Callable[..., HttpResponseBase], *, cacheable: bool = False) -> Any:
        return self.admin_site.admin_view(partial(view, model_admin=self), cacheable)

    def choice_label(self, document: Document) -> str:
        """Return its title, and what distinguishes it from others with the same title."""
        kind, language = document.get_kind_display(), document.get_language_display()
        words = f"{document} ({kind.lower()}, {language.lower()})"
        if document.publication == Publication.PUBLISHED:
            return words
        return gettext("%(document)s, not public") % {"document": words}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        """Add the question about hidden content before the change note, for those who may save."""
        *fieldsets, last = super().get_fieldsets(request, obj)
        return [*fieldsets, HIDDEN_CONTENT, last] if last[0] == CHANGE_LOG[0] else [*fieldsets, last]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if document := kwargs.get("obj"):
            context |= _report_context(document) | {"may_withdraw": self.may_withdraw(request, document)}
        return super().render_change_form(request, context, *args, **kwargs)

    def may_withdraw(self, request: HttpRequest, document: Document) -> bool:
        """Whether the user may withdraw or restore a file of the document."""
        may_change = request.user.has_perm("documents.change_documentversion")
        return may_change and self.has_change_permission(request, document)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().changeform_view(request, *args, **kwargs)
        if SENT_BY_SCRIPT in request.headers and isinstance(response, HttpResponseRedirect):
            return HttpResponse(status=204, headers={"Location": response.url})
        return response

    def check_move(self, thing: Document) -> None:
        super().check_move(thing)
        if thing.publication == Publication.PUBLISHED:
            check_publishing(thing)
            check_hidden_in_bulk(find_newest_to_show(thing))

    def warn(self, request: HttpRequest, thing: Document) -> None:
        if find_newest_to_show(thing) is None:
            words = gettext("“%(document)s” is public without a file: its page says that no file has been added yet.")
            self.message_user(request, words % {"document": thing}, messages.WARNING)

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.awaits_file = NEW_FILE in request.FILES
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        document = form.instance
        _settle_hidden(document, form)
        replaced = document.replaces
        if "replaces" in form.changed_data and replaced and replaced.is_published():
            message = gettext(
                "{link} stays at its address, with a note that this document replaces it. Only withdraw it if "
                "nobody should read it any more."
            )
            url = reverse("admin:documents_document_change", args=[replaced.pk])
            self.message_user(request, format_html(message, link=format_html('<a href="{}">{}</a>', url, replaced)))

    def response_post_save_add(self, request: HttpRequest, obj: Document) -> HttpResponse:
        return _to_report(obj) if NEW_FILE in request.FILES else super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Document) -> HttpResponse:
        return _to_report(obj) if NEW_FILE in request.FILES else super().response_post_save_change(request, obj)

    @admin.display(description=_("file"), ordering="version_count")
    def file(self, document: Any) -> SafeString | str:
        """Return the newest file's format and length, and what keeps it from the public."""
        if document.newest_media_type is None:
            return gettext("none yet")
        kind = MediaType(document.newest_media_type)
        words = ", ".join(filter(None, [str(kind.label), kind.extent(document.pages)]))
        if document.newest_scan in KEPT_BACK:
            scan = Scan(document.newest_scan)
            return format_html('{} <span class="status" data-status="{}">{}</span>', words, scan, scan.label)
        return words

    @admin.display(description=_("responsible"), ordering="responsible__name")
    def responsible_name(self, document: Document) -> str | None:
        return document.responsible.name if document.responsible else None

    @admin.display(description=_("problems"), ordering="severity")
    def faults(self, document: Document) -> SafeString:
        rows = [("shuts-out" if shuts_out else "fault", words) for words, shuts_out in list_faults(document)]
        return format_html_join("", '<span class="status" data-status="{}">{}</span> ', rows)


def _settle_hidden(document: Document, form: DocumentForm) -> None:
    """Record that hidden content was accepted. Raise `ValidationError` if the file has been replaced meanwhile."""
    newest = find_newest_to_show(document)
    if newest is None or not newest.must_accept_hidden:
        return
    if form.accepts(newest.checksum):
        accept_hidden(newest)
    elif document.publication == Publication.PUBLISHED:
        check_hidden(newest.hidden_content, is_accepted=False)


def _report_context(document: Document) -> dict[str, Any]:
    """Return every version with its report, and the newest that is not withdrawn for the top of the page."""
    prefetch_related_objects([document], "versions")
    rows = [(version, build_report(version, document.language)) for version in document.versions.all()]
    top = next((row for row in rows if row[0].withdrawn_at is None), rows[0] if rows else None)
    judged = find_newest_to_show(document)
    return {
        "version_rows": rows,
        "newest": top,
        "current": document.current_version if document.is_published() else document.coming_version,
        "must_explain": bool(top and top[0] == judged and top[0].shuts_out),
    }


def _to_report(document: Document) -> HttpResponseRedirect:
    """Redirect to the document's page, which begins with the report on its file."""
    return HttpResponseRedirect(reverse("admin:documents_document_change", args=[document.pk]))


def _version_file(request: HttpRequest, model_admin: DocumentAdmin, pk: int) -> HttpResponseBase:
    """Serve a version's file to staff, public or not, once it has passed the virus check."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    version = get_object_or_404(DocumentVersion.objects.select_related("document"), pk=pk)
    if version.scan in KEPT_BACK:
        model_admin.message_user(request, KEPT_BACK[Scan(version.scan)], messages.ERROR)
        return _to_report(version.document)
    return send_file_to_staff(request, version)
