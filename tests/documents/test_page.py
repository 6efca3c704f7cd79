"""A document's page: its relations to other documents, its accessibility, its versions."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from lxml import html

from documents.models import Document, DocumentVersion, MediaType
from documents.presentation import HINDRANCES
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client: Client, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).content.decode())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def facts(client: Client, path: str) -> dict[str, list[str]]:
    """The facts of a page: each term with what stands under it."""
    found: dict[str, list[str]] = {}
    for element in page_of(client, path).xpath("//dl[@class='facts']/*"):
        if element.tag == "dt":
            found[words(element)] = []
        else:
            found[list(found)[-1]].append(words(element))
    return found


def change(document: Document, number: int, **fields: Any) -> None:
    assert DocumentVersion.objects.filter(document=document, number=number).update(**fields) == 1


def test_relations_show_at_both_ends(client: Client) -> None:
    old = factories.make_document(slug="gammal", title="Gammal")
    new = factories.make_document(slug="ny", title="Ny", replaces=old)
    factories.make_document(slug="ny-en", title="New", language="en", translation_of=new)
    factories.make_document(slug="ny-fi", title="Suomeksi", translation_of=new)
    easy = factories.make_document(slug="lattlast", title="Lättläst")
    Document.objects.filter(pk=new.pk).update(accessible_version=easy)

    assert facts(client, "/dokument/gammal/")["Ersatt av"] == ["Ny"]
    assert facts(client, "/dokument/ny/")["Ersätter"] == ["Gammal"]
    assert facts(client, "/dokument/ny/")["På andra språk"] == ["New (engelska)", "Suomeksi (svenska)"]
    assert facts(client, "/dokument/ny-en/")["På andra språk"] == ["Ny (svenska)", "Suomeksi (svenska)"]
    assert facts(client, "/dokument/lattlast/")["Tillgänglig version av"] == ["Ny"]
    alerts = {path: [words(alert) for alert in page_of(client, path).find_class("ds-alert")]
              for path in ("/dokument/gammal/", "/dokument/ny/", "/dokument/lattlast/")}  # fmt: skip
    assert alerts == {
        "/dokument/gammal/": [
            "Det här dokumentet gäller inte längre. Det finns kvar för den som vill läsa det. Det har ersatts av Ny."
        ],
        "/dokument/ny/": ["Det finns en version av dokumentet som alla kan läsa: Lättläst."],
        "/dokument/lattlast/": [],
    }


def test_relations_to_what_is_not_published_stay_unsaid(client: Client) -> None:
    draft = factories.make_document(title="Hemlig", publication="draft")
    factories.make_document(slug="oppen", replaces=draft, translation_of=draft, accessible_version=draft)
    factories.make_document(slug="syskon", title="Syskon", language="en", translation_of=draft)
    factories.make_document(title="Hemlig", publication="draft", replaces=Document.objects.get(slug="oppen"))

    page = client.get("/dokument/oppen/").content.decode()

    assert "Hemlig" not in page
    assert facts(client, "/dokument/oppen/")["På andra språk"] == ["Syskon (engelska)"]


def test_contents_lead_to_the_page_of_the_file(client: Client) -> None:
    document = factories.make_document(slug="plan", language="en")
    change(document, 1, pages=5, outline=[[0, "Aim", 1], [0, "Goals", 2], [1, "Forest", 3], [0, "Nowhere", None]])

    toc = page_of(client, "/dokument/plan/").find_class("toc")[0]

    assert [(link.get("href"), words(link)) for link in toc.iter("a")] == [
        ("/dokument/plan/fil#page=1", "Aim 1"),
        ("/dokument/plan/fil#page=2", "Goals 2"),
        ("/dokument/plan/fil#page=3", "Forest 3"),
    ]
    assert (toc.get("lang"), words(toc)[-7:]) == ("en", "Nowhere")
    assert page_of(client, "/en/documents/plan/").find_class("toc")[0].get("lang") is None


def test_contents_of_other_formats_lead_nowhere(client: Client) -> None:
    document = factories.make_document(slug="plan")
    change(document, 1, media_type=MediaType.DOCX, pages=None, outline=[[0, "Syfte", 1]])

    page = page_of(client, "/dokument/plan/")

    assert [words(row) for row in page.find_class("toc")] == ["Syfte"]
    assert page.xpath("//a[contains(@href, '#page')]") == []
    assert facts(client, "/dokument/plan/")["Fil"] == [f"Word{size(document)}"]


def size(document: Document) -> str:
    return f"{document.versions.get().size} byte"


@pytest.mark.parametrize(
    ("media_type", "pages", "expected"),
    [
        (MediaType.PDF, 2, "2 sidor"),
        (MediaType.XLSX, 1, "1 blad"),
        (MediaType.PPTX, 3, "3 bilder"),
        (MediaType.ODT, None, ""),
    ],
)
def test_extent_is_told_as_the_format_counts(
    client: Client, media_type: MediaType, pages: int | None, expected: str
) -> None:
    document = factories.make_document(slug="plan")
    change(document, 1, media_type=media_type, pages=pages)

    assert facts(client, "/dokument/plan/")["Fil"] == [f"{media_type.label}{size(document)}{expected}".strip()]


def test_a_withdrawn_version_is_told_of_but_not_given(client: Client) -> None:
    document = factories.make_document(versions=3, slug="plan")
    withdrawn = {
        "withdrawn_at": timezone.now(),
        "withdrawn_reason_sv": "Ett namn stod där.",
        "change_note_sv": "Lönnord",
    }
    change(document, 2, **withdrawn)

    rows = page_of(client, "/dokument/plan/").xpath("//h2[text()='Versioner']/following-sibling::ul/li")
    gone, head = client.get("/dokument/plan/fil/2"), client.head("/dokument/plan/fil/2")

    assert [row.xpath("normalize-space(h3)") for row in rows] == [
        "Version 3 (aktuell)",
        "Version 2 (tillbakadragen)",
        "Version 1",
    ]
    assert rows[1].xpath(".//a") == []
    assert rows[1].xpath("normalize-space(p/span)") == "Ett namn stod där."
    assert "Lönnord" not in rows[1].text_content()
    assert (gone.status_code, head.status_code) == (410, 410)
    page = html.document_fromstring(gone.content.decode())
    assert "Ett namn stod där." in page.text_content()
    assert page.xpath("//main//p[@class='actions']/a/@href")[:2] == ["/dokument/plan/fil", "/dokument/plan/"]
    assert [client.head(f"/dokument/plan/fil/{number}").status_code for number in (1, 3, 4)] == [200, 200, 404]


def test_withdrawing_the_newest_version_makes_the_one_before_current(client: Client) -> None:
    document = factories.make_document(versions=2, slug="plan")
    change(document, 2, withdrawn_at=timezone.now(), withdrawn_reason_sv="Fel fil.")

    assert client.head("/dokument/plan/fil")["ETag"] == f'"{document.versions.get(number=1).checksum}"'
    change(document, 1, withdrawn_at=timezone.now(), withdrawn_reason_sv="Också fel.")
    gone = client.get("/dokument/plan/fil")
    assert (gone.status_code, "Fel fil." in gone.content.decode()) == (410, True)


@pytest.mark.parametrize("scan", ["pending", "infected"])
def test_a_version_that_is_not_checked_is_not_there(client: Client, scan: str) -> None:
    document = factories.make_document(versions=2, slug="plan")
    change(document, 2, scan=scan, change_note_sv="Lönnord")

    assert "Lönnord" not in client.get("/dokument/plan/").content.decode()
    assert client.get("/dokument/plan/fil/2").status_code == 404
    assert client.head("/dokument/plan/fil")["ETag"] == f'"{document.versions.get(number=1).checksum}"'
    change(document, 1, scan=scan)
    assert client.get("/dokument/plan/fil").status_code == 404
    assert "Filen har inte lagts till ännu." in client.get("/dokument/plan/").content.decode()


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (
            {"withdrawn_at": "2026-05-04T10:00Z", "withdrawn_reason_sv": "Fel fil."},
            "Version 2 drogs tillbaka 4 maj 2026. Fel fil. Det du får här är version 1, från 1 maj 2026.",
        ),
        (
            {"scan": "infected"},
            (
                "Ett virus hittades i filen till version 2, så ingen kan få den. "
                "Det du får här är version 1, från 1 maj 2026."
            ),
        ),
        ({"scan": "pending"}, None),
        ({"scan": "pending", "withdrawn_at": "2026-05-04T10:00Z", "withdrawn_reason_sv": "Fel fil."}, None),
        ({"scan": "infected", "withdrawn_at": "2026-05-04T10:00Z", "withdrawn_reason_sv": "Virus."}, None),
    ],
    ids=["withdrawn", "infected", "waiting", "withdrawn while it waited", "withdrawn as infected"],
)
def test_page_says_that_the_newest_was_taken_away_and_which_is_shown(
    client: Client, taken: dict[str, Any], said: str | None
) -> None:
    document = factories.make_document(versions=2, slug="plan")
    change(document, 1, created_at="2026-05-01T10:00Z")
    change(document, 2, **taken)

    alerts = [words(alert) for alert in page_of(client, "/dokument/plan/").find_class("ds-alert")]

    assert alerts == ([said] if said else [])


def test_page_says_nothing_of_what_a_newer_version_has_replaced(client: Client) -> None:
    document = factories.make_document(versions=3, slug="plan")
    change(document, 2, withdrawn_at=timezone.now(), withdrawn_reason_sv="Fel fil.")
    change(document, 1, scan="infected")

    assert page_of(client, "/dokument/plan/").find_class("ds-alert") == []


def test_former_addresses_lead_on_to_page_and_files(client: Client) -> None:
    document = factories.make_document(slug="gammal")
    document.slug = "ny"
    document.save()

    moved = {
        path: client.get(path) for path in ("/dokument/gammal/", "/dokument/gammal/fil", "/en/documents/gammal/file/1")
    }

    assert {path: (answer.status_code, answer["Location"]) for path, answer in moved.items()} == {
        "/dokument/gammal/": (301, "/dokument/ny/"),
        "/dokument/gammal/fil": (301, "/dokument/ny/fil"),
        "/en/documents/gammal/file/1": (301, "/en/documents/ny/file/1"),
    }


@pytest.mark.parametrize(
    ("given", "number", "name"),
    [
        ({"title": "Handlingsplan Innovation", "decided_on": date(2016, 2, 1)}, 2, "Handlingsplan Innovation 2016.pdf"),
        ({"title": "Plan 2011–2020", "decided_on": date(2012, 2, 1)}, 1, "Plan 2011–2020 (version 1).pdf"),
        ({"title_sv": "På svenska", "title_en": "In English", "language": "en"}, 2, "In English.pdf"),
        ({"title": 'Vem? Vad/när: "nu" \\ <sen>'}, 2, "Vem Vad när nu sen.pdf"),
    ],
)  # fmt: skip
def test_files_are_saved_under_a_name_for_people(client: Client, given: dict[str, Any], number: int, name: str) -> None:
    document = factories.make_document(versions=2, slug="plan", **given)

    assert document.versions.get(number=number).download_name() == name


def test_quality_is_told_in_plain_words_with_the_reason(client: Client) -> None:
    document = factories.make_document(slug="plan", inaccessible_reason="Finns bara på papper.")
    change(document, 1, faults=["untagged", "no_text", "no_language"])

    box = page_of(client, "/dokument/plan/").find_class("tinted")[0]

    assert [words(note) for note in box.find_class("notes")[0]] == [
        "Filen är inte märkt för hjälpmedel. En skärmläsare kan läsa den i fel ordning eller hoppa över delar.",
        str(HINDRANCES["no_text"]),
        "Filen talar inte om vilket språk den är på. En skärmläsare kan därför uttala orden fel.",
    ]
    assert "Finns bara på papper." in words(box)


def test_a_file_without_hindrances_says_so_and_keeps_the_reason(client: Client) -> None:
    document = factories.make_document(slug="plan", inaccessible_reason="Finns bara på papper.")
    change(document, 1, faults=[], is_tagged=True)

    box = page_of(client, "/dokument/plan/").find_class("tinted")[0]

    assert [words(note) for note in box.find_class("notes")[0]] == [
        "Filen är märkt för hjälpmedel, till exempel skärmläsare.",
        "En automatisk kontroll hittade inga hinder i filen. Den ser inte allt.",
    ]
    assert "Finns bara på papper." not in words(box)


def test_an_accessible_format_is_asked_for_in_the_contact_form(client: Client) -> None:
    factories.make_document(versions=2, slug="plan", title="Plan & mål")

    link = page_of(client, "/dokument/plan/").xpath("//a[@rel='nofollow']/@href")[0]
    form = page_of(client, link).find_class("form")[0]

    assert {name: values[0] for name, values in parse_qs(urlsplit(link).query).items() if name != "message"} == {
        "about": "/dokument/plan/",
        "subject": "Tillgängligt format: Plan & mål",
    }
    assert (
        form.fields["message"].strip().startswith("Jag behöver dokumentet ”Plan & mål” (version 2) i ett tillgängligt")
    )
    assert form.fields["subject"] == "Tillgängligt format: Plan & mål"


def test_citation_names_region_year_title_version_number_and_address(client: Client) -> None:
    factories.make_document(
        versions=2,
        slug="plan",
        title_sv="Planen",
        title_en="The plan",
        reference="RUS 2016/0042",
        decided_on=date(2016, 2, 1),
    )

    cited = [
        words(page_of(client, path).find_class("citation")[0]) for path in ("/dokument/plan/", "/en/documents/plan/")
    ]

    cited_as = "Region Västernorrland (2016). Planen. Version 2."
    assert cited == [
        f"{cited_as} Dnr RUS 2016/0042. {settings.BASE_URL}/dokument/plan/fil/2",
        f"{cited_as} Reg. no. RUS 2016/0042. {settings.BASE_URL}/en/documents/plan/file/2",
    ]
