"""The health check, for monitoring."""

from django.http import HttpRequest, JsonResponse

from publishing.generation import get_generation


def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 if the database answers; its errors become a 500."""
    get_generation()
    return JsonResponse({"status": "ok"})
