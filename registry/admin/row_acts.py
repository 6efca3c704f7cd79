"""Acts from the rows of the dashboard: one POST each, then back to the dashboard with a message.

All rows are one form. The name of each field holds the key of its case, so that what was typed in other rows is kept.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.admin.lost_cases import show_lost_case
from registry.admin.typed_text import NOT_TYPED, hand_back_text, has_text, keep_typed
from registry.forms.case_acts import ActForm
from registry.models import Case
from registry.permissions import find_readable_cases
from registry.services.case_acts import IncompleteActError, StaleCaseError, UnansweredError, UnreadableCaseError

DASHBOARD = "desk"
"""The key of the texts typed on the dashboard."""


@require_POST
def act_on_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Perform the act if allowed; redirect to the page of the case if the act needs more than the row offers."""
    user = cast("User", request.user)
    case = find_readable_cases(user).select_related("series").filter(pk=pk).first()
    if case is None:
        if lost := show_lost_case(request, pk):
            return lost
        raise Http404
    keep_typed(request, DASHBOARD, _typed(request))
    form = ActForm(_row(request, pk), case=case, user=user)
    if not form.is_allowed():
        if not has_text(request):
            raise PermissionDenied
        return hand_back_text(request, str(case), _("This cannot be done in the case's current status."))
    if not form.is_valid():
        messages.error(request, _("%(number)s was not changed. Choose an officer and an action.") % {"number": case})
        return HttpResponseRedirect(reverse("admin:index"))
    return _act(request, form, case)


def _act(request: HttpRequest, form: ActForm, case: Case) -> HttpResponse:
    try:
        form.save()
    except (UnansweredError, UnreadableCaseError) as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(reverse("admin:registry_case_change", args=[case.pk]) + "#handle")
    except (StaleCaseError, IncompleteActError) as error:
        messages.error(request, f"{case}: {error}")
        return HttpResponseRedirect(reverse("admin:index"))
    keep_typed(request, DASHBOARD, _typed(request, without=case))
    messages.success(request, _("%(number)s has been saved.") % {"number": case})
    return HttpResponseRedirect(reverse("admin:index"))


def _row(request: HttpRequest, pk: int) -> dict[str, str]:
    """Return the fields of a case's row under the names of the form."""
    names = ("version", "officer", "reason")
    row = {name: request.POST.get(f"{name}-{pk}", request.POST.get(name, "")) for name in names}
    return row | {"act": request.POST.get("act", "")}


def _typed(request: HttpRequest, *, without: Case | None = None) -> dict[str, str]:
    """Return what was typed in the rows, without the row that has just been handled."""
    typed = {name: str(text) for name, text in request.POST.items() if text and "-" in name}
    rows = {name: name.rpartition("-") for name in typed}
    return {
        name: typed[name]
        for name, (field, _dash, pk) in rows.items()
        if field not in NOT_TYPED and not (without and pk == str(without.pk))
    }
