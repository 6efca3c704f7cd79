"""An indicator's chart: worked out here when figures are saved, and drawn by `templates/indicators/chart.html`.

It is kept as SVG in both languages, so nothing is drawn while a visitor waits. One chart serves light and dark pages,
since its colours are CSS variables; `use_print_colours` replaces them where there is no style sheet, as in a PDF.
"""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.snapshots import Snapshot, format_number, pick_text
from language.characters import make_writable

WIDTH, HEIGHT, LOW_HEIGHT = 400, 210, 130
ABOVE, BELOW = 9, 56
"""The room above the first panel, and below each for its years and what keeps it apart from the next."""
LETTER, LINE = 7.6, 17
"""The assumed width of a letter in a label, and the distance between labels, in the chart's units."""
CLOSE = 0.2
"""Share of the chart's years: a target closer than this to a line's end leaves no room for a label between them."""
COLOURS = {"fjard": "#0b4f5c", "muted": "#555f62", "gran": "#2f6b4f", "lav": "#715b16", "granit": "#a63d2a",
           "text": "#212d31", "line": "#c9cecd", "paper": "#ffffff"}  # fmt: skip
"""The CSS variables and, for print, their light colours from assets/css/tokens.css."""


class Series(NamedTuple):
    """One line: its name, its style, and its points by year; None where a value is missing."""

    name: str
    colour: str
    width: float
    points: list[tuple[int, float | None, str]]

    def end(self) -> tuple[int, float]:
        return next((year, value) for year, value, _status in reversed(self.points) if value is not None)


class Years(NamedTuple):
    """The scale across, which all panels share, with room at the right for the longest label."""

    first: int
    last: int
    left: float
    width: float

    def across(self, year: int) -> float:
        return (year - self.first) / (self.last - self.first) * self.width

    def label_year(self, series: Series) -> int:
        """Return where a line's label begins: at its end, or right of everything if a target is too close to it."""
        end = series.end()[0]
        return self.last if self.last - end <= (self.last - self.first) * CLOSE else end

    def labels(self) -> list[tuple[str, int]]:
        span = self.last - self.first
        every = next(years for years in (1, 2, 5, 10, 20, 50) if span / years <= 5)  # noqa: PLR2004 - labels that fit
        years = list(range(self.first, self.last + 1, every))
        if every > 1 and self.last - years[-1] == every / 2:
            years[-1] = self.last
        return [(_unit(self.across(year)), year) for year in years]


class Values(NamedTuple):
    """The scale of a panel's values: round limits around them, and the step for about four grid lines."""

    low: float
    high: float
    step: float
    height: int

    def down(self, value: float) -> float:
        return (self.high - value) / (self.high - self.low) * self.height

    def labels(self) -> list[tuple[str, str]]:
        decimals = max(0, -math.floor(math.log10(self.step)))
        values = [self.low + n * self.step for n in range(round((self.high - self.low) / self.step) + 1)]
        return [(_unit(self.down(value)), format_number(str(value), decimals)) for value in values]


def draw_chart(snapshot: Snapshot, language: str, *, whole: bool = True) -> str:
    """Return the chart of a snapshot as SVG; empty if there is no value to draw.

    Without `whole`, it is low and leaves out women and men, for pages with several charts.
    """
    with translation.override(language):
        groups = [[series for series in _areas(snapshot, language) if series]]
        groups.append([series for series in _genders(snapshot) if series and whole])
        if not groups[0]:
            return ""
        targets = [(row["year"], float(row["value"])) for row in snapshot["targets"]]
        scales = [
            _choose_values(lines, given, height)
            for lines, given, height in zip(
                groups, (targets, []), (HEIGHT if whole else LOW_HEIGHT, LOW_HEIGHT), strict=True
            )
            if lines
        ]
        years = _choose_years([series for lines in groups for series in lines], targets, scales)
        panels, top = [], ABOVE
        for lines, values in zip(groups, scales, strict=False):
            panels.append(_place_lines(lines, years, values) | {"top": top})
            top += values.height + BELOW
        panels[0] |= _place_targets(snapshot, groups[0][0], targets, years, scales[0])
        context = {
            "title": make_writable(pick_text(snapshot["title"], language)),
            "description": make_writable(describe_chart(snapshot, language, whole=whole)),
            "panels": panels,
            "left": _unit(years.left),
            "right": _unit(years.width),
            "width": WIDTH,
            "height": top - BELOW // 2,
        }
        return render_to_string("indicators/chart.html", context)


def use_print_colours(svg: str) -> str:
    """Return the chart with fixed colours, for where the CSS variables are not defined."""
    return re.sub(r"var\(--([a-z]+)\)", lambda found: COLOURS[found[1]], svg)


def describe_chart(snapshot: Snapshot, language: str, *, whole: bool = True) -> str:
    """Return the chart's text alternative: where each line starts and ends, and the targets."""
    with translation.override(language):
        unit, decimals = pick_text(snapshot["unit"], language), snapshot["decimals"]
        sentences = []
        for series in [*_areas(snapshot, language), *(_genders(snapshot) if whole else ())]:
            if series is None:
                continue
            given = [(year, value) for year, value, _status in series.points if value is not None]
            facts = {
                "name": series.name,
                "first": given[0][0],
                "last": given[-1][0],
                "from": format_number(str(given[0][1]), decimals),
                "to": format_number(str(given[-1][1]), decimals),
            }
            sentences.append(_("%(name)s: from %(from)s in %(first)s to %(to)s in %(last)s.") % facts)
        sentences.extend(
            _("Target %(year)s: %(value)s.") % {"year": row["year"], "value": format_number(row["value"], decimals)}
            for row in snapshot["targets"]
        )
        return f"{unit[:1].upper()}{unit[1:]}. {' '.join(sentences)}"


def _areas(snapshot: Snapshot, language: str) -> Iterable[Series | None]:
    for number, area in enumerate(snapshot["areas"]):
        colour, width = ("muted", 1.5) if number else ("fjard", 3)
        yield _series(snapshot, pick_text(area["name"], language), (colour, width), area["code"], "T")


def _genders(snapshot: Snapshot) -> Iterable[Series | None]:
    if not snapshot["by_gender"] or not snapshot["areas"]:
        return
    code = snapshot["areas"][0]["code"]
    yield _series(snapshot, _("Women"), ("gran", 2), code, "K")
    yield _series(snapshot, _("Men"), ("lav", 2), code, "M")


def _series(snapshot: Snapshot, name: str, style: tuple[str, float], area: str, gender: str) -> Series | None:
    """Return the line of an area and a gender; None if it has no value."""
    rows = {row["year"]: row for row in snapshot["values"] if row["area"] == area and row["gender"] == gender}
    given = [year for year, row in rows.items() if row["value"] is not None]
    if not given:
        return None
    points: list[tuple[int, float | None, str]] = []
    for year in range(min(given), max(given) + 1):
        row = rows.get(year)
        value = float(Decimal(row["value"])) if row and row["value"] is not None else None
        points.append((year, value, row["status"] if row else "missing"))
    return Series(make_writable(name), *style, points)


def _choose_values(lines: list[Series], targets: list[tuple[int, float]], height: int) -> Values:
    values = [value for series in lines for _y, value, _s in series.points if value is not None]
    values += [value for _year, value in targets]
    low, high = min(values), max(values)
    rough = ((high - low) or abs(high) or 1.0) / 4
    size = 10 ** math.floor(math.log10(rough))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= rough)
    return Values(math.floor(low / step) * step, math.ceil(high / step + 1e-9) * step, step, height)


def _choose_years(lines: list[Series], targets: list[tuple[int, float]], scales: list[Values]) -> Years:
    shown = [year for series in lines for year, _v, _s in series.points] + [year for year, _value in targets]
    first = min(shown)
    left = LETTER * max(len(label) for values in scales for _place, label in values.labels()) + 10
    full = Years(first, max(*shown, first + 1), left, WIDTH - left - LETTER * 2.5)
    # The longest label must fit.
    widths = [
        (WIDTH - left - 10 - LETTER * len(series.name)) * (full.last - first) / max(full.label_year(series) - first, 1)
        for series in lines
    ]
    return full._replace(width=min(full.width, *widths))


def _place_lines(lines: list[Series], years: Years, values: Values) -> dict[str, Any]:
    """Return what a panel shows of its lines: the grid, each line with its dots, and its label."""
    return {
        "grid": values.labels(),
        "years": years.labels(),
        "years_at": values.height + 22,
        "lines": [
            {"series": series, "path": _path(series, years, values), "dots": list(_dots(series, years, values))}
            for series in lines
        ],
        "labels": _labels(lines, years, values),
    }


def _path(series: Series, years: Years, values: Values) -> str:
    """Return the line, with gaps for missing values."""
    parts, pen = [], "M"
    for year, value, _status in series.points:
        if value is not None:
            parts.append(f"{pen}{_unit(years.across(year))},{_unit(values.down(value))}")
        pen = "M" if value is None else "L"
    return "".join(parts)


def _dots(series: Series, years: Years, values: Values) -> Iterable[tuple[str, str, bool]]:
    """Return dots for the last and isolated values, and hollow ones for those that are preliminary."""
    for n, (year, value, status) in enumerate(series.points):
        around = [series.points[near][1] for near in (n - 1, n + 1) if 0 <= near < len(series.points)]
        is_last, is_alone = n == len(series.points) - 1, all(other is None for other in around)
        if value is not None and (is_last or is_alone or status == "preliminary"):
            yield _unit(years.across(year)), _unit(values.down(value)), status == "preliminary"


def _labels(lines: list[Series], years: Years, values: Values) -> list[tuple[str, str, Series]]:
    """Return each line's label beside its end, moved apart where they would overlap."""
    ends = sorted(lines, key=lambda series: values.down(series.end()[1]))
    places: list[float] = []
    for series in ends:
        places.append(max(values.down(series.end()[1]), places[-1] + LINE if places else 0))
    over = max(0.0, places[-1] - values.height)
    return [
        (_unit(years.across(years.label_year(series)) + 8), _unit(place - over), series)
        for place, series in zip(places, ends, strict=True)
    ]


def _place_targets(
    snapshot: Snapshot, judged: Series, targets: list[tuple[int, float]], years: Years, values: Values
) -> dict[str, Any]:
    """Return the targets, and the way from the baseline to the one that the outcome is judged against."""
    start = next((value for year, value, _s in judged.points if year == snapshot["baseline_year"]), None)
    aims = [(year, value) for year, value in targets if year == snapshot["outcome"]["target_year"]]
    way = ""
    if start is not None and aims:
        ends = [(snapshot["baseline_year"], start), *aims]
        way = "L".join(f"{_unit(years.across(year))},{_unit(values.down(value))}" for year, value in ends)
    # The words stand below the target where the dashed line comes from above.
    apart = 16 if start is not None and targets and targets[-1][1] < start else -14
    places = [(years.across(year), values.down(value), year) for year, value in targets]
    marks = [(_unit(x), _unit(y), _unit(x + 6), _unit(y + apart), year) for x, y, year in places]
    return {"way": way, "targets": marks}


def _unit(number: float) -> str:
    """Return a length with one decimal at most, whatever the language."""
    return f"{round(number, 1) + 0:g}"
