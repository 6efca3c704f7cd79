"""The search page: what it shows of what was found, and that it keeps what was asked."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from lxml import etree, html

from search import spelling
from search.finding import HITS_PER_PAGE
from search.indexing import index_due
from search.models import SynonymGroup
from tests import factories

pytestmark = pytest.mark.django_db
STRANGE = [
    "<script>alert(1)</script>",
    '"',
    "'); DROP TABLE search_searchentry; --",
    "-",
    "*",
    "- - \" ' \\ & | ! ( ) <-> :*",
    "a\\'b:*",
    "%00 %s {{ x }}",
    "å" * 5000,
    "ord " * 500,
    "😀 𝒷𝓇𝑒𝒹 \u200b",
    "-bredband",
    "och",
]


def get(client: Client, path: str, **query: object) -> html.HtmlElement:
    response = client.get(path, query)
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode())


def text(tree: html.HtmlElement, xpath: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree.xpath(xpath)]


def titles(tree: html.HtmlElement) -> list[str]:
    return text(tree, "//ul[contains(@class, 'results')]/li/h3")


def count(tree: html.HtmlElement) -> str:
    (words,) = text(tree, "//main//*[contains(@class, 'count')][@role='status']")
    return words


def queries(tree: html.HtmlElement, xpath: str) -> list[dict[str, list[str]]]:
    """What each of the links asks."""
    return [parse_qs(urlsplit(link).query) for link in tree.xpath(f"{xpath}/@href")]


def make_news(count: int = 1, **given: object) -> None:
    for number in range(count):
        factories.make_news(**{"title": f"Bredband {number + 1}", **given})
    index_due()


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


def test_english_page_marks_what_is_in_swedish(client: Client) -> None:
    factories.make_news(title="Fiber", title_en="Fibre", ingress="Fiber kommer.", ingress_en="Fibre is coming.")
    factories.make_news(title="Bara fiber", title_en="", ingress="Fiber.")
    index_due()

    tree = get(client, "/en/search/", q="fiber")
    links = tree.xpath("//ul[contains(@class, 'results')]//h3/a")

    assert tree.get("lang") == "en"
    assert {link.text: link.get("lang") for link in links} == {"Bara fiber": "sv"}
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
    assert [page.xpath("string(a/@href)") for page in pages[:3]] == [
        f"/dokument/planen/fil#page={number}" for number in (1, 2, 3)
    ]
    assert " ".join(pages[0].text_content().split()) == "Sidan 1 i Planen Sida 1: alla ska ha bredband."
    assert [page.text_content() for page in pages[3:]] == ["och på 3 sidor till"]


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


@pytest.mark.parametrize("words", STRANGE)
@pytest.mark.parametrize("path", ["/sok/", "/en/search/"])
def test_strange_words_never_fail_and_stay_in_the_field(client: Client, path: str, words: str) -> None:
    make_news()

    tree = get(client, path, q=words, kind=words, theme=words, year=words, status=words, page=words, sort=words)

    (field,) = tree.xpath("//main//input[@type='search']")
    assert field.get("value") == words.strip()
    assert get(client, path, q=words) is not None


def test_nul_is_left_out(client: Client) -> None:
    make_news()

    assert titles(get(client, "/sok/", q="bred\0band", kind="news\0")) == ["Bredband 1"]


def test_filters_survive_paging_and_sorting(client: Client) -> None:
    make_news(HITS_PER_PAGE + 5)
    factories.make_goal(title="Bredband")
    index_due()

    tree = get(client, "/sok/", q="bredband", kind="news")

    assert count(tree) == f"{HITS_PER_PAGE + 5} träffar"
    asked = {"q": ["bredband"], "kind": ["news"]}
    assert {"page": ["2"], **asked} in queries(tree, "//nav[contains(@class, 'ds-pagination')]//a")
    orders = queries(tree, "//*[contains(@class, 'result-head')]//a")
    assert orders == [asked, {"sort": ["date"], **asked}]
    second = get(client, "/sok/", q="bredband", kind="news", sort="date", page=2)
    assert len(titles(second)) == 5
    assert all(
        {"sort": ["date"], **asked}.items() <= one.items()
        for one in queries(second, "//nav[contains(@class, 'ds-pagination')]//a")
    )
    assert text(second, "//*[contains(@class, 'result-head')]//a[@aria-current]") == ["Senaste"]
    assert second.xpath("//input[@name='sort'][@form='sok']/@value") == ["date"]


def test_filters_are_checkboxes_with_counts_the_chosen_first(client: Client) -> None:
    make_news(2)
    factories.make_goal(title="Bredband")
    index_due()

    tree = get(client, "/sok/", q="bredband", kind="news")

    assert text(tree, "//fieldset[legend='Typ']/label") == ["Nyheter (2)", "Mål (1)"]
    assert tree.xpath("//fieldset//input[@checked]/@value") == ["news"]
    assert set(tree.xpath("//fieldset//input/@form")) == {"sok"}
    assert tree.xpath("count(//form[@id='sok'])") == 1
    assert sorted(titles(tree)) == ["Bredband 1", "Bredband 2"]


def test_chosen_filter_is_a_link_that_takes_it_away(client: Client) -> None:
    make_news()

    tree = get(client, "/sok/", q="bredband", kind=["news", "goal"], year="1999", page="7")

    assert text(tree, "//*[@class='chosen']//a") == [
        "Ta bort filtret Typ: Nyheter ×",
        "Ta bort filtret Typ: Mål ×",
        "Ta bort filtret År: 1999 ×",
    ]
    assert queries(tree, "//*[@class='chosen']//a") == [
        {"q": ["bredband"], "kind": ["goal"], "year": ["1999"]},
        {"q": ["bredband"], "kind": ["news"], "year": ["1999"]},
        {"q": ["bredband"], "kind": ["news", "goal"]},
    ]
    assert count(tree) == "Inget hittades för ”bredband”."
    assert {"q": ["bredband"]} in queries(tree, "//*[@class='nothing']//a")


def test_page_beyond_the_last_is_the_last(client: Client) -> None:
    make_news(HITS_PER_PAGE + 1)

    assert len(titles(get(client, "/sok/", q="bredband", page=9999))) == 1
    for page in ("0", "-1", "x", "9" * 50):
        assert len(titles(get(client, "/sok/", q="bredband", page=page))) == HITS_PER_PAGE


def test_misspelt_question_shows_what_was_meant(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_news()
    monkeypatch.setattr(
        spelling, "meant", lambda question, _is_public: "bredband" if "bredbnd" in question.text else None
    )

    tree = get(client, "/sok/", q="bredbnd")
    exact = get(client, "/sok/", q="bredbnd", exact="1")
    narrowed = get(client, "/sok/", q="bredbnd", kind="news")
    elsewhere = get(client, "/sok/", q="bredbnd", kind="goal")

    assert titles(tree) == ["Bredband 1"]
    assert text(tree, "//*[contains(@class, 'ds-alert')]") == [
        "Inget hittades för ”bredbnd”. Det här är en sökning efter ”bredband” i stället. Sök efter precis ”bredbnd”"
    ]
    assert queries(tree, "//*[contains(@class, 'ds-alert')]/a") == [{"q": ["bredbnd"], "exact": ["1"]}]
    assert tree.xpath("//input[@name='q']/@value") == ["bredbnd"]
    assert titles(narrowed) == ["Bredband 1"]
    assert count(elsewhere) == "Inget hittades för ”bredband”."
    assert titles(exact) == []
    assert text(exact, "//*[@class='meant']") == ["Menade du bredband?"]
    assert queries(exact, "//*[@class='meant']/a") == [{"q": ["bredband"]}]


def test_empty_answer_helps_on(client: Client) -> None:
    tree = get(client, "/sok/", q="finnsinte")

    assert count(tree) == "Inget hittades för ”finnsinte”."
    assert text(tree, "//*[@class='nothing']/h3") == ["Pröva det här", "Eller gå en annan väg"]
    ways = set(tree.xpath("//main//ul[@class='tiles']//a/@href"))
    assert {"/mal/", "/handlingsplaner/", "/dokument/", "/kontakt/"} <= ways
    assert tree.xpath("//aside//code")


def test_without_a_question_the_page_tells_how_to_ask(client: Client) -> None:
    for query in ({}, {"q": "  "}, {"q": "-"}):
        tree = get(client, "/sok/", **query)
        assert text(tree, "//main//h2") == ["Vanliga ingångar", "Sök bättre"]
        assert titles(tree) == []

    assert "Skriv minst ett ord" in count(get(client, "/sok/", q="-"))


def test_filter_that_comes_before_the_question_is_kept(client: Client) -> None:
    tree = get(client, "/sok/", kind="document")

    assert tree.xpath("//form[@id='sok']/input[@type='hidden']/@value") == ["document"]
    assert text(tree, "//*[@class='chosen']//a") == ["Ta bort filtret Typ: Dokument ×"]


def test_words_that_editors_hold_to_mean_the_same_are_found(client: Client) -> None:
    SynonymGroup.objects.create(words="bredband\nsnabbt internet")
    make_news()

    assert titles(get(client, "/sok/", q="snabbt internet")) == ["Bredband 1"]


def test_only_results_are_kept_out_of_search_engines(client: Client) -> None:
    assert get(client, "/sok/", q="x").xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert get(client, "/sok/").xpath("//meta[@name='robots']") == []


def test_answer_is_never_kept(client: Client) -> None:
    for path in ("/sok/", "/sok/?q=bredband", "/en/search/?q=x", "/sok/forslag?q=br"):
        assert client.get(path)["Cache-Control"] == "no-cache"


def test_search_changes_nothing_and_takes_no_post(client: Client) -> None:
    for path in ("/sok/", "/sok/forslag", "/sok/opensearch.xml"):
        assert client.post(path).status_code == 405


@pytest.mark.parametrize(("path", "search"), [("/nyheter/", "/sok/"), ("/en/news/", "/en/search/"), ("/sok/", "/sok/")])
def test_every_page_leads_to_the_search(client: Client, path: str, search: str) -> None:
    assert get(client, path).xpath("//header//a[@class='find']/@href") == [search]


def test_start_page_has_a_field_of_its_own(client: Client) -> None:
    factories.make_goal()

    (form,) = get(client, "/").xpath("//main//form[@role='search']")

    assert (form.get("action"), form.get("data-suggestions")) == ("/sok/", "/sok/forslag")
    assert [field.get("name") for field in form.xpath(".//input")] == ["q"]


@pytest.mark.parametrize(
    ("path", "language", "results"), [("/sok/", "sv", "/sok/"), ("/en/search/", "en", "/en/search/")]
)
def test_browsers_are_told_how_to_search(client: Client, path: str, language: str, results: str) -> None:
    (address,) = get(client, path).xpath("//link[@rel='search']/@href")

    response = client.get(address)

    described = etree.fromstring(response.content)
    name = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    assert len(described.findtext("o:ShortName", namespaces=name) or "") in range(1, 17)
    assert described.findtext("o:Language", namespaces=name) == language
    assert described.xpath("o:Url[@type='text/html']/@template", namespaces=name) == [
        f"{settings.BASE_URL}{results}?q={{searchTerms}}"
    ]
    assert get(client, "/nyheter/").xpath("//link[@rel='search']") == []
