"""The door of the website: what browsers send is normalised here, once, before any view, form or filter reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

from language.characters import normalize_line, normalize_text

Handler = Callable[[HttpRequest], HttpResponse]
UNTOUCHED = "password"
"""Fields with this in their name are left byte for byte: a password is compared with what was once typed."""


def normalize_input(get_response: Handler) -> Handler:
    """Normalise parameters, form fields, names of files and cookies.

    A form is normalised when a view or another middleware first reads it, as late as before: whoever refuses a
    request for its size still does so unread, and what Django raises over a body is raised where it always was.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: normalize_text(value) for name, value in request.COOKIES.items()}
        request.GET = normalize_query(request.GET)  # type: ignore[assignment]
        read = request._load_post_and_files  # noqa: SLF001 - what `POST` and `FILES` call

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
    """Return the same fields in the same order, normalised; the very same query where nothing needs it."""
    fields = [(name, value) for name, values in query.lists() for value in values]
    normalized = [(normalize_text(name), _normalized_value(name, value)) for name, value in fields]
    if normalized == fields:
        return query
    found = QueryDict(mutable=True, encoding=query.encoding)
    for name, value in normalized:
        found.appendlist(name, value)
    found._mutable = False  # noqa: SLF001 - as Django makes those that it reads
    return found


def _normalized_value(name: str, value: str) -> str:
    return value if UNTOUCHED in name else normalize_text(value)
