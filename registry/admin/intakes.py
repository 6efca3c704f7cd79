from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.admin.read_only import ReadOnlyAdmin
from registry.models import Case, Intake
from registry.services.mail_in import attach_to_case, case_of_number, suggestions
from registry.services.receiving import DisposedError, describe, register_waiting

WAITING = (Intake.State.RECEIVED, Intake.State.QUARANTINED)


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
            if "number" in request.POST:
                return self.attach(request, intake)
            case = register_waiting(intake, actor=request.user.get_username())
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
            may_release=may_release and intake.state in WAITING,
            may_attach=may_release and intake.state == Intake.State.RECEIVED,
            suggestions=suggestions(intake) if intake.state == Intake.State.RECEIVED else [],
        )

    def attach(self, request: HttpRequest, intake: Intake) -> HttpResponse:
        """Add it to the case whose number was given; say so where there is no such case."""
        case = case_of_number(request.POST["number"])
        if case is None:
            words = _("There is no case with that number. Write it as RUS 2026/0042.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(request.path)
        try:
            attach_to_case(intake, case, request.user)  # type: ignore[arg-type]
        except DisposedError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)
        self.message_user(request, _("It has been added to %(number)s.") % {"number": case}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:registry_case_change", args=[case.pk]))

    @admin.action(description=_("Register the selected (release from quarantine)"), permissions=["release"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Intake]) -> None:
        waiting = queryset.filter(state__in=WAITING).order_by("received_at", "pk")
        cases = [register_waiting(intake, actor=request.user.get_username()) for intake in waiting]
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
