"""What a log line looks like: one to read in a demonstration, JSON in production. Neither holds what people typed.

Messages name rows by their keys. What slips in all the same, such as an address in a mail server's refusal, is replaced
here, in the last place before it is written.
"""

import copy
import logging
import re
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from pythonjsonlogger.json import JsonFormatter

from rus_portal.operations.private_format import PrivateFormat

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("lines", "json")
FIELDS = {
    "time": "time",
    "levelname": "level",
    "name": "logger",
    "request_id": "request",
    "message": "message",
    "exc_info": "exception",
    "stack_info": "stack",
    "method": "method",
    "route": "route",
    "status_code": "status",
    "milliseconds": "milliseconds",
    "account": "account",
}
"""What a line of JSON may hold, by the name that it has in a record. Anything else a record carries is left out."""
PERSONAL = [
    (re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w.-]*\w"), "[address]"),
    (re.compile(r"(?<!\w)(?:19|20)?\d{6}[-+]?\d{4}(?!\w)"), "[number]"),
]
"""Mail addresses, and what is written as a personal identity number."""


def build_logging(level: str, form: str, *, demo: bool = False, debug: bool = False) -> dict[str, Any]:
    """Return the `LOGGING` of a level and a form, each of which may be empty. Raise `ImproperlyConfigured` if unknown.

    Production writes JSON, a demonstration lines to read, and these only of what went wrong.
    """
    level = level.upper() or ("WARNING" if demo and not debug else "INFO")
    form = form or ("lines" if demo else "json")
    if level not in LEVELS or form not in FORMATS:
        raise ImproperlyConfigured(
            f"LOG_LEVEL is {level} and LOG_FORMAT is {form}, but they can be one of {', '.join(LEVELS)} and of "
            f"{', '.join(FORMATS)}."
        )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "rus_portal.request_ids.RequestIdFilter"},
            "unforeseen": {"()": Unforeseen},
        },
        "formatters": {
            "lines": {"()": Lines, "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
            "json": {"()": Json},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET"},  # its own handlers would write every line a second time
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},  # would write whole addresses
            # That something was not found, or not now, stands in the access log.
            "django.request": {"level": "ERROR", "filters": ["unforeseen"]},
            "_granian": {"handlers": [], "propagate": True},
        },
    }


def remove_personal(text: str) -> str:
    """Return a text without mail addresses and personal identity numbers."""
    for pattern, instead in PERSONAL:
        text = pattern.sub(instead, text)
    return text


class Unforeseen(logging.Filter):
    """Leave out answers of 503: they are given on purpose, and what they are given for is logged where it is met."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE


class Lines(PrivateFormat, logging.Formatter):
    """Lines to read in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return remove_personal(super().format(_name_route(record)))


class Json(PrivateFormat, JsonFormatter):
    """One JSON object a line, with the fields of `FIELDS`."""

    def __init__(self) -> None:
        super().__init__(["levelname", "name", "request_id", "message"], timestamp="time", json_ensure_ascii=False)

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_name_route(record))

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {
            field: remove_personal(value) if isinstance(value, str) else value
            for name, field in FIELDS.items()
            if (value := log_data.get(name)) is not None
        }


def _name_route(record: logging.LogRecord) -> logging.LogRecord:
    """Return the record with the request's route for its path, which may hold a token or a name."""
    from django.http import HttpRequest  # needs the settings, which are made with this module

    from rus_portal.operations.access_log import describe_route

    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest) or not isinstance(record.args, tuple):
        return record
    named = copy.copy(record)
    named.args = tuple(describe_route(request) if argument == request.path else argument for argument in record.args)
    return named
