"""The admin of disposals: proposed, decided by someone else, and carried out with a protocol."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mailroom.read_only_admin import ReadOnlyAdmin
from registry.forms.archive import DecisionForm, ProposalForm
from registry.models import Disposal
from registry.retention import find_reasons_to_keep
from registry.services import disposal as service
from registry.services.case_acts import DisposalRefusedError, IncompleteActError
from registry.services.mail_disposal import UNDECIDED
from registry.transitions import PERMISSIONS, Actor

State = Disposal.State
DONE = {
    "decide": _("The disposal has been decided. Nothing is destroyed until it is carried out."),
    "reject": _("The disposal has been rejected. Cases, arrivals and mail are as they were before the proposal."),
    "withdraw": _("The proposal has been withdrawn. Cases, arrivals and mail are as they were before it."),
    "carry_out": _("The disposal has been carried out. The record of it is below."),
}


@admin.register(Disposal)
class DisposalAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "state_mark",
        "ground",
        "case_count",
        "intake_count",
        "mail_count",
        "proposed_by",
        "proposed_at",
    )
    list_filter = ("state", "proposed_at")
    list_select_related = ("proposed_by",)
    search_fields = ("ground",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Disposal]:
        mails = Disposal.mails.through.objects.filter(disposal=OuterRef("pk")).order_by().values("disposal")
        counts = {
            "mail_count": Subquery(mails.annotate(count=Count("pk")).values("count")),
            "case_count": Count("cases", distinct=True),
            "intake_count": Count("intakes", distinct=True),
        }
        return super().get_queryset(request).annotate(**counts)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow registrars and archivists; the table of transitions decides which cases."""
        allowed = (PERMISSIONS[Actor.REGISTRAR], PERMISSIONS[Actor.ARCHIVIST])
        return any(request.user.has_perm(permission) for permission in allowed)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Propose the disposal of due cases, other closed cases or mail."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = cast("User", request.user)
        number = request.GET.get("number", "")[:40]
        form = ProposalForm(request.POST if request.method == "POST" else None, user=user, number=number)
        if form.is_valid():
            try:
                disposal = form.save()
            except (DisposalRefusedError, IncompleteActError) as error:
                form.add_error(None, str(error))
            else:
                self.message_user(
                    request, _("The disposal has been proposed. Someone else must decide on it."), messages.SUCCESS
                )
                return HttpResponseRedirect(reverse("admin:registry_disposal_change", args=[disposal.pk]))
        return self.page(request, "admin/registry/disposal_add.html", _("Propose disposal"), form=form)

    def show(self, request: HttpRequest, disposal: Disposal) -> HttpResponse:
        """Show the disposal and the next acts; a POST does one."""
        user = cast("User", request.user)
        form = DecisionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and self._act(request, disposal, form):
            return HttpResponseRedirect(request.path)
        may = service.may_dispose(user, disposal)
        undecided = disposal.state in UNDECIDED
        cases = disposal.cases.select_related("series", "document_type__plan").order_by("year", "number")
        kept = find_reasons_to_keep(cases) if undecided else {}
        return self.page(
            request,
            "admin/registry/disposal.html",
            capfirst(str(disposal)),
            disposal=disposal,
            form=form,
            cases=cases,
            intakes=disposal.intakes.order_by("received_at", "pk"),
            mails=disposal.mails.defer("raw").order_by("received_at", "pk"),
            may_decide=may and disposal.state == State.PROPOSED and disposal.proposed_by_id != user.pk,
            is_own=disposal.state == State.PROPOSED and disposal.proposed_by_id == user.pk,
            kept=[(case, kept[case.pk]) for case in cases if case.pk in kept],
            may_withdraw=undecided and service.may_withdraw(user, disposal),
            may_carry_out=may and disposal.state == State.DECIDED,
        )

    def _act(self, request: HttpRequest, disposal: Disposal, form: DecisionForm) -> bool:
        """Do what was posted. Return False if the form has errors."""
        user = cast("User", request.user)
        withdraws = form.data.get("act") == "withdraw"
        if not (service.may_withdraw if withdraws else service.may_dispose)(user, disposal):
            raise PermissionDenied
        if not form.is_valid():
            return False
        act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
        try:
            match act:
                case "decide":
                    service.decide_disposal(disposal, user, reason=reason)
                case "reject":
                    service.reject_disposal(disposal, user, reason)
                case "withdraw":
                    service.withdraw_disposal(disposal, user, reason)
                case "carry_out":
                    service.carry_out_disposal(disposal, user)
        except (DisposalRefusedError, IncompleteActError) as error:
            form.add_error(None, str(error))
            return False
        self.message_user(request, DONE[act], messages.SUCCESS)
        return True

    @admin.display(description=_("disposal"), ordering="pk")
    def name(self, disposal: Disposal) -> str:
        return capfirst(str(disposal))

    @admin.display(description=_("state"), ordering="state")
    def state_mark(self, disposal: Disposal) -> SafeString:
        return format_html(
            '<span class="status" data-status="disposal_{}">{}</span>', disposal.state, disposal.get_state_display()
        )

    @admin.display(description=_("cases"), ordering="case_count")
    def case_count(self, disposal: Disposal) -> int:
        return disposal.case_count

    @admin.display(description=_("arrivals"), ordering="intake_count")
    def intake_count(self, disposal: Disposal) -> int:
        return disposal.intake_count

    @admin.display(description=_("e-mails"), ordering="mail_count")
    def mail_count(self, disposal: Disposal) -> int:
        return disposal.mail_count or 0
