"""Normalisation of all that browsers send, before any view, form or filter reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

from language.characters import normalize_line, normalize_text

Handler = Callable[[HttpRequest], HttpResponse]
UNTOUCHED = "password"
"""Fields with this in their name are left untouched: passwords are compared with what was once typed."""


def normalize_input(get_response: Handler) -> Handler:
    """Normalise query parameters, form fields, file names and cookies.

    A form is normalised when it is first read, so that requests can still be refused unread for their size, and errors
    in a body are raised where Django raises them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: normalize_text(value) for name, value in request.COOKIES.items()}
        request.GET = normalize_query(request.GET)  # type: ignore[assignment]
        read = request._load_post_and_files  # noqa: SLF001 - called by `POST` and `FILES`

        def read_normalized() -> None:
            read()
            request.POST = normalize_query(request.POST)  # type: ignore[assignment]
            for _field, files in request.FILES.lists():
                for file in files:
                    file.name = normalize_line(file.name or "")

        request._load_post_and_files = read_normalized  # type: ignore[method-assign]  # noqa: SLF001
        return get_response(request)

    return middleware


def normalize_query(query: QueryDict) -> QueryDict:
    """Return the query normalised; the same object if nothing changes."""
    fields = [(name, value) for name, values in query.lists() for value in values]
    normalized = [(normalize_text(name), _normalized_value(name, value)) for name, value in fields]
    if normalized == fields:
        return query
    found = QueryDict(mutable=True, encoding=query.encoding)
    for name, value in normalized:
        found.appendlist(name, value)
    found._mutable = False  # noqa: SLF001 - as Django's own
    return found


def _normalized_value(name: str, value: str) -> str:
    return value if UNTOUCHED in name else normalize_text(value)
