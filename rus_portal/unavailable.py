"""Answers to what could not be carried out: a page that says why, with all that was typed."""

import errno
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext
from psycopg2 import errorcodes

from accounts.unsent_forms import is_own_form
from files.circuit_breaker import SECONDS_TO_RETRY, StorageAwayError
from jobs.failures import is_operational
from registry.public.typed_form import make_typed_form
from rus_portal import error_pages
from rus_portal.bodies import CutBodyError
from rus_portal.database_watch import watch
from rus_portal.deadlines import OverdueError

STOPPED = (errorcodes.QUERY_CANCELED, errorcodes.LOCK_NOT_AVAILABLE, errorcodes.DEADLOCK_DETECTED)
"""The database works, and has stopped one statement."""
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_TYPED = (
    "csrfmiddlewaretoken",
    "token",
    "action",
    "act",
    "do",
    "version",
    "next",
    "index",
    "select_across",
    "proof",
)
"""Fields of forms that hold nothing typed."""
NEVER_SHOWN = "password"
"""A part of the names of fields that are never shown."""
logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


class Cause(Enum):
    """Why nothing was done: the status, the template that says so, and in how many seconds it may have passed."""

    DATABASE = 503, "database_away.html", 10
    STORAGE = 503, "storage_away.html", SECONDS_TO_RETRY
    TIME = 503, "took_too_long.html", 30
    CUT = 400, "cut_body.html", 0


def without_database(view: View) -> View:
    """Let a view answer while the database is away."""
    view.needs_database = False  # type: ignore[attr-defined]
    return view


class Unavailable:
    """Middleware that answers 503 without the database while it is away, and when a view meets what is away.

    It stands before all that asks for a session, and lets kept pages be served.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if watch.is_away and request.path_info.startswith("/admin/"):
            return answer_unavailable(request, Cause.DATABASE)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: View,
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        if watch.is_away and getattr(view, "needs_database", True):
            return answer_unavailable(request, Cause.DATABASE)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _answer_exception(request, exception)


def find_cause(exception: BaseException | None) -> Cause | None:
    """Return why an exception was raised, None if it is a fault of ours."""
    if isinstance(exception, SessionInterrupted):
        return find_cause(_find_unsaved(exception))
    # Before the next: what is sent is written down as it comes, and Django tells every fault of that alike.
    if isinstance(exception, OSError) and exception.errno in DISK_FULL:
        return Cause.STORAGE
    if isinstance(exception, CutBodyError | UnreadablePostError):
        return Cause.CUT
    if exception is not None and is_operational(exception):
        state = getattr(exception.__cause__, "pgcode", None)
        return Cause.TIME if isinstance(exception, OverdueError) or state in STOPPED else Cause.DATABASE
    return Cause.STORAGE if isinstance(exception, StorageAwayError) else None


def _find_unsaved(exception: BaseException | None) -> BaseException | None:
    """Return the error that kept a session from being saved. Django takes any for a session that somebody ended."""
    while isinstance(exception, SessionInterrupted | UpdateError):
        exception = exception.__context__
    return exception


def answer_unavailable(request: HttpRequest, cause: Cause) -> HttpResponse:
    """Return a page that says why nothing was done, with all that was typed if the request is a form."""
    status, template, seconds = cause.value
    response = error_pages.render_error_page(request, status, template, **_find_typed(request))
    if seconds:
        response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, as for a form that broke off before it reached its view."""
    return _answer_exception(request, exception) or error_pages.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 if what is away led to it outside all views, as where a session is read."""
    return _answer_exception(request, sys.exception()) or error_pages.server_error(request)


def _answer_exception(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    cause = find_cause(exception)
    if cause is None:
        return None
    logger.warning("A page could not be answered: %s", exception)
    return answer_unavailable(request, cause)


def _find_typed(request: HttpRequest) -> dict[str, Any]:
    """Return what a page needs to show what was typed; nothing if nothing was."""
    if request.method != "POST":
        return {}
    view = _find_view(request)
    if form := make_typed_form(view, request):
        return {"form": form, "files": _list_files(request)}
    if not is_own_form(request):
        return {}  # nothing of a form that may have been sent from elsewhere
    fields = [
        (name, _find_label(getattr(view, "model_admin", None), name), value)
        for name, values in request.POST.lists()
        for value in values
        if NEVER_SHOWN not in name
    ]
    typed = [field for field in fields if field[1] and _is_text(field[2])]
    others = [field for field in fields if field not in typed]
    return {"typed": typed, "others": others, "files": _list_files(request)} if typed else {}


def _find_view(request: HttpRequest) -> View | None:
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return None
    return match.func


def _list_files(request: HttpRequest) -> list[str]:
    return [str(file.name) for _field, files in request.FILES.lists() for file in files]


def _find_label(admin: ModelAdmin | None, name: str) -> str:
    """Return the label of a field in which something can be typed; empty for choices and what no person sees."""
    if name in NOT_TYPED or name.startswith(("_", "initial-")):
        return ""
    own = next((part for part in reversed(name.split("-")) if not part.isdecimal()), name)
    for model in (admin.model, *(inline.model for inline in admin.inlines)) if admin else ():
        with suppress(FieldDoesNotExist):
            field: Any = model._meta.get_field(own)
            return "" if field.choices or field.is_relation else capfirst(field.verbose_name)
    return gettext(capfirst(own.replace("_", " ")))


def _is_text(value: str) -> bool:
    return bool(value.strip()) and not value.isdecimal() and value != "on"
