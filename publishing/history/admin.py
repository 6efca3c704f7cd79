"""Histories in the admin: what was saved, by whom and what differed; going back; and the bin."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from publishing.drafts.admin import DraftsAdmin
from publishing.history.comparison import Change, Comparison
from publishing.history.deletions import KEPT, NotBroughtBackError, bring_back, keep_deleted
from publishing.history.restoration import restore_revision
from publishing.history.revisions import keep_revision, keep_unknown_state
from publishing.link_uses import find_uses
from publishing.models import Deletion, Publication, Revision

REVISIONS_ON_PAGE = 20


class Step(NamedTuple):
    """A revision, and what differs from the one before."""

    revision: Revision
    changes: list[Change]
    message: str
    """What was done, in words, where nothing differs."""
    is_first: bool = False
    is_latest: bool = False


class HistoryAdmin(DraftsAdmin):
    """Keeps each state that is saved, and what is deleted."""

    object_history_template = "admin/history.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("bin/", view(self.bin_view), name=f"{name}_bin"),
            path("bin/<int:pk>/", view(require_POST(self.bring_back_view)), name=f"{name}_bring_back"),
            path("<path:object_id>/history/<int:pk>/", view(require_POST(self.restore_view)), name=f"{name}_restore"),
            *super().get_urls(),
        ]

    # Keeping --------------------------------------------------------------------------------------
    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:  # noqa: FBT001
        if change:
            keep_unknown_state(obj)
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._keep_logged(request, obj, super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._keep_logged(request, obj, super().log_change(request, obj, message))

    def _keep_logged(self, request: HttpRequest, thing: Model, entry: LogEntry) -> LogEntry:
        """Keep a revision of whatever the admin logs: forms, actions, reports."""
        keep_revision(thing, request.user, entry)  # type: ignore[arg-type]
        return entry

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say before something is deleted which texts link to it."""
        thing = self.get_object(request, unquote(object_id)) if request.method == "GET" else None
        context = {"bin_days": KEPT.days, "link_uses": find_uses(thing) if thing else []}
        return super().delete_view(request, object_id, context | (extra_context or {}))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._keep_deleted(request, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            self._keep_deleted(request, queryset)
            super().delete_queryset(request, queryset)

    def _keep_deleted(self, request: HttpRequest, things: Iterable[Any]) -> None:
        keep_deleted(things, request.user)  # type: ignore[arg-type]
        words = _('It can be brought back from the <a href="{}">bin</a> for {} days.')
        self.message_user(request, format_html(words, self._address("bin"), KEPT.days))

    # History --------------------------------------------------------------------------------------
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        thing = self._find_thing(request, object_id)
        found = Revision.objects.of(thing) if thing is not None else Revision.objects.none()
        paginator = self.get_paginator(request, found, REVISIONS_ON_PAGE)
        page = paginator.get_page(request.GET.get("p", 1))
        context = {
            "steps": list_steps(thing, page) if thing is not None else [],
            "page": page,
            "earlier": _find_earlier_entries(thing) if thing is not None and not page.has_next() else (),
            "may_restore": thing is not None and self.has_change_permission(request, thing),
        }
        return super().history_view(request, object_id, context | (extra_context or {}))

    def restore_view(self, request: HttpRequest, object_id: str, pk: int) -> HttpResponse:
        """Open the form with what a revision has, as a draft of the user's."""
        thing = self._get_changeable(request, object_id)
        draft = restore_revision(self, request, thing, get_object_or_404(Revision.objects.of(thing), pk=pk))
        words = _("The form shows what it was then, as a draft. Nothing changes for the public until you publish it.")
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(self._address_of(draft))

    # The bin --------------------------------------------------------------------------------------
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_delete = {"bin_url": self._address("bin")} if self.has_delete_permission(request) else {}
        return super().changelist_view(request, may_delete | (extra_context or {}))

    def bin_view(self, request: HttpRequest) -> HttpResponse:
        """List what has been deleted and can be brought back."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        deletions = self._find_deletions()
        page = self.get_paginator(request, deletions, self.list_per_page).get_page(request.GET.get("p", 1))
        return self._render(request, "admin/bin.html", {"title": _("Bin"), "page": page, "days": KEPT.days})

    def bring_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring a deleted thing back, withdrawn if it was public, and open its form."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        deletion = get_object_or_404(self._find_deletions(), pk=pk)
        try:
            with transaction.atomic():
                thing = self._bring_back(request, deletion)
        except NotBroughtBackError as error:
            self.message_user(request, f"{deletion}: {error}", messages.ERROR)
            return HttpResponseRedirect(self._address("bin"))
        self.message_user(request, _("“%(thing)s” is back.") % {"thing": thing}, messages.SUCCESS)
        return HttpResponseRedirect(self._address("change", thing.pk))

    def _bring_back(self, request: HttpRequest, deletion: Deletion) -> Model:
        thing: Any = bring_back(deletion)
        if getattr(thing, "publication", None) == Publication.PUBLISHED:
            thing.publication = Publication.ARCHIVED
            thing.save(update_fields=["publication"])
        if self.get_object(request, str(thing.pk)) is None or not self.has_change_permission(request, thing):
            raise PermissionDenied
        self.log_change(request, thing, [{"changed": {"fields": [_("brought back from the bin")]}}])
        return thing

    def _find_deletions(self) -> QuerySet[Deletion]:
        return Deletion.objects.filter(content_type=ContentType.objects.get_for_model(self.model))

    def _get_changeable(self, request: HttpRequest, object_id: str) -> Model:
        """Return the thing of an address, or raise if there is none or the user may not change it."""
        thing = self._find_thing(request, object_id)
        if thing is None:
            raise Http404
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        return thing

    def _render(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, frame | context)


def list_steps(thing: Model, page: Page[Revision]) -> list[Step]:
    """Return the revisions of a page, the latest first, each compared with the one before."""
    revisions = list(page.object_list)
    before = list(Revision.objects.of(thing)[page.end_index() : page.end_index() + 1])
    states = [*revisions, *before]
    comparison = Comparison(thing, [one.contents for one in states])
    steps = [
        Step(new, comparison.list_changes(old.contents, new.contents), describe_message(new))
        for new, old in pairwise(states)
    ]
    if revisions and not before:
        steps.append(Step(revisions[-1], [], describe_message(revisions[-1]), is_first=True))
    if steps and page.number == 1:
        steps[0] = steps[0]._replace(is_latest=True)
    return steps


def describe_message(revision: Revision) -> str:
    """Return what was done, in the reader's language where the admin's log allows it."""
    return LogEntry(change_message=revision.message).get_change_message() if revision.message else ""


def _find_earlier_entries(thing: Model) -> QuerySet[LogEntry]:
    """Find what the admin's log says of the time before the first revision."""
    first = Revision.objects.of(thing).last()
    entries = LogEntry.objects.filter(object_id=str(thing.pk)).select_related("user").order_by("-action_time")
    entries = entries.filter(content_type=ContentType.objects.get_for_model(thing))
    return entries.filter(action_time__lt=first.saved_at)[:100] if first else entries[:100]
