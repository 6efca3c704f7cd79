"""Charts: clean SVG with CSS variables for colours, in both languages, with gaps for missing values."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from indicators import charts, snapshots
from tests import factories

pytestmark = pytest.mark.django_db
NAMESPACE = "{http://www.w3.org/2000/svg}"
VALUES = {2015: "70.123", 2016: "71.5", 2017: None, 2018: "73", 2019: "73.4"}


@pytest.fixture
def frozen() -> dict[str, Any]:
    indicator = factories.make_indicator(VALUES, {2020: "75", 2030: "80"}, title="A < B & C", by_gender=True)
    for year, value in VALUES.items():
        factories.make_value(indicator, year, value, gender="K")
        factories.make_value(indicator, year, 78, gender="M", status="preliminary")
        factories.make_value(indicator, year, 74, area=factories.make_area("0000"))
    return snapshots.take_snapshot(indicator)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_chart_has_a_name_a_description_and_labels_in_its_language(frozen: dict[str, Any], language: str) -> None:
    root = ET.fromstring(charts.draw_chart(frozen, language))  # noqa: S314

    labels = {node.text for node in root.iterfind(f".//{NAMESPACE}g[@font-weight]/{NAMESPACE}text")}
    assert [node.tag for node in list(root)[:2]] == [f"{NAMESPACE}title", f"{NAMESPACE}desc"]
    assert (root.get("role"), root[0].text) == ("img", "A < B & C")
    assert (
        labels
        == {
            "sv": {"Västernorrland", "Riket", "Kvinnor", "Män", "Mål 2020", "Mål 2030"},
            "en": {"Västernorrland", "Sweden", "Women", "Men", "Target 2020", "Target 2030"},
        }[language]
    )
    assert (
        root[1].text
        == {
            "sv": "Procent. Västernorrland: från 70,1 år 2015 till 73,4 år 2019. Riket: från 74,0 år 2015 till 74,0 år "
            "2019. Kvinnor: från 70,1 år 2015 till 73,4 år 2019. Män: från 78,0 år 2015 till 78,0 år 2019. "
            "Mål 2020: 75,0. Mål 2030: 80,0.",
            "en": "Per cent. Västernorrland: from 70.1 in 2015 to 73.4 in 2019. Sweden: from 74.0 in 2015 to 74.0 in "
            "2019. Women: from 70.1 in 2015 to 73.4 in 2019. Men: from 78.0 in 2015 to 78.0 in 2019. "
            "Target 2020: 75.0. Target 2030: 80.0.",
        }[language]
    )


def test_chart_is_clean(frozen: dict[str, Any]) -> None:
    svg = charts.draw_chart(frozen, "sv")

    root = ET.fromstring(svg)  # noqa: S314
    names = {name for node in root.iter() for name in node.attrib}
    colours = {node.get(name) for node in root.iter() for name in ("fill", "stroke")} - {None, "none"}
    assert names <= {
        "viewBox", "role", "font-size", "transform", "d", "x", "y", "dy", "cx", "cy", "r", "fill", "stroke",
        "stroke-width", "stroke-dasharray", "stroke-linejoin", "text-anchor", "font-weight", "paint-order",
    }  # fmt: skip
    assert [node for node in root.iter() if node.get("role") and node is not root] == []
    assert {colour for colour in colours if not re.fullmatch(r"var\(--[a-z]+\)", colour)} == set()
    assert re.findall(r"\d\.\d{2,}", svg.replace(root[1].text, "")) == []
    assert (root.get("width"), root.get("height")) == (None, None)


def test_only_the_way_to_the_target_is_dashed(frozen: dict[str, Any]) -> None:
    root = ET.fromstring(charts.draw_chart(frozen, "sv"))  # noqa: S314

    assert [node.get("stroke") for node in root.iter() if node.get("stroke-dasharray")] == ["var(--granit)"]


def test_line_breaks_where_a_value_is_missing(frozen: dict[str, Any]) -> None:
    root = ET.fromstring(charts.draw_chart(frozen, "sv"))  # noqa: S314

    [line] = [node for node in root.iter() if node.get("stroke-width") == "3"]
    assert re.sub(r"[\d.,]", "", line.get("d")) == "MLML"


def test_preliminary_values_are_hollow(frozen: dict[str, Any]) -> None:
    root = ET.fromstring(charts.draw_chart(frozen, "sv"))  # noqa: S314

    lines = {line.get("stroke"): line.findall(f"{NAMESPACE}circle") for line in root.iter(f"{NAMESPACE}g")}
    hollow = [name for name, dots in lines.items() for dot in dots if dot.get("fill") == "var(--paper)"]
    assert hollow == ["var(--lav)"] * 5


def test_grid_years_and_values_stand_on_one_scale(frozen: dict[str, Any]) -> None:
    root = ET.fromstring(charts.draw_chart(frozen, "sv"))  # noqa: S314

    panel, other = root.findall(f"{NAMESPACE}g")
    words = [(node.text, float(node.get("x")), float(node.get("y"))) for node in panel.findall(f"{NAMESPACE}text")]
    values = {word: y for word, _x, y in words if len(word) == 2}
    years = {int(word): x for word, x, _y in words if len(word) == 4}
    assert (list(values), list(years)) == (["70", "75", "80", "85"], [2015, 2020, 2025, 2030])
    assert values == {"70": 210, "75": 140, "80": 70, "85": 0}
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in panel.iter(f"{NAMESPACE}circle")]
    assert dots[0] == (pytest.approx(years[2030] * 4 / 15, abs=0.1), pytest.approx(210 * (85 - 73.4) / 15, abs=0.1))
    assert [node.get("x") for node in other.findall(f"{NAMESPACE}text")][-1] == str(years[2030]).removesuffix(".0")


def test_lines_that_end_alike_have_labels_apart() -> None:
    indicator = factories.make_indicator({2015: "1", 2016: "50"})
    factories.make_value(indicator, 2016, "50.1", area=factories.make_area("0000"))
    root = ET.fromstring(charts.draw_chart(snapshots.take_snapshot(indicator), "sv"))  # noqa: S314

    labels = {
        node.text: float(node.get("y")) for node in root.iterfind(f".//{NAMESPACE}g[@font-weight]/{NAMESPACE}text")
    }
    assert labels["Västernorrland"] - labels["Riket"] == pytest.approx(17)


def test_colours_of_paper_are_those_of_the_light_look() -> None:
    tokens = (settings.BASE_DIR / "assets" / "css" / "tokens.css").read_text().split("@media")[0]
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", tokens))

    assert {name: light[name] for name in charts.COLOURS} | {"paper": "#ffffff"} == charts.COLOURS


def test_chart_for_paper_needs_no_style_sheet(frozen: dict[str, Any]) -> None:
    assert "var(" not in charts.use_print_colours(charts.draw_chart(frozen, "sv"))


def test_same_figures_give_the_same_chart_later(frozen: dict[str, Any]) -> None:
    assert charts.draw_chart(frozen | {"as_of": "2030-01-01T00:00:00+01:00"}, "en") == charts.draw_chart(frozen, "en")


def test_sketch_leaves_women_and_men_out(frozen: dict[str, Any]) -> None:
    sketch = charts.draw_chart(frozen, "sv", whole=False)

    assert len(sketch) < len(charts.draw_chart(frozen, "sv")) * 0.7
    assert "Kvinnor" not in sketch


@pytest.mark.parametrize(
    ("values", "targets"),
    [
        ({2020: "0"}, {}),
        ({2020: "5"}, {2020: "5"}),
        ({2020: "-3.5", 2021: "1e9"}, {2060: "-1e9"}),
        ({2000: "0.000001", 2060: "0.000002"}, {2061: "0"}),
        (dict.fromkeys(range(1990, 2100), "1"), {2100: "1"}),
    ],
)
def test_odd_figures_can_be_drawn(values: dict[int, str], targets: dict[int, str]) -> None:
    indicator = factories.make_indicator(values, targets, baseline_year=2000)

    assert indicator.chart.startswith("<svg ")


def test_nothing_is_drawn_without_a_value() -> None:
    assert factories.make_indicator({2015: None}, {2030: "80"}).chart == ""
