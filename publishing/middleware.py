"""Old addresses lead on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from publishing.views import MovedError


class RedirectMoved:
    """Answers a `MovedError` raised by any view with a permanent redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:  # noqa: ARG002
        return HttpResponsePermanentRedirect(exception.to) if isinstance(exception, MovedError) else None
