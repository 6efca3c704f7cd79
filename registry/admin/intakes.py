from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mailroom.read_only_admin import ReadOnlyAdmin
from registry.admin.typed_text import find_typed, keep_typed
from registry.models import Case, Intake
from registry.permissions import may_read_mail
from registry.services.disposal import propose_disposal
from registry.services.mail_intake import attach_to_case, find_case_by_number, suggest_cases
from registry.services.registration import DisposedError, describe_intake, register_waiting

WAITING = (Intake.State.RECEIVED, Intake.State.QUARANTINED)


class GroundForm(forms.Form):
    """The rule or decision that allows the disposal (Arkivlagen 1990:782, 10 §)."""

    ground = forms.CharField(
        label=_("Ground"), max_length=300, help_text=_("The rule or decision that allows it, including its number.")
    )


@admin.register(Intake)
class IntakeAdmin(ReadOnlyAdmin):
    """All arrivals, quarantine included."""

    list_display = ("received_at", "addressee", "channel", "state_mark", "reason", "case")
    list_filter = ("state", "channel", "received_at")
    list_select_related = ("record__case__series",)
    search_fields = ("addressee", "reason", "record__subject")
    actions = ("release_selected", "propose_disposal")

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.change_intake")

    def show(self, request: HttpRequest, intake: Intake) -> HttpResponse:
        """Show the arrival; a POST registers it or adds it to a case."""
        may_release = self.has_release_permission(request)
        page = f"intake:{intake.pk}"
        if request.method == "POST":
            if not may_release:
                raise PermissionDenied
            if fault := self._take(request, intake):
                keep_typed(request, page, {"number": request.POST.get("number", "")})
                self.message_user(request, fault, messages.ERROR)
                return HttpResponseRedirect(request.path)
            keep_typed(request, page, {})
            intake.refresh_from_db()
            return HttpResponseRedirect(reverse("admin:registry_case_change", args=[intake.record.case_id]))
        return self.page(
            request,
            "admin/registry/intake.html",
            intake,
            intake=intake,
            message=describe_intake(intake),
            files=intake.files.all(),
            may_open_mail=may_read_mail(cast("User", request.user), intake),
            case=getattr(intake, "record", None) and intake.record.case,
            may_release=may_release and intake.state in WAITING,
            may_attach=may_release and intake.state == Intake.State.RECEIVED,
            suggestions=suggest_cases(intake) if intake.state == Intake.State.RECEIVED else [],
            number=find_typed(request, page).get("number", ""),
        )

    def _take(self, request: HttpRequest, intake: Intake) -> str:
        """Register the arrival or add it to a case, as the button says. Return the error, if any."""
        number = request.POST.get("number", "").strip()
        pressed = request.POST.get("do", "attach" if "number" in request.POST else "register")
        act, _colon, suggested = pressed.partition(":")
        if act == "register" and number:
            return gettext(
                "You have entered a number. Add the arrival to that case, or clear the field to register it as a "
                "new case."
            )
        try:
            if act == "attach":
                return self._attach(request, intake, suggested or number)
            case = register_waiting(intake, actor=request.user.get_username())
        except DisposedError as error:
            return str(error)
        self.message_user(request, _("It has been registered as %(number)s.") % {"number": case}, messages.SUCCESS)
        return ""

    def _attach(self, request: HttpRequest, intake: Intake, number: str) -> str:
        """Add it to the case with the number. Return an error if there is no such case."""
        case = find_case_by_number(number)
        if case is None:
            return gettext("There is no case with that number. Enter it in the format RUS 2026/0042.")
        attach_to_case(intake, case, cast("User", request.user))
        self.message_user(request, _("It has been added to %(number)s.") % {"number": case}, messages.SUCCESS)
        return ""

    @admin.action(description=_("Register selected (release from quarantine)"), permissions=["release"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Intake]) -> None:
        waiting = queryset.filter(state__in=WAITING).order_by("received_at", "pk")
        cases = [register_waiting(intake, actor=request.user.get_username()) for intake in waiting]
        words = ngettext(
            "%(count)d message has been registered.", "%(count)d messages have been registered.", len(cases)
        )
        self.message_user(request, words % {"count": len(cases)}, messages.SUCCESS if cases else messages.INFO)

    def has_dispose_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.dispose_intake")

    @admin.action(description=_("Propose disposal of selected"), permissions=["dispose"])
    def propose_disposal(self, request: HttpRequest, queryset: QuerySet[Intake]) -> HttpResponse | None:
        """Ask for the ground, then propose."""
        waiting = list(queryset.filter(state__in=WAITING).order_by("received_at", "pk"))
        if not waiting:
            self.message_user(request, _("None of those selected are waiting to be registered."), messages.INFO)
            return None
        form = GroundForm(request.POST if "ground" in request.POST else None)
        if not form.is_valid():
            frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Propose disposal")}
            status = 422 if form.is_bound else 200
            context = frame | {"form": form, "intakes": waiting, "action": "propose_disposal"}
            return TemplateResponse(request, "admin/registry/propose_disposal.html", context, status=status)
        propose_disposal(intakes=waiting, ground=form.cleaned_data["ground"], user=cast("User", request.user))
        self.message_user(
            request, _("The disposal has been proposed. An archivist will decide on it."), messages.SUCCESS
        )
        return None

    @admin.display(description=_("state"), ordering="state")
    def state_mark(self, intake: Intake) -> SafeString:
        return format_html('<span class="status" data-status="{}">{}</span>', intake.state, intake.get_state_display())

    @admin.display(description=_("case"))
    def case(self, intake: Intake) -> Case | None:
        return getattr(intake, "record", None) and intake.record.case
