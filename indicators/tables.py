"""An indicator's figures as a table for people, and as CSV and JSON-stat for machines, all from one snapshot."""

import csv
import json
from io import StringIO
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from indicators.models import Gender, ValueStatus
from indicators.snapshots import Snapshot, format_number, pick_text
from language.characters import make_writable


class Cell(NamedTuple):
    """A formatted value, and whether it is preliminary or missing."""

    text: str
    status: str


class Table(NamedTuple):
    """A row for each year, the latest first."""

    columns: list[str]
    rows: list[tuple[int, list[Cell]]]
    has_preliminary: bool


def make_table(snapshot: Snapshot, language: str) -> Table:
    """Return the first area, with women and men if given separately, then the other areas."""
    with translation.override(language):
        keys = _columns(snapshot, language)
        held = {(row["area"], row["gender"], row["year"]): row for row in snapshot["values"]}
        years = sorted({row["year"] for row in snapshot["values"]}, reverse=True)
        rows = [(year, [_cell(held.get((*key, year)), snapshot) for key in keys]) for year in years]
        preliminary = any(cell.status == ValueStatus.PRELIMINARY for _year, cells in rows for cell in cells)
        return Table(list(keys.values()), rows, preliminary)


def render_csv(snapshot: Snapshot, language: str) -> str:
    """Return every value, one a row, with decimal points (RFC 4180). A missing value is empty."""
    areas = {area["code"]: pick_text(area["name"], language) for area in snapshot["areas"]}
    content = StringIO()
    writer = csv.writer(content)
    writer.writerow(["indicator", "area_code", "area", "gender", "year", "value", "unit", "status"])
    for row in snapshot["values"]:
        writer.writerow([make_writable(cell) for cell in (
            snapshot["slug"], row["area"], areas[row["area"]], row["gender"], row["year"], row["value"] or "",
            pick_text(snapshot["unit"], language), row["status"],
        )])  # fmt: skip
    return content.getvalue()


def render_jsonstat(snapshot: Snapshot, language: str) -> str:
    """Return the values as a JSON-stat 2.0 dataset, with the targets and the outcome as its extension."""
    with translation.override(language):
        areas = [area["code"] for area in snapshot["areas"]]
        genders = list(Gender.values) if snapshot["by_gender"] else [Gender.TOTAL.value]
        years = sorted({row["year"] for row in snapshot["values"]})
        held = {(row["area"], row["gender"], row["year"]): row for row in snapshot["values"]}
        cells = [held.get((area, gender, year)) for area in areas for gender in genders for year in years]
        statuses = {str(n): cell["status"] if cell else "missing" for n, cell in enumerate(cells)}
        names = {area["code"]: pick_text(area["name"], language) for area in snapshot["areas"]}
        document = {
            "version": "2.0",
            "class": "dataset",
            "label": pick_text(snapshot["title"], language),
            "source": pick_text(snapshot["source"]["name"], language),
            "updated": snapshot["as_of"],
            "note": [_("The figures are made up as an example.")] if snapshot["is_example"] else [],
            "id": ["area", "gender", "year"],
            "size": [len(areas), len(genders), len(years)],
            "role": {"geo": ["area"], "time": ["year"]},
            "dimension": {
                "area": {"label": _("Area"), "category": {"index": areas, "label": names}},
                "gender": {
                    "label": _("Gender"),
                    "category": {"index": genders, "label": {code: str(Gender(code).label) for code in genders}},
                },
                "year": {"label": _("Year"), "category": {"index": [str(year) for year in years]}},
            },
            "value": [_number(cell["value"]) if cell else None for cell in cells],
            "status": {place: mark for place, mark in statuses.items() if mark != ValueStatus.FINAL},
            "extension": {
                "unit": pick_text(snapshot["unit"], language),
                "targets": [{"year": row["year"], "value": _number(row["value"])} for row in snapshot["targets"]],
                "outcome": snapshot["outcome"]["status"],
            },
        }
        return json.dumps(document, ensure_ascii=False)


def _columns(snapshot: Snapshot, language: str) -> dict[tuple[str, str], str]:
    """Return each column's area and gender, with its heading."""
    columns: dict[tuple[str, str], str] = {}
    for number, area in enumerate(snapshot["areas"]):
        columns[area["code"], "T"] = pick_text(area["name"], language)
        if snapshot["by_gender"] and number == 0:
            columns[area["code"], "K"] = _("Women")
            columns[area["code"], "M"] = _("Men")
    return columns


def _cell(row: dict[str, Any] | None, snapshot: Snapshot) -> Cell:
    if row is None or row["value"] is None:
        return Cell(_("missing"), "missing")
    return Cell(format_number(row["value"], snapshot["decimals"]), row["status"])


def _number(text: str | None) -> int | float | None:
    """Return a number for JSON, an integer where it is whole."""
    if text is None:
        return None
    return float(text) if "." in text else int(text)
