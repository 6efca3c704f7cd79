"""The search page: the results it shows, and that its links keep the question."""

from urllib.parse import quote

import brotli
import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from lxml import etree

from language.words.queries import LETTERS_AT_MOST
from search import spelling
from search.forms import FACETS
from search.indexing import index_due
from search.models import SynonymGroup
from search.own_pages import OWN_PAGES, find_own_pages
from search.query_parser import Question
from search.service import HITS_PER_PAGE
from tests import factories
from tests.search.answers import count, get, queries, text, titles

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


def make_news(count: int = 1, **given: object) -> None:
    for number in range(count):
        factories.make_news(**{"title": f"Bredband {number + 1}", **given})
    index_due()


@pytest.mark.parametrize("words", STRANGE)
@pytest.mark.parametrize("path", ["/sok/", "/en/search/"])
def test_strange_words_never_fail_and_stay_in_the_field(client: Client, path: str, words: str) -> None:
    make_news()

    tree = get(client, path, q=words, kind=words, theme=words, year=words, status=words, page=words, sort=words)

    (field,) = tree.xpath("//main//input[@type='search']")
    assert field.get("value") == words.strip()[:LETTERS_AT_MOST]
    assert get(client, path, q=words) is not None


@pytest.mark.parametrize(
    "query",
    [
        {"q": "bredband", "kind": [f"kind-{number}" for number in range(900)]},
        {"q": "bredband", **{name: [f"{name}-{number}" for number in range(100)] for name in FACETS}},
        {"q": "bredband " * 700, "sort": "x" * 3000, "exact": "y" * 3000, "unknown": "z" * 3000},
    ],
)
def test_long_address_is_not_repeated(client: Client, query: dict[str, object]) -> None:
    make_news()

    response = client.get("/sok/", query)

    assert len(response.content) < 120_000
    assert len(brotli.compress(response.content)) < 12_000


def test_shared_address_holds_the_question(client: Client) -> None:
    make_news()

    shared = get(client, "/sok/", q="bredband å", kind="news").xpath("//ul[@class='share']//a/@href")

    address = quote(f"{settings.BASE_URL}/sok/?q=bredband+%C3%A5&kind=news", safe="")
    assert [link.endswith(f"={address}") for link in shared] == [True, True, True]


def test_filters_with_most_results_come_first_and_years_in_their_order(client: Client) -> None:
    make_news(3)
    factories.make_goal(title="Bredband")
    for year in (2031, 2031, 2024):
        factories.make_plan(title="Bredband", period_start=year, period_end=2032)
    index_due()

    tree = get(client, "/sok/", q="bredband")

    assert text(tree, "//fieldset[legend='Typ']/label") == ["Handlingsplaner (3)", "Nyheter (3)", "Mål (1)"]
    years = text(tree, "//fieldset[legend='År']/label")
    assert years == sorted(years, reverse=True)


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
    surely = spelling.Correction("bredband", is_sure=True)
    monkeypatch.setattr(
        spelling, "find_correction", lambda question, _is_public: surely if "bredbnd" in question.text else None
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


def test_what_was_perhaps_meant_is_asked_and_not_answered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_news()
    perhaps = spelling.Correction("bredband", is_sure=False)
    monkeypatch.setattr(
        spelling, "find_correction", lambda question, _is_public: perhaps if "bredd" in question.text else None
    )

    nothing = get(client, "/sok/", q="bredd")
    some = get(client, "/sok/", q="bredd bredband")

    assert (titles(nothing), count(nothing)) == ([], "Inget hittades för ”bredd”.")
    assert text(nothing, "//*[@class='meant']") == ["Menade du bredband?"]
    assert titles(some) == ["Bredband 1"]
    assert text(some, "//*[@class='meant']") == ["Menade du bredband?"]


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


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nyheter", ["Nyheter"]),
        ("tillgänglighetsredogörelsen", ["Tillgänglighetsredogörelse"]),
        ("behandling av personuppgifter", ["Behandling av personuppgifter"]),
        ("GDPR", ["Behandling av personuppgifter"]),
        ("kakor", ["Behandling av personuppgifter"]),
        ("webbkarta", ["Webbkarta"]),
        ("behandling", []),
        ("nyheter om bredband", []),
        ("-nyheter fiber", []),
    ],
)
def test_own_page_that_is_asked_for_stands_above_the_results(client: Client, words: str, found: list[str]) -> None:
    assert text(get(client, "/sok/", q=words), "//*[@class='own-pages']/a") == found


def test_every_own_page_is_there_in_both_languages(client: Client) -> None:
    factories.make_goal()  # goals have a page where there is a strategy
    for page in OWN_PAGES:
        for language in ("sv", "en"):
            with override(language):
                assert client.get(page.url).status_code == 200
                assert page in find_own_pages(Question.parse(str(page.title))), page


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
    ("path", "language", "results"),
    [("/sok/", "sv", "/sok/"), ("/nyheter/", "sv", "/sok/"), ("/en/privacy/", "en", "/en/search/")],
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
