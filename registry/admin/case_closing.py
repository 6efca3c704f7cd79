"""The action that closes the selected cases. Unanswered ones need a reason, as on a case's own page."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.forms.case_acts import WithoutAnswer, describe_reason
from registry.models import Case
from registry.services.case_acts import perform_act
from registry.transitions import Act, Status, may_perform


class ReasonToCloseForm(forms.Form):
    """Why cases are closed without an answer: chosen, written, or both."""

    without_answer = forms.ChoiceField(
        label=gettext_lazy("Reason for closing without an answer"),
        choices=[("", gettext_lazy("Choose a reason")), *WithoutAnswer.choices],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("without_answer") and not given.get("reason"):
            self.add_error("without_answer", _("Choose or write a reason for closing them without an answer."))
        return given

    def words(self) -> str:
        return describe_reason(self.cleaned_data["without_answer"], self.cleaned_data["reason"])


def close_selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse | None:
    """Close the cases that can be closed; first ask for a reason if any is unanswered."""
    user = cast("User", request.user)
    cases = [case for case in queryset if may_perform(user, Act.CLOSE, case)]
    unanswered = [case for case in cases if case.status != Status.ANSWERED]
    form = ReasonToCloseForm(request.POST if "without_answer" in request.POST or "reason" in request.POST else None)
    if unanswered and not form.is_valid():
        frame = {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "title": _("Close the cases"),
        }
        context = frame | {"form": form, "cases": cases, "unanswered": unanswered, "action": "close_selected"}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/registry/close_selected.html", context, status=status)
    for case in cases:
        perform_act(Act.CLOSE, case, user, reason=form.words() if case in unanswered else "")
    _report(model_admin, request, len(cases), len(queryset) - len(cases))
    return None


def _report(model_admin: Any, request: HttpRequest, closed: int, left: int) -> None:
    words = ngettext("%(count)d case has been closed.", "%(count)d cases have been closed.", closed)
    model_admin.message_user(request, words % {"count": closed}, messages.SUCCESS if closed else messages.INFO)
    if left:
        words = ngettext(
            "%(count)d case could not be closed.",
            "%(count)d cases could not be closed.",
            left,
        )
        model_admin.message_user(request, words % {"count": left}, messages.WARNING)
