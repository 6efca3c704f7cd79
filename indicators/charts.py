"""An indicator's chart: drawn by Vega-Lite when figures are saved, cleaned up, and stored as SVG in both languages.

One chart serves light and dark pages, since its colours are CSS variables; `use_print_colours` replaces them where
there is no style sheet, as in a PDF. Nothing is drawn while a visitor waits.
"""

import json
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from django.utils import translation
from django.utils.translation import gettext as _

from indicators.snapshots import Snapshot, format_number, pick_text
from language.characters import make_writable

WIDTH, HEIGHT, LOW_HEIGHT = 400, 210, 130
LETTER, LINE = 7.6, 17
"""The assumed width of a letter in a label, and the distance between labels, in the chart's units."""
FONT = 15
CLOSE = 0.2
"""Share of the chart's years: a target closer than this to a line's end leaves no room for a label between them."""
COLOURS = {"fjard": "#0b4f5c", "muted": "#555f62", "gran": "#2f6b4f", "lav": "#715b16", "granit": "#a63d2a",
           "text": "#212d31", "line": "#c9cecd", "paper": "#ffffff"}  # fmt: skip
"""The CSS variables and, for print, their light colours from assets/css/tokens.css."""
TARGET_COLOUR = "granit"
LOCALES: Final[dict[str, Literal["sv-SE", "en-GB"]]] = {"sv": "sv-SE", "en": "en-GB"}
SVG = "http://www.w3.org/2000/svg"
USELESS = re.compile(r"role|aria-.*|class|opacity|pointer-events|font-family|font-size|stroke-miterlimit")
DEFAULTS = {("text-anchor", "start"), ("transform", "translate(0,0)"), ("stroke-width", "1")}
NUMBER = re.compile(r"-?\d+\.\d+")
MOVE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")


class Series(NamedTuple):
    """One line: its name, its style, and its points by year; None where a value is missing."""

    name: str
    colour: str
    width: float
    points: list[tuple[int, float | None, str]]

    def end(self) -> tuple[int, float]:
        return next((year, value) for year, value, _status in reversed(self.points) if value is not None)


class Frame(NamedTuple):
    """The scales of a panel: years across, values up, and room for the labels at the right."""

    first: int
    last: int
    low: float
    high: float
    step: float
    width: float
    height: int

    def across(self, year: float) -> float:
        return (year - self.first) / (self.last - self.first) * self.width

    def up(self, value: float) -> float:
        return (self.high - value) / (self.high - self.low) * self.height

    def at(self, pixel: float) -> float:
        """Return the value at a distance from the top."""
        return self.high - pixel / self.height * (self.high - self.low)


def draw_chart(snapshot: Snapshot, language: str, *, whole: bool = True) -> str:
    """Return the chart of a snapshot as SVG; empty if there is no value to draw.

    Without `whole`, it is low and leaves out women and men, for pages with several charts.
    """
    with translation.override(language):
        by_area = [series for series in _areas(snapshot, language) if series]
        if not by_area:
            return ""
        by_gender = [series for series in _genders(snapshot) if series and whole]
        panels = [_panel(snapshot, by_area, HEIGHT if whole else LOW_HEIGHT, with_target=True)]
        if by_gender:
            panels.append(_panel(snapshot, by_gender, LOW_HEIGHT, with_target=False))
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "vconcat": panels,
            "spacing": 26,
            "padding": 2,
            "background": None,
            "config": {"view": {"stroke": None}},
        }
        return _clean(
            _by_vega(json.dumps(spec), language),
            pick_text(snapshot["title"], language),
            describe_chart(snapshot, language, whole=whole),
        )


@lru_cache(maxsize=100)
def _by_vega(spec: str, language: str) -> str:
    """Return the chart as Vega draws it. Cached, so that saving a text without new figures is quick."""
    import vl_convert  # 8 MB, needed only for drawing

    return vl_convert.vegalite_to_svg(spec, format_locale=LOCALES[language])


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


def _series(snapshot: Snapshot, name: str, look: tuple[str, float], area: str, gender: str) -> Series | None:
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
    return Series(make_writable(name), *look, points)


def _panel(snapshot: Snapshot, lines: list[Series], height: int, *, with_target: bool) -> dict[str, Any]:
    targets = [(row["year"], float(Decimal(row["value"]))) for row in snapshot["targets"]] if with_target else []
    frame = _frame(snapshot, lines, targets, height)
    layers = [layer for series in lines for layer in _line(series)]
    if targets:
        layers += _target(snapshot, lines[0], targets)
    layers += _labels(lines, frame)
    return {"width": round(frame.width), "height": height, "layer": [_axes(frame, snapshot["decimals"]), *layers]}


def _frame(snapshot: Snapshot, lines: list[Series], targets: list[tuple[int, float]], height: int) -> Frame:
    years = [year for series in lines for year, _v, _s in series.points]
    years += [row["year"] for row in snapshot["targets"]]  # so that all panels have the same years
    values = [value for series in lines for _y, value, _s in series.points if value is not None]
    low, high, step = _round_limits([*values, *(value for _year, value in targets)])
    first, last = min(years), max(*years, min(years) + 1)
    left = LETTER * len(f"{high:.0f}" if step >= 1 else f"{high:.1f}") + 10
    # The longest label must fit.
    width = min(
        (WIDTH - left - 10 - LETTER * len(series.name))
        * (last - first)
        / max(_label_year(series, first, last) - first, 1)
        for series in lines
    )
    return Frame(first, last, low, high, step, min(width, WIDTH - left - 14), height)


def _label_year(series: Series, first: int, last: int) -> int:
    """Return where a line's label begins: at its end, or right of everything if a target is too close to it."""
    end = series.end()[0]
    return last if last - end <= (last - first) * CLOSE else end


def _round_limits(values: list[float]) -> tuple[float, float, float]:
    """Return round limits around the values, and the step for about four grid lines."""
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    rough = spread / 4
    size = 10 ** math.floor(math.log10(rough))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= rough)
    return math.floor(low / step) * step, math.ceil(high / step + 1e-9) * step, step


def _axes(frame: Frame, decimals: int) -> dict[str, Any]:
    """Return an empty layer with the axes."""
    span = frame.last - frame.first
    every = next(years for years in (1, 2, 5, 10, 20, 50) if span / years <= 5)  # noqa: PLR2004 - labels that fit
    years = list(range(frame.first, frame.last + 1, every))
    if every > 1 and frame.last - years[-1] == every / 2:
        years[-1] = frame.last
    plain = {"labelFontSize": FONT, "labelColor": _ink("text"), "domain": False, "ticks": False, "title": None}
    return {
        "data": {"values": [{}]},
        "mark": {"type": "point", "opacity": 0, "size": 0},
        "encoding": {
            "x": {
                "datum": frame.first,
                "type": "quantitative",
                "scale": {"domain": [frame.first, frame.last], "nice": False, "zero": False},
                "axis": plain | {"values": years, "format": "d", "grid": False, "labelFlush": False, "labelPadding": 8},
            },
            "y": {
                "datum": frame.low,
                "type": "quantitative",
                "scale": {"domain": [frame.low, frame.high], "nice": False, "zero": False},
                "axis": plain
                | {
                    "values": [
                        frame.low + n * frame.step for n in range(round((frame.high - frame.low) / frame.step) + 1)
                    ],
                    "format": f",.{max(decimals, 1)}~f",
                    "grid": True,
                    "gridColor": _ink("line"),
                    "labelPadding": 6,
                },
            },
        },
    }


def _line(series: Series) -> list[dict[str, Any]]:
    """Return the line, with gaps for missing values, and dots for the last, isolated and preliminary values."""
    rows = [{"x": year, "y": value} for year, value, _status in series.points]
    line = {
        "data": {"values": rows},
        "mark": {"type": "line", "stroke": _ink(series.colour), "strokeWidth": series.width, "strokeJoin": "round",
                 "invalid": "break-paths-show-path-domains"},
        "encoding": _xy(),
    }  # fmt: skip
    layers = [line]
    for hollow in (False, True):
        dots = [
            {"x": year, "y": value}
            for n, (year, value, status) in enumerate(series.points)
            if value is not None and (status == "preliminary") == hollow and (hollow or _stands_out(series, n))
        ]
        colour = _ink(series.colour)
        look = {"fill": _ink("paper") if hollow else colour, "stroke": colour, "strokeWidth": 2, "opacity": 1}
        mark = {"type": "point", "size": 46, "filled": False, **look}
        if dots:
            layers.append({"data": {"values": dots}, "mark": mark, "encoding": _xy()})
    return layers


def _stands_out(series: Series, place: int) -> bool:
    neighbours = [series.points[n][1] for n in (place - 1, place + 1) if 0 <= n < len(series.points)]
    return place == len(series.points) - 1 or not any(value is not None for value in neighbours)


def _target(snapshot: Snapshot, first: Series, targets: list[tuple[int, float]]) -> list[dict[str, Any]]:
    """Return the targets, and the dashed line from the baseline to the one that the outcome is judged against."""
    layers: list[dict[str, Any]] = []
    baseline = next((value for year, value, _s in first.points if year == snapshot["baseline_year"]), None)
    aim, colour = snapshot["outcome"]["target_year"], _ink(TARGET_COLOUR)
    if baseline is not None and aim is not None:
        ends = [(snapshot["baseline_year"], baseline), *(row for row in targets if row[0] == aim)]
        dashed = {"type": "line", "stroke": colour, "strokeWidth": 1.5, "strokeDash": [5, 4]}
        layers.append({"data": {"values": [{"x": x, "y": y} for x, y in ends]}, "mark": dashed, "encoding": _xy()})
    rows = [{"x": year, "y": value} for year, value in targets]
    diamond = {"type": "point", "shape": "diamond", "size": 110, "filled": True, "fill": colour, "opacity": 1}
    layers.append({"data": {"values": rows}, "mark": diamond, "encoding": _xy()})
    words = [{"x": x, "y": y, "t": _("Target %(year)s") % {"year": x}} for x, y in targets]
    falls = baseline is not None and targets[-1][1] < baseline  # the dashed line comes from above: the words go below
    label = {"type": "text", "align": "right", "dx": 6, "dy": 16 if falls else -14, **_lettering(colour)}
    layers.append({"data": {"values": words}, "mark": label, "encoding": _xy() | {"text": {"field": "t"}}})
    return layers


def _labels(lines: list[Series], frame: Frame) -> list[dict[str, Any]]:
    """Return each line's label beside its end, moved apart where they would overlap."""
    ends = sorted(((frame.up(series.end()[1]), series) for series in lines), key=lambda end: end[0])
    places: list[float] = []
    for place in (end[0] for end in ends):
        places.append(max(place, places[-1] + LINE) if places else place)
    over = max(0.0, places[-1] - frame.height) if places else 0.0
    layers = []
    for place, (_own, series) in zip(places, ends, strict=True):
        row = {"x": _label_year(series, frame.first, frame.last), "y": frame.at(place - over), "t": series.name}
        label = {"type": "text", "align": "left", "dx": 8, **_lettering(_ink(series.colour))}
        layers.append({"data": {"values": [row]}, "mark": label, "encoding": _xy() | {"text": {"field": "t"}}})
    return layers


def _lettering(colour: str) -> dict[str, Any]:
    return {"baseline": "middle", "fontSize": FONT, "fill": colour, "fontWeight": 600}


def _xy() -> dict[str, Any]:
    return {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}


def _ink(name: str) -> str:
    return f"var(--{name})"


def _clean(svg: str, title: str, description: str) -> str:
    """Return Vega's SVG without its ARIA roles, empty groups, long decimals and fixed size."""
    root = ET.fromstring(svg)  # noqa: S314 - our own chart, drawn a moment ago
    clean = Element("svg", {"xmlns": SVG, "viewBox": root.get("viewBox", ""), "role": "img", "font-size": str(FONT)})
    for tag, words in (("title", title), ("desc", description)):
        ET.SubElement(clean, tag).text = make_writable(words)
    clean.extend(part for child in root for part in _simplified(child))
    return ET.tostring(clean, encoding="unicode")


def _simplified(element: Element) -> list[Element]:
    """Return the element simplified: nothing for invisible ones, only the children of a group without attributes."""
    tag = element.tag.removeprefix(f"{{{SVG}}}")
    is_ground = tag == "path" and element.get("class") in ("background", "foreground")
    if is_ground or element.get("opacity") == "0":
        return []
    parts = [part for child in element for part in _simplified(child)]
    kept = Element(tag, _attributes(tag, element.attrib))
    if tag == "g" and (not parts or not kept.attrib):
        return parts
    kept.text = element.text
    kept.extend(parts)
    return [kept]


def _attributes(tag: str, given: dict[str, str]) -> dict[str, str]:
    kept = {
        name: NUMBER.sub(_rounded, value)
        for name, value in given.items()
        if not USELESS.fullmatch(name) and (name, value) not in DEFAULTS
    }
    if tag == "text" and (moved := MOVE.fullmatch(kept.get("transform", ""))):
        del kept["transform"]
        kept |= {"x": moved[1], "y": moved[2]}
    if tag == "text" and "font-weight" in kept:  # a label, which must be legible on top of a line
        kept |= {"stroke": _ink("paper"), "stroke-width": "4", "paint-order": "stroke"}
    return kept


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 1) + 0:g}"
