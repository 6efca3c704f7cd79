"""Fetching values from Kolada and SCB: all of an indicator's answer or nothing, and what was wrong in plain words.

The worker takes what is due, once a week at night and never all at once. A row of `Fetching` is taken by moving its
time on, in a commit of its own: no lock is held while the other server thinks, and two workers never take the same.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from indicators.models import Fetching, Gender, Indicator, Source
from indicators.readers import kolada, scb
from indicators.readers.figures import AnswerError, Figure
from indicators.services import store_figures
from publishing.models import Publication

READERS: dict[str, Callable[[Indicator], list[Figure]]] = {
    Source.KOLADA: kolada.fetch_figures,
    Source.SCB: scb.fetch_figures,
}
WEEK = timedelta(days=7)
LEASE = timedelta(hours=1)
"""For how long a row that is being fetched is left alone, should its worker die."""
NIGHT = (1, 5)
"""Between these hours, when nobody else needs the worker or the other server."""
SECONDS_BETWEEN_LOOKS = 60.0
logger = logging.getLogger(__name__)


class Result(NamedTuple):
    """How a fetching went: how many values were new or changed, and what was wrong, if anything."""

    changed: int
    fault: str


class _Look:
    """When this process looks for due rows next."""

    next_at = 0.0


def list_sources() -> list[str]:
    """The sources that this installation may ask. In a demonstration there are none."""
    urls = {Source.KOLADA: settings.KOLADA_URL, Source.SCB: settings.SCB_URL}
    return [source.value for source, url in urls.items() if url]


def find_fetchable() -> QuerySet[Indicator]:
    """The indicators whose values come from a source that may be asked. Made-up figures are never mixed with real."""
    given = Indicator.objects.filter(source_kind__in=list_sources(), is_example=False)
    return given.exclude(publication=Publication.ARCHIVED)


def fetch_due() -> int:
    """The worker's round: fetch one indicator that is due. Returns how many were fetched."""
    if not list_sources() or time.monotonic() < _Look.next_at:
        return 0
    indicator = _take(timezone.now())
    if indicator is None:
        _Look.next_at = time.monotonic() + SECONDS_BETWEEN_LOOKS
        return 0
    fetch_indicator(indicator)
    return 1


def fetch_indicator(indicator: Indicator) -> Result:
    """Fetch an indicator's values, and write down how it went. Whatever the other server does, this does not raise."""
    row, _is_new = Fetching.objects.get_or_create(indicator=indicator)
    with translation.override("sv"):  # the owner's language, not that of whoever called
        result = _fetch(indicator)
    now = timezone.now()
    told = Fetching.objects.filter(pk=row.pk)
    if result.fault:
        told.update(
            fault=result.fault, failed_at=now, failures=min(row.failures + 1, 999), due_at=choose_next_night(now)
        )
    else:
        told.update(fault="", succeeded_at=now, failures=0, due_at=choose_next_night(now + WEEK - timedelta(days=1)))
    return result


def choose_next_night(after: datetime) -> datetime:
    """A moment of the next night, another one each time, so that not all regions ask at once."""
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
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Indicator %s could not be fetched", indicator.slug)
        return Result(0, _("Something went wrong that we did not foresee. The technical log says more."))


def _refuse_loss(indicator: Indicator, figures: Iterable[Figure]) -> None:
    """An answer that lacks what an earlier one had is taken for a part of one."""
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
        raise AnswerError(_("The answer lacks values that we have since before, for %(years)s.") % {"years": years})


@transaction.atomic
def _take(now: datetime) -> Indicator | None:
    """The indicator that has been due the longest and that no other worker holds, moved on for a while."""
    missing = find_fetchable().filter(fetching=None)
    Fetching.objects.bulk_create([Fetching(indicator=one, due_at=now) for one in missing], ignore_conflicts=True)
    due = Fetching.objects.select_for_update(skip_locked=True, of=("self",))
    row = due.filter(due_at__lte=now, indicator__in=find_fetchable()).order_by("due_at").first()
    if row is None:
        return None
    Fetching.objects.filter(pk=row.pk).update(due_at=now + LEASE)
    return row.indicator
