"""What the editor's script asks before it pastes."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from publishing.pasted_text.conversion import LARGEST, clean_html, clean_text
from publishing.pasted_text.left_out import describe_lost
from publishing.prose import sanitize_prose


@require_POST
def clean_pasted(request: HttpRequest) -> JsonResponse:
    """Return what was copied from another program as the editor can hold it, and in words what it cannot."""
    html = request.POST.get("html", "")
    if len(html) > LARGEST:
        return JsonResponse({}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    cleaned = clean_html(html) if html else clean_text(request.POST.get("text", ""))
    return JsonResponse({"html": sanitize_prose(cleaned.html), "left_out": describe_lost(cleaned.lost)})
