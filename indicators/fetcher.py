"""Fetching an indicator's values from Kolada or SCB: all or nothing, with the reason for a failure in plain words.

The worker fetches each indicator once a week, at a random time of the night. It claims a row of `Fetching` by moving
its time forward, in a transaction of its own: no lock is held while it waits, and no two workers take the same row.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from indicators.models import Fetching, Gender, Indicator, Source
from indicators.readers import kolada, scb
from indicators.readers.figures import AnswerError, Figure
from indicators.services import store_figures
from jobs.failures import is_database_away
from publishing.models import Publication

READERS: dict[str, Callable[[Indicator], list[Figure]]] = {
    Source.KOLADA: kolada.fetch_figures,
    Source.SCB: scb.fetch_figures,
}
WEEK = timedelta(days=7)
LEASE = timedelta(hours=1)
"""How long a claimed row is left alone, should its worker die."""
NIGHT = (1, 5)
"""Fetch between these hours, when the worker and the other servers are least busy."""
SECONDS_BETWEEN_LOOKS = 60.0
logger = logging.getLogger(__name__)


class Result(NamedTuple):
    """The result of a fetch: how many values were new or changed, and what went wrong, if anything."""

    changed: int
    fault: str


class _Look:
    """When this process next looks for rows that are due."""

    next_at = 0.0


def list_sources() -> list[str]:
    """Return the sources that are configured. A demonstration has none."""
    urls = {Source.KOLADA: settings.KOLADA_URL, Source.SCB: settings.SCB_URL}
    return [source.value for source, url in urls.items() if url]


def find_fetchable() -> QuerySet[Indicator]:
    """Return the indicators with a configured source; never examples, whose figures are made up."""
    given = Indicator.objects.filter(source_kind__in=list_sources(), is_example=False)
    return given.exclude(publication=Publication.ARCHIVED)


def fetch_due_indicator() -> int:
    """Fetch one indicator that is due. Return how many were fetched."""
    if not list_sources() or time.monotonic() < _Look.next_at:
        return 0
    indicator = _take(timezone.now())
    if indicator is None:
        _Look.next_at = time.monotonic() + SECONDS_BETWEEN_LOOKS
        return 0
    fetch_indicator(indicator)
    return 1


def fetch_indicator(indicator: Indicator) -> Result:
    """Fetch an indicator's values, and save how it went. Whatever the other server does, this does not raise."""
    row, _is_new = Fetching.objects.get_or_create(indicator=indicator)
    with translation.override("sv"):  # the owner's language, not the caller's
        result = _fetch(indicator)
    now = timezone.now()
    fetching = Fetching.objects.filter(pk=row.pk)
    if result.fault:
        fetching.update(
            fault=result.fault, failed_at=now, failures=min(row.failures + 1, 999), due_at=choose_next_night(now)
        )
    else:
        fetching.update(
            fault="", succeeded_at=now, failures=0, due_at=choose_next_night(now + WEEK - timedelta(days=1))
        )
    return result


def choose_next_night(after: datetime) -> datetime:
    """Return a random moment of the next night, so that not all regions ask at once."""
    first, last = NIGHT
    day = timezone.localtime(after) + timedelta(days=1)
    start = day.replace(hour=first, minute=0, second=0, microsecond=0)
    return start + timedelta(seconds=random.uniform(0, (last - first) * 3600))  # noqa: S311 - no secret


def _fetch(indicator: Indicator) -> Result:
    try:
        figures = READERS[indicator.source_kind](indicator)
        with transaction.atomic():
            _refuse_loss(indicator, figures)
            return Result(store_figures(indicator, figures), "")
    except AnswerError as error:
        return Result(0, str(error))
    except Exception as error:
        if is_database_away(error):
            raise
        logger.exception("Indicator %s could not be fetched", indicator.slug)
        return Result(0, _("An unexpected error occurred. See the technical log for details."))


def _refuse_loss(indicator: Indicator, figures: Iterable[Figure]) -> None:
    """Raise `AnswerError` if values are missing that we had before: the answer is probably incomplete."""
    given = {(one.area, one.year, one.gender) for one in figures}
    first = min((year for _area, year, _gender in given), default=0)
    if indicator.source_kind == Source.KOLADA:
        first = indicator.baseline_year
    held = indicator.values.current().filter(year__gte=first, area__in=indicator.areas.all())
    if not indicator.by_gender:
        held = held.filter(gender=Gender.TOTAL)
    lost = set(held.values_list("area__code", "year", "gender")) - given
    if lost:
        years = ", ".join(str(year) for year in sorted({year for _area, year, _gender in lost}))
        raise AnswerError(_("The response is missing values that we already have, for %(years)s.") % {"years": years})


@transaction.atomic
def _take(now: datetime) -> Indicator | None:
    """Claim the indicator that has been due the longest; None if none is due."""
    missing = find_fetchable().filter(fetching=None)
    Fetching.objects.bulk_create([Fetching(indicator=one, due_at=now) for one in missing], ignore_conflicts=True)
    due = Fetching.objects.select_for_update(skip_locked=True, of=("self",))
    row = due.filter(due_at__lte=now, indicator__in=find_fetchable()).order_by("due_at").first()
    if row is None:
        return None
    Fetching.objects.filter(pk=row.pk).update(due_at=now + LEASE)
    return row.indicator
