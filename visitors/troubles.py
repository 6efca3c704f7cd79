"""Proxies that hide the visitors: logged, and told on the operator's page."""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from visitors.addresses import TROUBLE, Trouble
from visitors.counts import HOUR, count_use
from visitors.models import Count

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_NOTES = 600
PREFIX = "proxy "
_noted_at: dict[str, float] = {}


def note_proxy_trouble(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that notes, now and then, that all visitors seem to have one address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if found := request.META.get(TROUBLE):
            _note(*found)
        return get_response(request)

    return middleware


def describe_troubles() -> list[str]:
    """Return what was noted within the hour, as sentences that say what to do."""
    noted = Count.objects.filter(key__startswith=PREFIX, until__gt=timezone.now()).order_by("key")
    found = [key.removeprefix(PREFIX).split(" ") for key in noted.values_list("key", flat=True)]
    return list(dict.fromkeys(_describe(Trouble(trouble), proxy) for trouble, proxy, _turn in found))


def _note(trouble: Trouble, proxy: str) -> None:
    what, now = f"{PREFIX}{trouble} {proxy} ", time.monotonic()
    if now - _noted_at.get(what, -SECONDS_BETWEEN_NOTES) < SECONDS_BETWEEN_NOTES:
        return
    _noted_at[what] = now
    logger.warning("All visitors seem to have one address: proxy %s is %s (TRUSTED_PROXIES).", proxy, trouble)
    try:
        count_use(what, HOUR)
    except DatabaseError:
        del _noted_at[what]


def _describe(trouble: Trouble, proxy: str) -> str:
    if trouble is Trouble.UNNAMED:
        return _(
            "All visitors seem to have the address %(proxy)s, so what one of them sends counts against all. If it is "
            "your reverse proxy, add it to TRUSTED_PROXIES and restart."
        ) % {"proxy": proxy}
    return _(
        "The reverse proxy %(proxy)s does not say which visitors it passes on, so what one of them sends counts "
        "against all. Let it send X-Forwarded-For, as deploy/nginx.conf does."
    ) % {"proxy": proxy}
