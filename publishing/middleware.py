"""Redirects from old addresses."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from publishing.views import MovedError


class RedirectMoved:
    """Answers a `MovedError` from any view with a permanent redirect to the page's present address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, MovedError) or match is None:
            return None
        address = reverse(match.view_name, kwargs={**match.kwargs, exception.part: exception.slug})
        # A message posted to a former address keeps its text: 308 instead of 301.
        return HttpResponsePermanentRedirect(address, preserve_request=request.method == "POST")
