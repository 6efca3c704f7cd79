"""The admin of deliveries to the e-archive, made by `export_archive`, and of the archive's receipts and refusals."""

from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailroom.read_only_admin import ReadOnlyAdmin
from registry.archive.content import RefusedError
from registry.forms.archive import ReceiptForm, RefusalForm
from registry.models import Delivery
from registry.services.case_acts import IncompleteActError
from registry.services.delivery import MAY_DELIVER, confirm_receipt, note_refusal


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("package", "state_mark", "case_count", "delivered_by", "delivered_at", "receipt")
    list_filter = (
        ("archived_at", admin.EmptyFieldListFilter),
        ("refused_at", admin.EmptyFieldListFilter),
        "delivered_at",
    )
    search_fields = ("package", "receipt", "refusal")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).annotate(case_count=Count("cases"))

    def show(self, request: HttpRequest, delivery: Delivery) -> HttpResponse:
        """Show the package and its cases; a POST notes the archive's receipt or refusal."""
        refuses = request.POST.get("do") == "refuse"
        posted = request.POST if request.method == "POST" else None
        form = ReceiptForm(None if refuses else posted, initial=_typed(request, "receipt"))
        refusal = RefusalForm(posted if refuses else None, initial=_typed(request, "reason"))
        if posted is not None and self._note(request, delivery, refusal if refuses else form):
            return HttpResponseRedirect(request.path)
        return self.page(
            request,
            "admin/registry/delivery.html",
            delivery,
            delivery=delivery,
            form=form,
            refusal=refusal,
            cases=delivery.cases.select_related("series").order_by("year", "number"),
            may_confirm=request.user.has_perm(MAY_DELIVER) and not (delivery.archived_at or delivery.refused_at),
        )

    def _note(self, request: HttpRequest, delivery: Delivery, form: ReceiptForm | RefusalForm) -> bool:
        """Note the archive's answer. Return False if the form has errors."""
        if not request.user.has_perm(MAY_DELIVER):
            raise PermissionDenied
        if not form.is_valid():
            return False
        if request.POST.get("receipt" if isinstance(form, RefusalForm) else "reason", "").strip():
            form.add_error(None, _("You have entered both a receipt and a refusal. Clear the one that does not apply."))
            return False
        user = cast("User", request.user)
        try:
            if isinstance(form, RefusalForm):
                note_refusal(delivery, user, form.cleaned_data["reason"])
                said = _("The refusal has been recorded. The cases are closed and can be delivered in a new package.")
            else:
                confirm_receipt(delivery, user, form.cleaned_data["receipt"])
                said = _("The receipt has been recorded. The archive now holds the cases.")
        except (RefusedError, IncompleteActError) as error:
            form.add_error(None, str(error))
            return False
        self.message_user(request, said, messages.SUCCESS)
        return True

    @admin.display(description=_("state"), ordering="archived_at")
    def state_mark(self, delivery: Delivery) -> SafeString:
        state, words = "delivered", gettext("waiting for the archive's receipt")
        if delivery.archived_at:
            state, words = "archived", gettext("received by the archive")
        elif delivery.refused_at:
            state, words = "disposal_rejected", gettext("refused by the archive")
        return format_html('<span class="status" data-status="{}">{}</span>', state, words)

    @admin.display(description=_("cases"), ordering="case_count")
    def case_count(self, delivery: Delivery) -> int:
        return delivery.case_count


def _typed(request: HttpRequest, name: str) -> dict[str, str]:
    """Return what was typed in the other form."""
    return {name: request.POST.get(name, "")}
