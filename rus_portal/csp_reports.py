"""Browsers' reports that the content security policy has refused something on a page of ours.

A line is logged: which rule, what kind of source, which kind of page, how often in the hour. Addresses are left out:
they may hold what somebody searched for, or the token of a receipt.
"""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rus_portal.error_pages import detect_language
from visitors.addresses import find_network
from visitors.bodies import get_length
from visitors.counts import HOUR, count_use

logger = logging.getLogger(__name__)
REPORT_AT_MOST = 16 * 1024
REPORTS_READ = 10
"""Of those sent together."""
PER_NETWORK_AND_HOUR = 100
LINES_AN_HOUR = 100
DIRECTIVE = re.compile(r"[a-z-]{3,30}")
HOST = re.compile(r"[a-z0-9.-]{1,100}")
KEYWORDS = {"inline", "eval", "wasm-eval", "data", "blob", "self", "about", "trusted-types-policy"}


class Report(NamedTuple):
    """What was refused, without anything that a visitor typed."""

    directive: str
    source: str
    page: str


@csrf_exempt
@require_POST
def receive_report(request: HttpRequest) -> HttpResponse:
    """Log what is new in the reports. Always 204, also for what cannot be read: no browser would mend it."""
    if get_length(request.META) > REPORT_AT_MOST:
        raise RequestDataTooBig
    if count_use("csp-report", HOUR, network=find_network(request)) <= PER_NETWORK_AND_HOUR:
        for report in list(read_reports(request.body))[:REPORTS_READ]:
            _log(report)
    return HttpResponse(status=204)


def read_reports(body: bytes) -> Iterator[Report]:
    """Yield the reports of either format: `application/csp-report`, and the Reporting API's list."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return
    if isinstance(given, dict):
        names = ("effective-directive", "blocked-uri", "document-uri")
        bodies = [given.get("csp-report")]
    else:
        names = ("effectiveDirective", "blockedURL", "documentURL")
        bodies = [one.get("body") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    for fields in bodies:
        if isinstance(fields, dict):
            directive, source, page = (fields.get(name) for name in names)
            yield from _clean(directive or fields.get("violated-directive"), source, page)


def _clean(directive: Any, source: Any, page: Any) -> Iterator[Report]:
    """Yield a report of a page that we have; of its addresses only what kind they are."""
    name = str(directive).partition(" ")[0]
    kind = _find_kind(str(page))
    if DIRECTIVE.fullmatch(name) and kind:
        yield Report(name, _find_source(str(source)), kind)


def _find_source(source: str) -> str:
    """Return the keyword, or the host of the address."""
    if source in KEYWORDS:
        return source
    try:
        parts = urlsplit(source)
        host = parts.hostname or parts.scheme
    except ValueError:
        host = ""
    return host if HOST.fullmatch(host) else "unreadable"


def _find_kind(address: str) -> str:
    """Return the name of the view that shows a page, such as `search:results`; empty if there is none."""
    try:
        path = urlsplit(address).path
        with translation.override(detect_language(path)):
            return resolve(path).view_name
    except (ValueError, Resolver404):
        return ""


def _log(report: Report) -> None:
    """Log the first, tenth, hundredth … of the hour."""
    number = count_use("csp " + " ".join(report)[:150], HOUR)
    if str(number).strip("0") == "1" and count_use("csp-lines", HOUR) <= LINES_AN_HOUR:
        logger.warning("A page broke its security policy: %s refused %s on %s (%d this hour).", *report, number)
