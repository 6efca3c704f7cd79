"""The operator's page in the admin: the conditions in whole sentences that say what to do."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from rus_portal.operations.conditions import State, look_at_all

MAY_WATCH = "jobs.view_heartbeat"
SECONDS_BETWEEN_LOOKS = 30


def show_operations(request: HttpRequest) -> HttpResponse:
    """All conditions, the worst first. With `watch=1` the browser asks again every half minute, without a script."""
    if not request.user.has_perm(MAY_WATCH):
        raise PermissionDenied
    is_watching = request.GET.get("watch") == "1"
    context = {
        **admin.site.each_context(request),
        **describe_conditions(),
        "title": _("Operations"),
        "looked_at": timezone.now(),
        "is_watching": is_watching,
    }
    response = TemplateResponse(request, "admin/operations/conditions.html", context)
    if is_watching:
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


def describe_conditions() -> dict[str, Any]:
    """Return the conditions, the worst first, each with its state in words, and how many need somebody."""
    words = {State.OK: _("as it should be"), State.WARNING: _("look at this"), State.FAULT: _("not working")}
    conditions = sorted(look_at_all(), key=lambda condition: -condition.finding.state)
    return {
        "conditions": [(condition, words[condition.finding.state]) for condition in conditions],
        "needs_someone": [condition for condition in conditions if condition.finding.state],
    }
