"""`/healthz`, `/readyz` and `/metrics`, for programs that watch the portal. What they say, they say in English."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from rus_portal.operations.conditions import Condition, State, find_worst, look_at_all
from rus_portal.operations.metrics import write_metrics
from rus_portal.unavailable import without_database

NEVER_KEPT = {"Cache-Control": "no-store"}


@without_database
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 as long as this process answers at all. It asks nothing else, the database included."""
    return JsonResponse({"status": "ok"}, headers=NEVER_KEPT)


@without_database
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if the portal does all that it should, otherwise 503; the conditions for those who have the token."""
    with translation.override("en"):
        conditions = look_at_all()
    is_ready = find_worst(conditions) != State.FAULT
    answer: dict[str, object] = {"status": "ok" if is_ready else "not ok"}
    if settings.DEMO or is_watcher(request):
        answer["conditions"] = [_describe(condition) for condition in conditions]
    return JsonResponse(answer, status=200 if is_ready else 503, headers=NEVER_KEPT)


@without_database
def metrics(request: HttpRequest) -> HttpResponse:
    """The state of the portal in numbers, for Prometheus. 404 unless METRICS_TOKEN is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not is_watcher(request):
        return HttpResponse(status=401, headers=NEVER_KEPT | {"WWW-Authenticate": "Bearer"})
    return HttpResponse(write_metrics(), CONTENT_TYPE_LATEST, headers=NEVER_KEPT)


def _describe(condition: Condition) -> dict[str, str]:
    finding = condition.finding
    return {
        "name": condition.name,
        "status": finding.state.name.lower(),
        "sentence": finding.sentence,
        "advice": finding.advice,
    }


def is_watcher(request: HttpRequest) -> bool:
    """Whether the request carries METRICS_TOKEN as a bearer token (RFC 6750). Without that setting nobody does."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return bool(settings.METRICS_TOKEN) and scheme == "Bearer" and constant_time_compare(token, settings.METRICS_TOKEN)
