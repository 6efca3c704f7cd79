from datetime import timedelta
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry import search
from registry.admin import answers, case_sheet, daily_list, mail_source, reports
from registry.admin.case_closing import close_selected
from registry.admin.case_disposal import find_case_disposal
from registry.admin.case_forms import CaseForms
from registry.admin.files import download_file
from registry.admin.lost_cases import show_lost_case
from registry.admin.paginator import DeepPaginator
from registry.admin.row_acts import act_on_row
from registry.admin.saved_filters import SavedFiltersAdmin
from registry.admin.typed_text import find_typed, hand_back_text, has_text, keep_typed
from registry.days import day_bounds
from registry.forms.case_acts import OfficerChoice
from registry.models import Case, Record
from registry.permissions import READS_ALL, find_readable_cases, may_be_distributed_to
from registry.services.answers import find_open_answer
from registry.services.case_acts import perform_act
from registry.transitions import MAY_HAVE_CASES, Act, find_acts, may_perform


class AssignmentFilter(admin.SimpleListFilter):
    title = _("assigned to")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("nobody", _("unassigned")), ("me", _("me")), ("others", _("someone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        match self.value():
            case "nobody":
                return queryset.filter(assigned_to=None)
            case "me":
                return queryset.filter(assigned_to=request.user.pk)
            case "others":
                return queryset.exclude(assigned_to=None)
        return queryset


class RegisteredFilter(admin.SimpleListFilter):
    """When it was registered, relative to today, so that a saved selection stays current."""

    title = _("registered")
    parameter_name = "registered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("today")), ("week", _("the past 7 days")), ("month", _("this month")),
                ("year", _("this year"))]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        today = timezone.localdate()
        since = {
            "today": today,
            "week": today - timedelta(days=7),
            "month": today.replace(day=1),
            "year": today.replace(month=1, day=1),
        }.get(self.value() or "")
        return queryset.filter(registered_at__gte=day_bounds(since)[0]) if since else queryset


class AssignActionForm(ActionForm):
    """The officer field beside the list's actions."""

    officer = OfficerChoice(label=_("Officer:"), required=False)


class DueFilter(admin.SimpleListFilter):
    title = _("answer due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("overdue")), ("open", _("open"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        match self.value():
            case "overdue":
                return queryset.overdue()
            case "open":
                return queryset.open()
        return queryset


@admin.register(Case)
class CaseAdmin(SavedFiltersAdmin):
    """The cases that the user may read: all of them, or for officers their own."""

    list_display = ("registration_number", "arrived", "title", "addressee", "state", "officer", "due", "age")
    list_filter = (AssignmentFilter, DueFilter, "status", "kind", "document_type", RegisteredFilter, "year")
    selects = frozenset({
        "q", "o", "assigned", "due", "registered", "year", "status__exact", "kind__exact", "document_type__id__exact",
        "document_type__isnull",
    })  # fmt: skip
    list_select_related = ("series", "assigned_to")
    search_fields = ("title",)
    search_help_text = _("Registration number, or words from the subject, text, files or sender's name.")
    show_full_result_count = False
    paginator = DeepPaginator
    action_form = AssignActionForm
    actions = ("assign_selected", "close_selected")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        first = Record.objects.filter(case=OuterRef("pk")).order_by("ordinal")
        cases = find_readable_cases(cast("User", request.user)).order_by("-year", "-number")
        return cases.annotate(addressee=Subquery(first.values("intake__addressee")[:1]))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        return (search.search_cases(queryset, search_term) if search_term.strip() else queryset), False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """Whether there may be any cases; `find_readable_cases` decides which."""
        if not (request.user.has_perm(READS_ALL) or request.user.has_perm(MAY_HAVE_CASES)):
            return False
        return obj is None or find_readable_cases(cast("User", request.user)).filter(pk=obj.pk).exists()

    def has_distribute_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.change_case")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(download_file)
        reports_view = self.admin_site.admin_view(reports.show_reports)
        return [
            path("file/<int:pk>/", view, name="registry_file"),
            *mail_source.make_urls(self.admin_site),
            path("<int:pk>/answer/", self.admin_site.admin_view(answers.show_answer), name="registry_answer"),
            path("<int:pk>/act/", self.admin_site.admin_view(act_on_row), name="registry_case_act"),
            path("<int:pk>/sheet/", self.admin_site.admin_view(case_sheet.show_sheet), name="registry_case_sheet"),
            path("daily/", self.admin_site.admin_view(daily_list.show_daily_list), name="registry_daily"),
            path("reports/", reports_view, name="registry_reports"),
            *super().get_urls(),
        ]

    def show(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Show the case and what the user may do with it; a POST does it."""
        user, page = cast("User", request.user), f"case:{case.pk}"
        posted = request.POST if request.method == "POST" else None
        forms = CaseForms(case, user, posted, find_typed(request, page))
        try:
            is_done = posted is not None and forms.save()
        except PermissionDenied:
            if not has_text(request):
                raise
            return hand_back_text(request, str(case), str(_("This cannot be done in the case's current status.")))
        if is_done:
            keep_typed(request, page, forms.typed)
            return self._go_on(request, case, forms)
        return self.page(
            request,
            "admin/registry/case.html",
            case,
            case=case,
            forms=forms,
            act_form=forms.act,
            beside=forms.beside,
            acts=find_acts(user, case),
            answer=find_open_answer(case),
            may_answer=may_perform(user, Act.ANSWER, case),
            disposal=find_case_disposal(case, user),
            **case_sheet.gather_contents(case, user),
        )

    def _go_on(self, request: HttpRequest, case: Case, forms: CaseForms) -> HttpResponse:
        """Redirect after an act: to the case, to the one that follows it, or to the list if it is unreadable now."""
        if forms.posted == "follow" and (opened := forms.beside["follow"].opened):
            return self._lead_to(request, opened)
        self.message_user(request, _("%(number)s has been saved.") % {"number": case}, messages.SUCCESS)
        is_readable = self.get_queryset(request).filter(pk=case.pk).exists()
        return HttpResponseRedirect(request.path if is_readable else "../../")

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Tell a former officer of the case who has it now."""
        lost = show_lost_case(request, object_id)
        return lost or super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def _lead_to(self, request: HttpRequest, opened: Case) -> HttpResponse:
        """Redirect to the case that follows the shown one."""
        said = {"number": opened, "follows": opened.follows}
        words = _("%(number)s is open and continues %(follows)s. Distribute it to an officer.") % said
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:registry_case_change", args=[opened.pk]))

    @admin.action(description=_("Assign selected to officer"), permissions=["distribute"])
    def assign_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        form = AssignActionForm(request.POST)
        form.fields["action"].choices = self.get_action_choices(request)
        officer = form.cleaned_data.get("officer") if form.is_valid() else None
        if officer is None:
            self.message_user(request, _("Choose an officer next to the action, then try again."), messages.ERROR)
            return
        user = cast("User", request.user)
        cases = [case for case in queryset if may_perform(user, Act.DISTRIBUTE, case)]
        unreadable = [case for case in cases if not may_be_distributed_to(officer, case)]
        cases = [case for case in cases if case not in unreadable]
        for case in cases:
            perform_act(Act.DISTRIBUTE, case, user, officer=officer)
        words = ngettext(
            "%(count)d case has been assigned to %(officer)s.",
            "%(count)d cases have been assigned to %(officer)s.",
            len(cases),
        )
        self.message_user(
            request, words % {"count": len(cases), "officer": officer}, messages.SUCCESS if cases else messages.INFO
        )
        if unreadable:
            words = _(
                "%(numbers)s: marked with secrecy, and %(officer)s does not have permission to read such cases. "
                "Open the case to give them access, or choose someone who has permission."
            )
            numbers = ", ".join(map(str, unreadable))
            self.message_user(request, words % {"numbers": numbers, "officer": officer}, messages.ERROR)
        if left := len(queryset) - len(cases) - len(unreadable):
            words = ngettext(
                "%(count)d case was skipped because it is answered or closed.",
                "%(count)d cases were skipped because they are answered or closed.",
                left,
            )
            self.message_user(request, words % {"count": left}, messages.WARNING)

    @admin.action(description=_("Close selected"), permissions=["distribute"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse | None:
        return close_selected(self, request, queryset)

    @admin.display(description=_("number"), ordering="registered_at")
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

    @admin.display(description=_("assigned to"), ordering="assigned_to__username", empty_value=_("unassigned"))
    def officer(self, case: Case) -> str | None:
        user = case.assigned_to
        return (user.get_full_name() or user.get_username()) if user else None

    @admin.display(description=_("answer due"), ordering="due_on")
    def due(self, case: Case) -> SafeString | str:
        if case.due_on is None or not case.is_open:
            return ""
        day = date_format(case.due_on, "SHORT_DATE_FORMAT")
        return format_html('<strong class="overdue">{}: {}</strong>', _("overdue"), day) if case.is_overdue else day

    @admin.display(description=_("age"), ordering="-arrived_at")
    def age(self, case: Case) -> str:
        return timesince(case.arrived_at, depth=1) if case.is_open else ""
