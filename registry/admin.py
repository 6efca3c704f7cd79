"""The registry, as registrars, officers and archivists meet it.

Nothing here adds, edits or deletes a row as such. The acts are those of `registry.services`, each with its
event; what came in is only read. The database refuses the rest by itself (migration 0002).
"""

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.forms import MAY_HAVE_CASES, HandleCaseForm, OfficerChoice
from registry.models import Case, Event, File, Intake, Record
from registry.services import assign, describe, release, set_status

NUMBER = re.compile(r"^\s*(?:[^\W\d]+\s*)?(?P<year>\d{4})\s*/\s*(?P<number>\d+)(?:-\d+)?\s*$")
"""A registration number as people write it, with or without the series or the record's own number."""


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that nobody adds, changes or deletes as such."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def page(self, request: HttpRequest, template: str, thing: Any, **context: Any) -> HttpResponse:
        """A page about one row, in the admin's frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(thing)}
        return TemplateResponse(request, template, frame | context)


class AssignmentFilter(admin.SimpleListFilter):
    """Whose the case is."""

    title = _("assigned to")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [("nobody", _("nobody yet")), ("me", _("me")), ("others", _("someone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        match self.value():
            case "nobody":
                return queryset.filter(assigned_to=None)
            case "me":
                return queryset.filter(assigned_to=request.user.pk)
            case "others":
                return queryset.exclude(assigned_to=None)
        return queryset


class AssignActionForm(ActionForm):
    """Beside the list's actions: to whom."""

    officer = OfficerChoice(label=_("Officer:"), required=False)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The registered cases: all of them, or for an officer those assigned to her."""

    list_display = ("registration_number", "arrived", "title", "addressee", "state", "officer", "age")
    list_filter = (AssignmentFilter, "status", "registered_at", "year")
    list_select_related = ("series", "assigned_to")
    search_fields = ("title", "records__subject", "records__body", "records__parties__name", "records__parties__email")
    search_help_text = _("Registration number, or words in the subject, the text or the sender's name and address.")
    action_form = AssignActionForm
    actions = ("assign_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        first = Record.objects.filter(case=OuterRef("pk")).order_by("ordinal")
        cases = (
            super()
            .get_queryset(request)
            .annotate(
                arrived_at=Subquery(first.values("recorded_at")[:1]),
                addressee=Subquery(first.values("intake__addressee")[:1]),
            )
        )
        return cases if request.user.has_perm("registry.view_case") else cases.filter(assigned_to=request.user.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        if number := NUMBER.match(search_term):
            return queryset.filter(year=number["year"], number=min(int(number["number"]), 2**31 - 1)), False
        return super().get_search_results(request, queryset, search_term)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """All cases for those who keep or guard the registry; for an officer, her own."""
        if request.user.has_perm("registry.view_case"):
            return True
        return request.user.has_perm(MAY_HAVE_CASES) and (obj is None or obj.assigned_to_id == request.user.pk)

    def may_handle(self, request: HttpRequest, case: Case) -> bool:
        is_hers = request.user.has_perm(MAY_HAVE_CASES) and case.assigned_to_id == request.user.pk
        return is_hers or self.has_distribute_permission(request)

    def has_distribute_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.change_case")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file)
        return [path("file/<int:pk>/", view, name="registry_file"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case as it stands, and what the user may do with it."""
        del form_url, extra_context
        case = self.get_object(request, object_id)
        if case is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, case):
            raise PermissionDenied
        may_handle = self.may_handle(request, case)
        if request.method == "POST" and not may_handle:
            raise PermissionDenied
        form = HandleCaseForm(request.POST or None, case=case, user=request.user) if may_handle else None  # type: ignore[arg-type]
        if form is not None and form.is_valid():
            form.save()
            self.message_user(request, _("%(number)s has been saved.") % {"number": case}, messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        records = case.records.select_related("intake").prefetch_related("parties", "files", "intake__files")
        return self.page(
            request,
            "admin/registry/case.html",
            case,
            case=case,
            form=form,
            records=records,
            events=case.events.select_related("payload"),
        )

    def file(self, request: HttpRequest, pk: int) -> FileResponse:
        """A file that came in, to be saved and never shown: its content is the sender's."""
        files = File.objects.select_related("record__case", "intake__record__case")
        file = get_object_or_404(files, pk=pk)
        record = file.record or getattr(file.intake, "record", None)
        readable = (
            self.has_view_permission(request, record.case) if record else request.user.has_perm("registry.view_intake")
        )
        if not readable:
            raise Http404
        return FileResponse(
            file.file.open(), as_attachment=True, filename=file.original_name, content_type=file.content_type
        )

    @admin.action(description=_("Assign the selected to the officer"), permissions=["distribute"])
    def assign_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        form = AssignActionForm(request.POST)
        form.fields["action"].choices = self.get_action_choices(request)
        officer = form.cleaned_data.get("officer") if form.is_valid() else None
        if officer is None:
            self.message_user(request, _("Choose the officer beside the action, then try again."), messages.ERROR)
            return
        for case in queryset:
            assign(case, officer, actor=request.user.get_username())
            if case.status == Case.Status.REGISTERED:
                set_status(case, Case.Status.DISTRIBUTED, actor=request.user.get_username())
        count = len(queryset)
        words = ngettext(
            "%(count)d case is assigned to %(officer)s.", "%(count)d cases are assigned to %(officer)s.", count
        )
        self.message_user(request, words % {"count": count, "officer": officer}, messages.SUCCESS)

    @admin.display(description=_("number"), ordering=("year", "number"))
    def registration_number(self, case: Case) -> str:
        return case.registration_number

    @admin.display(description=_("arrived"), ordering="arrived_at")
    def arrived(self, case: Case) -> str:
        return date_format(timezone.localtime(case.arrived_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("addressee"), ordering="addressee")
    def addressee(self, case: Case) -> str:
        return case.addressee

    @admin.display(description=_("status"), ordering="status")
    def state(self, case: Case) -> SafeString:
        return format_html('<span class="status" data-status="{}">{}</span>', case.status, case.get_status_display())

    @admin.display(description=_("assigned to"), ordering="assigned_to__username", empty_value=_("nobody yet"))
    def officer(self, case: Case) -> str | None:
        user = case.assigned_to
        return (user.get_full_name() or user.get_username()) if user else None

    @admin.display(description=_("age"), ordering="-arrived_at")
    def age(self, case: Case) -> str:
        return "" if case.status == Case.Status.CLOSED else timesince(case.arrived_at or case.registered_at, depth=1)


@admin.register(Intake)
class IntakeAdmin(ReadOnlyAdmin):
    """Everything that arrived, also what waits in quarantine."""

    list_display = ("received_at", "addressee", "channel", "state_mark", "reason", "case")
    list_filter = ("state", "channel", "received_at")
    list_select_related = ("record__case__series",)
    search_fields = ("addressee", "reason", "record__subject")
    actions = ("release_selected",)

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.change_intake")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The arrival as it came; a POST releases it from quarantine."""
        del form_url, extra_context
        intake = self.get_object(request, object_id)
        if intake is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, intake):
            raise PermissionDenied
        may_release = self.has_release_permission(request)
        if request.method == "POST":
            if not may_release:
                raise PermissionDenied
            case = release(intake, actor=request.user.get_username())
            self.message_user(request, _("It has been registered as %(number)s.") % {"number": case}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:registry_case_change", args=[case.pk]))
        return self.page(
            request,
            "admin/registry/intake.html",
            intake,
            intake=intake,
            message=describe(intake),
            files=intake.files.all(),
            case=getattr(intake, "record", None) and intake.record.case,
            may_release=may_release and intake.state == Intake.State.QUARANTINED,
        )

    @admin.action(description=_("Register the selected (release from quarantine)"), permissions=["release"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Intake]) -> None:
        waiting = queryset.filter(state=Intake.State.QUARANTINED).order_by("received_at", "pk")
        cases = [release(intake, actor=request.user.get_username()) for intake in waiting]
        words = ngettext(
            "%(count)d message has been registered.", "%(count)d messages have been registered.", len(cases)
        )
        self.message_user(request, words % {"count": len(cases)}, messages.SUCCESS if cases else messages.INFO)

    @admin.display(description=_("state"), ordering="state")
    def state_mark(self, intake: Intake) -> SafeString:
        return format_html('<span class="status" data-status="{}">{}</span>', intake.state, intake.get_state_display())

    @admin.display(description=_("case"))
    def case(self, intake: Intake) -> Case | None:
        return getattr(intake, "record", None) and intake.record.case


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The chain of events, the latest first."""

    list_display = ("sequence", "at", "kind", "case", "actor")
    list_filter = ("kind", "at")
    list_select_related = ("case__series",)
    search_fields = ("actor",)
    ordering = ("-sequence",)
    fields = readonly_fields = ("sequence", "at", "kind", "case", "actor", "hash", "previous_hash", "commitment")
