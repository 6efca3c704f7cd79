"""Documents on the web: facets, versions and files."""

import hashlib
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def titles(client: Client, **asked: object) -> set[str]:
    return {document.title for document in client.get("/dokument/", asked).context["page"]}


def content_of(client: Client, path: str) -> bytes:
    return b"".join(client.get(path))


@pytest.fixture
def documents() -> None:
    factories.make_document(title="Planen", kind="action_plan", summary="Om skogen", decided_on=date(2016, 2, 18))
    factories.make_document(title="Strategin", kind="strategy", summary="Om länet")
    factories.make_document(
        title="In English", kind="translation", language="en", summary="Om allt", decided_on=date(2012, 1, 1)
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"Planen", "Strategin", "In English"}),
        ({"kind": "strategy"}, {"Strategin"}),
        ({"kind": ["strategy", "action_plan"]}, {"Strategin", "Planen"}),
        ({"language": "en"}, {"In English"}),
        ({"language": "sv", "q": " ", "kind": "strategy"}, {"Strategin"}),
        ({"year": "2016"}, {"Planen"}),
        ({"year": ["2016", "2012"], "language": "en"}, {"In English"}),
        ({"year": "tvåtusen", "format": "exe", "sort": "slump"}, {"Planen", "Strategin", "In English"}),
        ({"format": "pdf"}, {"Planen", "Strategin", "In English"}),
        ({"format": "docx"}, set()),
        ({"kind": "finns-inte"}, {"Planen", "Strategin", "In English"}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
@pytest.mark.usefixtures("documents")
def test_facets_find(client: Client, asked: dict[str, object], expected: set[str]) -> None:
    assert titles(client, **asked) == expected


@pytest.mark.usefixtures("documents")
def test_facets_tell_how_many_there_are_and_what_is_chosen(client: Client) -> None:
    factories.make_document(kind="strategy")
    factories.make_document(kind="follow_up", publication="draft")

    response = client.get("/dokument/", {"kind": "strategy"})

    facets = {
        facet.name: {choice.value: (choice.count, choice.is_chosen) for choice in facet.choices}
        for facet in response.context["facets"]
    }
    assert facets == {
        "kind": {"strategy": (2, True), "translation": (1, False), "action_plan": (1, False)},
        "language": {"sv": (2, False)},
        "format": {"pdf": (2, False)},
    }
    page = html.document_fromstring(response.content.decode())
    assert page.xpath("normalize-space(//p[@class='count'])") == "2 dokument"
    assert page.xpath("//input[@type='checkbox'][@checked]/@value") == ["strategy"]


@pytest.mark.usefixtures("documents")
def test_counts_are_those_that_the_list_would_have(client: Client) -> None:
    asked = {"language": "sv", "year": "2012"}

    facets = client.get("/dokument/", asked).context["facets"]

    told = {(facet.name, str(choice.value)): choice.count for facet in facets for choice in facet.choices}
    assert told == {
        ("language", "sv"): 0,
        ("language", "en"): 1,
        ("year", "2016"): 1,
        ("year", "2012"): 0,
    }
    assert {key: len(titles(client, **asked | {key[0]: key[1]})) for key in told} == told


def test_address_always_serves_the_newest_file_and_older_ones_stay(client: Client) -> None:
    document = factories.make_document(versions=3, slug="plan")
    files = {version.number: version.checksum for version in document.versions.all()}

    served = [
        hashlib.sha256(content_of(client, f"/dokument/plan/{file}")).hexdigest() for file in ("fil", "fil/1", "fil/3")
    ]

    assert served == [files[number] for number in (3, 1, 3)]
    assert client.get("/dokument/plan/fil/4").status_code == 404


def test_page_tells_size_pages_and_history(client: Client) -> None:
    factories.make_document(versions=2, slug="plan", reference="RUS 2016/0042")

    page = html.document_fromstring(client.get("/dokument/plan/").content.decode())

    rows = page.xpath("//h2[text()='Versioner']/following-sibling::ul/li")
    assert [row.xpath("normalize-space(p[1])") for row in rows] == ["Ändring 2.", "Ändring 1."]
    assert [row.xpath("normalize-space(h3/a/@href)") for row in rows] == [
        "/dokument/plan/fil/2",
        "/dokument/plan/fil/1",
    ]
    assert "1 sida" in rows[0].text_content()
    assert "RUS 2016/0042" in page.text_content()


def test_document_without_a_file_says_so(client: Client) -> None:
    factories.make_document(versions=0, slug="plan")

    page = client.get("/dokument/plan/").content.decode()
    assert "Filen har inte lagts till ännu." in page
    assert [words for words in ("tillgängligt format", "Kan alla läsa") if words in page] == []
    assert client.get("/dokument/plan/fil").status_code == 404


def test_language_of_a_document_is_told_where_it_is_another(client: Client) -> None:
    factories.make_document(slug="plan", language="en")

    assert "på engelska" in client.get("/dokument/").content.decode()
    assert "in English" not in client.get("/en/documents/").content.decode()
    file = client.get("/dokument/plan/fil")
    assert file["Content-Language"] == "en"
    assert b"".join(file)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("", ["Ö", "A", "B"]), ("title", ["A", "B", "Ö"]), ("date", ["B", "A", "Ö"]), ("okänd", ["Ö", "A", "B"])],
)
def test_list_is_sorted_as_asked(client: Client, sort: str, expected: list[str]) -> None:
    for title, kind in (("Ö", "action_plan"), ("A", "strategy"), ("B", "strategy")):
        factories.make_document(title=title, kind=kind)

    assert [document.title for document in client.get("/dokument/", {"sort": sort}).context["page"]] == expected


def test_list_marks_what_is_new_for_a_month(client: Client) -> None:
    for title, age, versions in (("Ny", 29, 1), ("Ny version", 29, 2), ("Gammal", 31, 1)):
        document = factories.make_document(title=title, versions=versions)
        document.versions.update(created_at=timezone.now() - timedelta(days=age))

    page = html.document_fromstring(client.get("/dokument/", {"sort": "title"}).content.decode())

    rows = page.xpath("//ul[@class='rows']/li")
    assert [(row.xpath("normalize-space(h3)"), row.xpath("normalize-space(.//strong)")) for row in rows] == [
        ("Gammal", ""),
        ("Ny", "Nytt"),
        ("Ny version", "Ny version"),
    ]


def test_a_list_without_a_match_leads_on(client: Client) -> None:
    factories.make_document()

    page = html.document_fromstring(client.get("/dokument/", {"format": "odt"}).content.decode())

    assert page.xpath("//p[@class='more']/a/@href") == ["/dokument/"]


def test_words_are_asked_of_the_search(client: Client) -> None:
    form = html.document_fromstring(client.get("/dokument/").content.decode()).find_class("search-field")[0]

    search = reverse("search:results")
    assert (form.get("action"), form.fields["kind"]) == (search, "document")
    assert client.get("/dokument/", {"q": "skog & hav"})["Location"] == f"{search}?q=skog+%26+hav&kind=document"
