"""How often a network may ask for what costs much to answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from visitors.addresses import find_network
from visitors.counts import MINUTE, count_use, find_seconds_left
from visitors.refusals import TooOftenError

View = Callable[..., HttpResponseBase]


def limit_rate(name: str) -> Callable[[View], View]:
    """Let a view be asked as often as RATE_LIMITS says under this name, by each network; then answer 429.

    The page cache stands before the view: what is kept is not counted.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            limit = settings.RATE_LIMITS[name]
            if limit and count_use(name, MINUTE, network=find_network(request)) > limit:
                raise TooOftenError(find_seconds_left(MINUTE))
            return view(request, *args, **kwargs)

        return limited

    return decorate
