"""Kolada's API, version 3: a key figure for some areas and years, in pages (https://www.kolada.se/)."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Gender, Indicator, ValueStatus
from indicators.readers.figures import AnswerError, Figure, make_figure
from indicators.readers.http import JsonClient

PAGES_AT_MOST = 50
STATUSES = {"": ValueStatus.FINAL, "Preliminary": ValueStatus.PRELIMINARY}
"""Of values that exist. A null value is missing whatever its status says."""


def fetch_figures(indicator: Indicator) -> list[Figure]:
    """Return every value from the baseline year on. Raise `AnswerError` unless the whole answer is valid."""
    areas = [area.code for area in indicator.areas.all()]
    years = range(indicator.baseline_year, timezone.localdate().year + 1)
    asked = f"data/kpi/{indicator.kpi}/municipality/{','.join(areas)}/year/{','.join(map(str, years))}"
    client = JsonClient(settings.KOLADA_URL)
    found: dict[tuple[str, int, str], Figure] = {}
    for row in _rows(client, f"{client.base_url}/{asked}"):
        for one in _figures(row, indicator.kpi, areas, years):
            key = (one.area, one.year, one.gender)
            if key in found:
                raise AnswerError(_("The response has two values for the same year, area and gender."))
            found[key] = one
    kept = [one for one in found.values() if indicator.by_gender or one.gender == Gender.TOTAL]
    if not kept:
        raise AnswerError(_("Kolada has no values for this key figure in the areas and years requested."))
    return kept


def _rows(client: JsonClient, url: str) -> Iterator[Any]:
    """Yield the rows of all pages, after checking that none is missing."""
    pages: list[tuple[int, list[Any]]] = []
    seen: set[str] = set()
    following: Any = url
    while following:
        if following in seen or len(pages) >= PAGES_AT_MOST:
            raise AnswerError(_("The response has an endless number of pages."))
        seen.add(following)
        page = client.get_json(following)
        count = page.get("count") if isinstance(page, dict) else None
        rows = page.get("values") if isinstance(page, dict) else None
        if not isinstance(rows, list) or not isinstance(count, int) or isinstance(count, bool):
            raise AnswerError(_("The response is not in Kolada's format."))
        pages.append((count, rows))
        following = page.get("next_url")
        if following and not (isinstance(following, str) and client.is_same_server(following)):
            raise AnswerError(_("The response's next page is on another server, which we do not follow."))
    total = sum(len(rows) for _count, rows in pages)
    if any(count not in (len(rows), total) for count, rows in pages):
        raise AnswerError(_("The response does not have the number of rows it states."))
    for _count, rows in pages:
        yield from rows


def _figures(row: Any, kpi: str, areas: list[str], years: range) -> Iterator[Figure]:
    """Yield the values of a row, one for each gender. Raise `AnswerError` if we did not ask for it."""
    if not isinstance(row, dict) or not isinstance(row.get("values"), list):
        raise AnswerError(_("The response is not in Kolada's format."))
    area: Any = row.get("municipality")
    year: Any = row.get("period")
    is_year = isinstance(year, int) and not isinstance(year, bool) and year in years
    if row.get("kpi") != kpi or area not in areas or not is_year:
        raise AnswerError(_("The response is for a different key figure, area or year from the one requested."))
    for cell in row["values"]:
        if not isinstance(cell, dict) or "value" not in cell or cell.get("gender") not in Gender.values:
            raise AnswerError(_("The response is not in Kolada's format."))
        status, value = cell.get("status") or "", cell["value"]
        if not isinstance(status, str) or (value is not None and status not in STATUSES):
            raise AnswerError(_("The response has a value with an unknown status."))
        yield make_figure(area, year, cell["gender"], value, STATUSES.get(status, ValueStatus.FINAL))
