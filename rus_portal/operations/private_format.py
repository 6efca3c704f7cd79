"""Log lines without what somebody typed.

Messages of exceptions quote names, addresses and texts: a database's DETAIL, a mail server's refusal, `int("Anna")`.
The log has the kind of exception, where it was raised, and only the messages that are about code, connections or disks.
"""

import logging
import traceback
from collections.abc import Iterator
from copy import copy
from typing import Any

ABOUT_CODE = (
    "AttributeError",
    "BadRequest",
    "DisallowedHost",
    "ImportError",
    "ImproperlyConfigured",
    "MemoryError",
    "NameError",
    "NotImplementedError",
    "RecursionError",
    "StorageAwayError",
    "TemplateDoesNotExist",
    "TypeError",
)
"""Exceptions whose messages name code, settings or programs, and never hold a value.

By name, since this is read with the settings, which Django's own exceptions need.
"""
ABOUT_CONNECTIONS = ("OperationalError", "InterfaceError")
"""What the driver of the database says of its connection. Those that the server answers with have an SQLSTATE."""
SERVER_ERROR = 500


class PrivateFormat:
    """A mixin of log formatters: no typed values, and no traceback for a request that was refused."""

    def format(self, record: logging.LogRecord) -> str:
        shown = copy(record)
        if isinstance(record.args, tuple):
            shown.args = tuple(describe_exception(one) if isinstance(one, Exception) else one for one in record.args)
        if record.exc_info and record.name.startswith("django.security"):
            shown.msg, shown.args = describe_exception(record.exc_info[1]), ()
        if (
            getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR
        ):  # the visitor's fault, whatever Django makes of it
            shown.exc_info = None
            shown.levelno, shown.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        shown.exc_text = None  # may have been made by another formatter
        return super().format(shown)  # type: ignore[misc]

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging calls it
        return format_traceback(ei[1])


def format_traceback(error: BaseException | None) -> str:
    """Return the tracebacks of an exception and of those that led to it, the first one first."""
    links = [_format_link(link) for link in _list_chain(error)]
    return "\nwhich led to\n".join(reversed(links))


def describe_exception(error: BaseException | None) -> str:
    """Return the kind of an exception, and as much of its message as nobody can have typed."""
    known = ", ".join(fact for fact in _list_facts(error) if fact)
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name}: {known}" if known else name


def _list_facts(error: Any) -> Iterator[str]:
    names = {kind.__name__ for kind in type(error).__mro__}
    if names.intersection(ABOUT_CODE):
        yield _in_one_line(error)
    elif diagnostics := getattr(error.__cause__ or error, "diag", None):
        if diagnostics.sqlstate:
            yield diagnostics.sqlstate
            yield from (diagnostics.constraint_name, diagnostics.table_name, diagnostics.column_name)
        elif names.intersection(ABOUT_CONNECTIONS):
            yield _in_one_line(error)
    elif smtp_code := getattr(error, "smtp_code", None):
        yield str(smtp_code)
    elif isinstance(error, OSError):
        yield error.strerror or ""


def _in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _list_chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and those that led to it, as Python would print them."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain


def _format_link(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{frames}{describe_exception(error)}"
