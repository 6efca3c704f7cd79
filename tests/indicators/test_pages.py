"""The public's pages about indicators, in both languages."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from lxml import html

from indicators.models import Indicator
from publishing.models import Publication
from tests import factories

pytestmark = pytest.mark.django_db
VALUES = {2015: "70", 2016: "71.5", 2017: None, 2018: "73"}


def page(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, path
    return html.document_fromstring(response.content.decode())


def texts(found: Any, xpath: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in found.xpath(xpath)]


def parts(found: Any, xpath: str) -> list[str]:
    """The same, with a space between the texts of cells and of facts on one line."""
    return [" ".join(" ".join(node.itertext()).split()) for node in found.xpath(xpath)]


def test_page_shows_chart_table_source_and_outcome(client: Client) -> None:
    owner = factories.make_staff(slug="person", name="Gunnar Holmgren")
    goal = factories.make_goal(slug="mal", title="Kompetens")
    factories.make_indicator(
        VALUES, {2025: "80"}, slug="arbete", goals=[goal], owner=owner, source_name="Kolada",
        source_link="https://www.kolada.se/", method="Så mäts det.", limits="Det syns inte.", is_proxy=True,
    )  # fmt: skip

    found = page(client, "/indikatorer/arbete/")

    assert len(found.xpath("//figure/svg[@role='img'][title][desc]")) == 1
    assert parts(found, "//details//tr") == [
        "År Västernorrland Riket", "2018 73,0 saknas", "2017 saknas saknas", "2016 71,5 saknas", "2015 70,0 saknas",
    ]  # fmt: skip
    assert texts(found, "//figcaption")[0].endswith("Källa: Kolada.")
    assert found.xpath("//figcaption/a/@href") == ["https://www.kolada.se/"]
    assert texts(found, "//section[@id='outcome']//p") == [
        "På väg mot målet",
        "Medelvärdet för 2016–2018 är 72,2. Linjen till målet, 80,0 år 2025, har medelvärdet 72,0 för samma år.",
    ]
    assert texts(found, "//section[@id='rule']/h2") == ["Så bedöms utfallet"]
    assert {"/mal/mal/", "/kontakt/person/", "/indikatorer/arbete.csv", "/indikatorer/arbete.json"} <= set(
        found.xpath("//main//a/@href")
    )
    assert "närliggande mätning" in texts(found, "//p[@class='kicker']")[0]


def test_page_tells_women_and_men_apart_and_marks_what_is_preliminary(client: Client) -> None:
    indicator = factories.make_indicator({2015: "70"}, slug="arbete", by_gender=True, areas=[factories.make_area()])
    factories.make_value(indicator, 2015, "68", gender="K", status="preliminary")
    factories.make_value(indicator, 2015, "72", gender="M")

    found = page(client, "/en/indicators/arbete/")

    assert parts(found, "//details//tr") == ["Year Västernorrland Women Men", "2015 70.0 68.0 p 72.0"]
    assert texts(found, "//details/p") == ["p = preliminary and may change."]


def test_judgement_of_a_person_stands_with_reason_signature_and_what_the_rule_says(client: Client) -> None:
    indicator = factories.make_indicator(VALUES, {2025: "80"}, slug="arbete")
    factories.make_override(indicator, signed_at=datetime(2026, 5, 4, 10, tzinfo=UTC))

    found = page(client, "/indikatorer/arbete/")

    assert texts(found, "//section[@id='outcome']//p")[:3] == [
        "Kan inte bedömas",
        "Pandemin stör jämförelsen.",
        "Bedömt av Frida Bergman, samordnare den 4 maj 2026. Enligt regeln: På väg mot målet.",
    ]


def test_revisions_are_told(client: Client) -> None:
    indicator = factories.make_indicator(VALUES, slug="arbete")
    factories.make_value(indicator, 2016, "71.2", replaced_at=datetime(2026, 5, 4, 10, tzinfo=UTC))

    found = page(client, "/indikatorer/arbete/")

    heading = "Värden som har ersatts"
    assert parts(found, f"//section[h2[.='{heading}']]//tbody/tr") == ["2016, Västernorrland 71,2 4 maj 2026"]


def test_list_stands_goal_by_goal_with_the_outcome_in_words(client: Client) -> None:
    goal = factories.make_goal(title="Kompetens", code="1")
    factories.make_indicator(VALUES, {2025: "80"}, title="Arbete", goals=[goal])
    factories.make_indicator(title="Utan mål", is_example=True)

    found = page(client, "/indikatorer/")

    assert texts(found, "//main//h2")[:2] == ["Mål 1 Kompetens", "Andra indikatorer"]
    assert parts(found, "//main//li[h3]/p[@class='meta']") == [
        "På väg mot målet 73,0 procent , 2018",
        "Kan inte bedömas inget värde än exempeldata",
    ]


def test_goal_and_start_keep_delivery_and_outcome_apart(client: Client) -> None:
    goal = factories.make_goal(slug="mal")
    factories.make_indicator(VALUES, {2025: "80"}, title="Arbete", goals=[goal])
    factories.make_activity(goal=goal)

    for path in ("/", "/mal/"):
        found = page(client, path)
        assert texts(found, "//dl[contains(@class, 'verdicts')]/dt")[:2] == ["Genomförande", "Utfall"]
        assert texts(found, "//dl[contains(@class, 'verdicts')]/dd[2]//li") == ["1 på väg"]
    of_goal = page(client, "/mal/mal/")
    assert texts(of_goal, "//section[@id='indicators']//h3") == ["Arbete"]
    assert len(of_goal.xpath("//section[@id='indicators']//svg[@role='img']")) == 1


@pytest.mark.parametrize("publication", [Publication.DRAFT, Publication.REVIEW, Publication.ARCHIVED])
def test_what_is_not_published_is_nowhere(client: Client, publication: Publication) -> None:
    goal = factories.make_goal(slug="mal")
    factories.make_indicator(
        VALUES, {2025: "80"}, slug="hemlig", title="Hemlig indikator", goals=[goal], publication=publication
    )
    shown = ["/", "/mal/", "/mal/mal/", "/indikatorer/", "/webbkarta/", "/sitemap.xml", "/en/indicators/"]

    leaks = [path for path in shown if "emlig" in client.get(path).content.decode()]

    assert leaks == []
    assert {client.get(f"/indikatorer/hemlig{end}").status_code for end in ("/", ".csv", ".json")} == {404}


def test_owner_and_goal_that_are_not_published_do_not_leak(client: Client) -> None:
    hidden = {"publication": Publication.DRAFT}
    owner = factories.make_staff(name="Hemlig Person", **hidden)
    factories.make_indicator(slug="arbete", owner=owner, goals=[factories.make_goal(title="Hemligt mål", **hidden)])

    assert "emlig" not in client.get("/indikatorer/arbete/").content.decode()


def test_former_address_leads_on_for_page_and_files(client: Client) -> None:
    indicator = factories.make_indicator(slug="arbete")
    indicator.slug = "sysselsattning"
    indicator.save()

    for end in ("/", ".csv", ".json"):
        response = client.get(f"/indikatorer/arbete{end}")
        assert (response.status_code, response["Location"]) == (301, f"/indikatorer/sysselsattning{end}")


def test_csv_has_every_value_and_nothing_for_what_is_missing(client: Client) -> None:
    factories.make_indicator(VALUES, slug="arbete")

    response = client.get("/indikatorer/arbete.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert [(row["year"], row["value"], row["status"]) for row in rows] == [
        ("2015", "70", "final"), ("2016", "71.5", "final"), ("2017", "", "missing"), ("2018", "73", "final"),
    ]  # fmt: skip
    assert rows[0] | {"year": "", "value": ""} == {
        "indicator": "arbete", "area_code": "0022", "area": "Västernorrland", "gender": "T", "year": "", "value": "",
        "unit": "procent", "status": "final",
    }  # fmt: skip


def test_jsonstat_can_be_read_by_our_own_reader(client: Client) -> None:
    from indicators.readers import jsonstat

    factories.make_indicator(VALUES, {2025: "80"}, slug="arbete", by_gender=True)

    response = client.get("/en/indicators/arbete.json")

    document = json.loads(response.content)
    cube = jsonstat.parse_cube(document)
    held = {(c["area"], c["gender"], c["year"]): (value, mark) for c, value, mark in cube.cells()}
    assert response["Content-Type"] == "application/json"
    assert held["0022", "T", "2016"] == (71.5, None)
    assert held["0022", "T", "2017"] == (None, "missing")
    assert held["0000", "K", "2015"] == (None, "missing")
    assert document["dimension"]["gender"]["category"]["label"] == {"T": "Total", "K": "Women", "M": "Men"}
    assert document["extension"] == {
        "unit": "per cent", "targets": [{"year": 2025, "value": 80}], "outcome": "on_way",
    }  # fmt: skip


def test_indicator_without_values_says_so(client: Client) -> None:
    factories.make_indicator(slug="tom")

    found = page(client, "/en/indicators/tom/")

    assert found.xpath("//figure") == []
    assert "There are no values yet." in found.text_content()
    assert client.get("/indikatorer/tom.json").status_code == 200


def test_sitemap_names_page_and_twin(client: Client) -> None:
    factories.make_indicator(slug="arbete")

    addresses = client.get("/sitemap.xml").content.decode()

    assert Indicator.objects.get().get_absolute_url() == "/indikatorer/arbete/"
    assert addresses.count("/indikatorer/arbete/</loc>") == addresses.count("/en/indicators/arbete/</loc>") == 1
