"""Acts straight from a row of the desk: one post each, back to the desk with a sentence about what became of it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.forms import ActForm
from registry.reading import readable_cases
from registry.services.handling import IncompleteActError, StaleCaseError


@require_POST
def act_on_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Do the act if the table allows it. What cannot be done from the row leads to the case's page."""
    user = cast("User", request.user)
    case = get_object_or_404(readable_cases(user).select_related("series"), pk=pk)
    form = ActForm(request.POST, case=case, user=user)
    if not form.is_allowed():
        raise PermissionDenied
    if not form.is_valid():
        messages.error(request, _("%(number)s was left as it was. Choose an officer and an act.") % {"number": case})
        return HttpResponseRedirect(reverse("admin:index"))
    try:
        form.save()
    except (StaleCaseError, IncompleteActError) as error:
        messages.error(request, f"{case}: {error}")
        return HttpResponseRedirect(reverse("admin:index"))
    messages.success(request, _("%(number)s has been saved.") % {"number": case})
    return HttpResponseRedirect(reverse("admin:index"))
