"""How long a request may take. After that it gets the page that asks to come back, and its thread is free for others.

The database stops a statement that takes too long, and no new one is begun after the request's time. Waiting for what
the visitor sends is not counted (`visitors.bodies`).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from visitors import places

SECONDS_OF_GRACE = 30.0
"""After its time, for a thread to come back from whatever it waits for."""
LONG_VIEWS = ("actionplans:export", "followup:report")
"""Public pages that make large files."""


class OverdueError(OperationalError):
    """The request has taken longer than it may."""


@dataclass
class Deadline:
    """When a request must be over."""

    seconds: int
    body: Any
    started: float
    is_set: bool = False
    """Whether the connection has been told. In a transaction it is told once, for that transaction."""

    @property
    def seconds_left(self) -> float:
        waited: float = getattr(self.body, "seconds_waited", 0.0)
        return self.started + self.seconds + waited - time.monotonic()

    def allow(self, seconds: int) -> None:
        """Give it more time."""
        self.seconds, self.is_set = seconds, False

    def limit_statement(self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        """Execute a statement (as Django's `execute_wrapper` asks for), within the time that is left."""
        if self.seconds_left <= 0:
            raise OverdueError(f"The request has taken more than {self.seconds} s.")
        database = context["connection"]
        database.ensure_connection()
        if not self.is_set and getattr(database, "seconds_allowed", None) != self.seconds:
            set_timeouts(database, self.seconds)
            self.is_set = True
        return execute(sql, params, many, context)


_under_way: dict[int, Deadline] = {}
"""The requests of this process, by thread."""


class LimitTime:
    """Middleware that gives each request its deadline: longer in the admin, for what is sent, and for large files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_short = request.method in ("GET", "HEAD") and not request.path_info.startswith("/admin/")
        seconds = settings.REQUEST_SECONDS if is_short else settings.LONG_REQUEST_SECONDS
        deadline = Deadline(seconds, request.META.get("wsgi.input"), time.monotonic())
        thread = threading.get_ident()
        _under_way[thread] = request.deadline = deadline  # type: ignore[attr-defined]
        try:
            with connection.execute_wrapper(deadline.limit_statement):
                return self.get_response(request)
        finally:
            del _under_way[thread]

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> None:
        if request.resolver_match and request.resolver_match.view_name in LONG_VIEWS:
            request.deadline.allow(settings.LONG_REQUEST_SECONDS)  # type: ignore[attr-defined]


def set_timeouts(database: BaseDatabaseWrapper, seconds: int) -> None:
    """Let the database stop what takes longer on this connection, or waits nearly as long for a lock."""
    scope = "LOCAL" if database.in_atomic_block else "SESSION"  # undone, a transaction would take back the session's
    # Django's own cursor would count and log it among the page's queries.
    with database.wrap_database_errors, database.connection.cursor() as cursor:
        cursor.execute(f"SET {scope} statement_timeout = {seconds * 1000}; SET {scope} lock_timeout = {seconds * 800}")
    database.seconds_allowed = None if database.in_atomic_block else seconds  # type: ignore[attr-defined]


@receiver(connection_created)
def _forget_timeouts(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    connection.seconds_allowed = None  # type: ignore[attr-defined]


def is_stuck() -> bool:
    """Whether all requests that this process can work on at once should have been over long ago."""
    overdue = [deadline for deadline in list(_under_way.values()) if deadline.seconds_left < -SECONDS_OF_GRACE]
    return len(overdue) >= places.WORKING_AT_MOST
