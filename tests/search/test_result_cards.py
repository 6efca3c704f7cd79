"""Result cards: what they say of a thing, and why it was found."""

import pytest
from django.test import Client

from documents.models import MediaType
from search.indexing import index_due
from tests import factories
from tests.search.answers import count, get, rows, text, titles
from tests.search.things import make_titled_case

pytestmark = pytest.mark.django_db


def test_result_says_what_it_is_and_why_it_was_found(client: Client) -> None:
    plan = factories.make_plan(title="Planen")
    activity = factories.make_activity(
        plan, title="Fiber i byarna", summary="Här byggs bredbandet ut.", delivery_status="ongoing"
    )
    index_due()

    tree = get(client, "/sok/", q="bredband")

    assert count(tree) == "1 träff"
    assert titles(tree) == ["Fiber i byarna"]
    assert tree.xpath("//ul[contains(@class, 'results')]//h3/a/@href") == [activity.get_absolute_url()]
    assert text(tree, "//p[@class='kicker']") == ["Aktivitet"]
    assert text(tree, "//mark") == ["bredbandet"]
    assert text(tree, "//ul[contains(@class, 'results')]//*[@class='status']") == ["Pågår"]
    assert text(tree, "//ul[contains(@class, 'results')]//p[@class='meta']/span/a") == ["Planen"]


def test_title_is_marked_as_well(client: Client) -> None:
    factories.make_news(title="Bredbandet når byarna", ingress="Nu är det klart.", body="")
    index_due()

    tree = get(client, "/sok/", q="bredband")

    assert text(tree, "//ul[contains(@class, 'results')]//h3/a/mark") == ["Bredbandet"]
    assert titles(tree) == ["Bredbandet når byarna"]


def test_names_are_shown_where_nothing_else_tells_why_a_thing_was_found(client: Client) -> None:
    carrier = factories.make_organisation(name="Byalaget")
    factories.make_activity(title="Fiber i byarna", summary="Här grävs det.", body="", responsible=carrier)
    index_due()

    by_name = get(client, "/sok/", q="byalaget", kind="activity")
    by_title = get(client, "/sok/", q="fiber", kind="activity")

    assert text(by_name, "//p[@class='excerpt']") == ["Här grävs det.", "Byalaget"]
    assert text(by_name, "//mark") == ["Byalaget"]
    assert text(by_title, "//p[@class='excerpt']") == ["Här grävs det."]


def test_fields_do_not_run_together_in_an_excerpt(client: Client) -> None:
    factories.make_staff(name="Anna Ek", title="Samordnare", area="Fråga mig om bredband")
    index_due()

    assert text(get(client, "/sok/", q="bredband"), "//p[@class='excerpt']") == ["Samordnare. Fråga mig om bredband"]


def test_case_shows_its_number(client: Client) -> None:
    case = make_titled_case("Fråga om bredband")
    index_due()

    by_word, by_number = (get(client, "/sok/", q=words) for words in ("bredband", case.registration_number))

    assert text(by_word, "//p[@class='kicker']") == [f"Ärende i diariet · {case.registration_number}"]
    assert text(by_number, "//ul[contains(@class, 'results')]//mark") == [case.registration_number]


def test_date_says_what_it_is_of(client: Client) -> None:
    factories.make_news(title="Bredband")
    factories.make_plan(title="Bredband")
    make_titled_case("Bredband")
    index_due()

    tree = get(client, "/sok/", q="bredband")

    before = {
        row.xpath("normalize-space(p[@class='kicker'])"): row.xpath("normalize-space(.//time/../text())")
        for row in rows(tree)
    }
    assert {kind.partition(" · ")[0]: said.strip() for kind, said in before.items()} == {
        "Nyhet": "Publicerad",
        "Handlingsplan": "Senast ändrad",
        "Ärende i diariet": "Registrerat",
    }


def test_english_page_marks_what_is_in_swedish(client: Client) -> None:
    factories.make_news(title="Fiber", title_en="Fibre", ingress="Fiber kommer.", ingress_en="Fibre is coming.")
    factories.make_news(title="Bara fiber", title_en="", ingress="Fiber.")
    index_due()

    tree = get(client, "/en/search/", q="fiber")
    links = tree.xpath("//ul[contains(@class, 'results')]//h3/a")

    assert tree.get("lang") == "en"
    assert {link.text_content(): link.get("lang") for link in links} == {"Bara fiber": "sv"}
    assert titles(get(client, "/en/search/", q="fibre")) == ["Fibre"]
    assert count(tree) == "1 result"


def test_document_opens_at_the_page(client: Client) -> None:
    document = factories.make_document(slug="planen", title="Planen", summary="Om länet.")
    for number in range(1, 7):
        document.versions.get().texts.create(number=number, text=f"Sida {number}: alla ska ha bredband.")
    index_due()

    tree = get(client, "/sok/", q="bredband")
    pages = tree.xpath("//ul[contains(@class, 'page-hits')]/li")

    assert titles(tree) == ["Planen"]
    assert [page.xpath("normalize-space(a/@href)") for page in pages[:3]] == [
        f"/dokument/planen/fil#page={number}" for number in (1, 2, 3)
    ]
    assert " ".join(pages[0].text_content().split()) == "Sidan 1 i Planen Sida 1: alla ska ha bredband."
    assert [page.text_content() for page in pages[3:]] == ["och på 3 sidor till"]


@pytest.mark.parametrize(
    ("media_type", "label", "more", "address"),
    [
        (MediaType.PDF, "Sidan 1", ["och på 1 sida till"], "/dokument/planen/fil#page=1"),
        (MediaType.PPTX, "Bild 1", ["och på 1 bild till"], "/dokument/planen/fil"),
        (MediaType.XLSX, "Blad 1", ["och på 1 blad till"], "/dokument/planen/fil"),
        (MediaType.DOCX, "I filen", [], "/dokument/planen/fil"),
        (MediaType.ODT, "I filen", [], "/dokument/planen/fil"),
    ],
)
def test_page_is_called_what_it_is_in_its_format(
    client: Client, media_type: MediaType, label: str, more: list[str], address: str
) -> None:
    document = factories.make_document(slug="planen", title="Planen")
    document.versions.update(media_type=media_type)
    for number in range(1, 5 if more else 2):
        document.versions.get().texts.create(number=number, text="Alla ska ha bredband.")
    index_due()

    pages = get(client, "/sok/", q="bredband").xpath("//ul[contains(@class, 'page-hits')]/li")

    assert pages[0].xpath("a/text() | a/@href") == [address, label]
    assert [page.text_content() for page in pages[3:]] == more


def test_what_people_wrote_stays_text(client: Client) -> None:
    hostile = "<img src=x onerror=alert(1)> & <b>bredband</b>"
    factories.make_news(title=hostile, ingress=hostile, body="")
    document = factories.make_document(title="Dokumentet")
    document.versions.get().texts.create(number=1, text=hostile)
    index_due()

    tree = get(client, "/sok/", q=f"bredband {hostile}")

    assert tree.xpath("//main//img | //main//b | //@onerror") == []
    assert set(titles(get(client, "/sok/", q="bredband"))) == {hostile, "Dokumentet"}
    assert text(get(client, "/sok/", q="bredband"), "//p[@class='excerpt']")[0] == hostile
