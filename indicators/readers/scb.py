"""Statistics Sweden's PxWebApi 2: one table with explicit selections, as JSON-stat 2.0."""

import math
import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from indicators.models import Gender, Indicator, ValueStatus
from indicators.readers import jsonstat
from indicators.readers.figures import AnswerError, Figure, make_figure
from indicators.readers.http import JsonClient, RateLimit

PACE = RateLimit(calls=30, seconds=10)
"""SCB's limit."""
TOP = re.compile(r"top\((\d+)\)", re.IGNORECASE)
GENDERS = {
    "1": Gender.MEN,
    "2": Gender.WOMEN,
    "1+2": Gender.TOTAL,
    "T": Gender.TOTAL,
    "M": Gender.MEN,
    "K": Gender.WOMEN,
}
GENDER_NAMES = {"kon", "kön", "sex", "gender"}
STATUSES = {None: ValueStatus.FINAL, "": ValueStatus.FINAL, "p": ValueStatus.PRELIMINARY, "P": ValueStatus.PRELIMINARY}
"""Of cells with a value. An empty cell is missing whatever its status says."""


def fetch_figures(indicator: Indicator) -> list[Figure]:
    """Return every cell of the selections. Raise `AnswerError` unless the whole answer is valid."""
    selections: dict[str, list[str]] = indicator.selections
    if not selections or _cells(selections) > jsonstat.CELLS_AT_MOST:
        raise AnswerError(_("The selection gives more than 150,000 cells, or none. Choose fewer codes."))
    asked = {f"valueCodes[{name}]": ",".join(codes) for name, codes in selections.items()}
    query = urlencode({"lang": "sv", **asked, "outputFormat": "json-stat2"}, safe="[](),*")
    client = JsonClient(settings.SCB_URL, PACE)
    cube = jsonstat.parse_cube(client.get_json(f"{client.base_url}/tables/{indicator.table}/data?{query}"))
    _compare(cube, selections)
    return extract_figures(cube, {area.scb_code: area.code for area in indicator.areas.all()}, indicator.by_gender)


def extract_figures(cube: jsonstat.Cube, areas: dict[str, str], by_gender: bool) -> list[Figure]:  # noqa: FBT001
    """Return the figures of a cube with dimensions for time, area and perhaps gender, and others of one category."""
    time, place = _dimension(cube, "time", "tid"), _dimension(cube, "geo", "region")
    gender = next((dim.name for dim in cube.dimensions if dim.name.casefold() in GENDER_NAMES), None)
    if any(len(dim.codes) > 1 for dim in cube.dimensions if dim.name not in (time, place, gender)):
        raise AnswerError(_("The table has more than one variable to choose from. Choose one code for each."))
    found = []
    for codes, value, mark in cube.cells():
        if codes[place] not in areas:
            raise AnswerError(_("The response is for a different area from the indicator's."))
        if not re.fullmatch(r"(19|20)\d\d", codes[time]):
            raise AnswerError(_("The response has periods that are not whole years."))
        whom = GENDERS.get(codes[gender]) if gender else Gender.TOTAL
        if whom is None:
            raise AnswerError(_("The response has an unknown gender code."))
        if value is not None and mark not in STATUSES:
            raise AnswerError(_("The response has a value with an unknown status."))
        if by_gender or whom == Gender.TOTAL:
            status = STATUSES.get(mark, ValueStatus.FINAL)
            found.append(make_figure(areas[codes[place]], int(codes[time]), whom, value, status))
    if len({one[:3] for one in found}) != len(found):
        raise AnswerError(_("The response has two values for the same year, area and gender."))
    if not found:
        raise AnswerError(_("There is no value for women and men combined. Choose that code too."))
    return found


def _cells(selections: dict[str, list[str]]) -> int:
    return math.prod(sum(_most(code) for code in codes) for codes in selections.values())


def _most(code: str) -> int:
    """Return how many categories a code can stand for."""
    newest = TOP.fullmatch(code)
    return int(newest[1]) if newest else 1


def _compare(cube: jsonstat.Cube, selections: dict[str, Any]) -> None:
    """Raise `AnswerError` unless the cube has exactly what was selected."""
    given = {dimension.name: dimension.codes for dimension in cube.dimensions}
    if set(given) != set(selections):
        raise AnswerError(_("The response has different variables from those requested."))
    for name, codes in selections.items():
        exact = not any(TOP.fullmatch(code) for code in codes)
        if exact and set(given[name]) != set(codes):
            raise AnswerError(_("The response has different codes from those requested."))
        if not exact and len(given[name]) > sum(map(_most, codes)):
            raise AnswerError(_("The response has more periods than requested."))


def _dimension(cube: jsonstat.Cube, role: str, usual_name: str) -> str:
    """Return the one dimension with a role, or with its usual name."""
    names = cube.roles.get(role) or tuple(dim.name for dim in cube.dimensions if dim.name.casefold() == usual_name)
    if len(names) != 1:
        raise AnswerError(_("The response does not say which variable is the year and which is the area."))
    return names[0]
