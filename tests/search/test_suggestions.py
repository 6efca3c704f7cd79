"""Suggestions: visible titles that begin as typed."""

import pytest
from django.test import Client

from search.indexing import index_due
from search.suggestions import AT_MOST
from tests import factories

pytestmark = pytest.mark.django_db


def suggest(client: Client, words: str, path: str = "/sok/forslag") -> list[dict[str, str]]:
    response = client.get(path, {"q": words})
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["suggestions"]
    return found


def titles(client: Client, words: str) -> list[str]:
    return [suggestion["title"] for suggestion in suggest(client, words)]


def test_suggestion_is_a_title_with_its_kind_and_address(client: Client) -> None:
    factories.make_news(slug="ny", title="Bredband i byarna", title_en="Broadband for villages")
    index_due()

    expected = {"title": "Bredband i byarna", "kind": "Nyhet", "url": "/nyheter/ny/", "lang": "sv"}
    english = {"title": "Broadband for villages", "kind": "News item", "url": "/en/news/ny/", "lang": "en"}
    assert suggest(client, "bre") == [expected]
    assert suggest(client, "broad", "/en/search/suggestions") == [english]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("br", True),
        ("BRED", True),
        ("bredband i b", True),  # i is a stop word, and b not asked for yet
        ("byarna b", True),
        ("bredband i x", True),
        ("x", False),
        ("byar", True),
        ("byarna bred", True),
        ("band", False),
        ("b", False),
        ("", False),
        ("  ", False),
        ("texten", False),
        ("<b>", False),
        ("'\\", False),
        ("-bred", False),
    ],
)
def test_words_of_titles_are_found_by_their_beginning(client: Client, words: str, found: bool) -> None:
    factories.make_news(title="Bredband i byarna", ingress="Texten om annat.")
    index_due()

    assert titles(client, words) == (["Bredband i byarna"] if found else [])


@pytest.mark.parametrize(
    ("title", "title_en"),
    [("Företagande i byarna", "Accessibility for education"), ("Kompetens tillsammans", "Sustainable municipality")],
)
def test_a_title_is_suggested_from_its_second_letter_to_its_last(client: Client, title: str, title_en: str) -> None:
    factories.make_news(title=title, title_en=title_en)
    index_due()

    for path, whole in (("/sok/forslag", title), ("/en/search/suggestions", title_en)):
        typed = [whole[:end] for end in range(2, len(whole) + 1)]
        found = [[one["title"] for one in suggest(client, words, path)] for words in typed]
        assert [words for words, titles in zip(typed, found, strict=True) if titles != [whole]] == []


def test_suggestions_take_two_queries_and_one_for_each_kind(client: Client, django_assert_num_queries) -> None:
    factories.make_news(title="Bredband i byarna")
    index_due()

    with django_assert_num_queries(3):
        suggest(client, "bred")


def test_what_begins_as_typed_comes_first_and_there_are_few(client: Client) -> None:
    for number in range(AT_MOST + 2):
        factories.make_news(title=f"Ett {number} om fiber")
    factories.make_news(title="Fiber i hela det stora länet")
    index_due()

    found = titles(client, "fib")

    assert len(found) == AT_MOST
    assert found[0] == "Fiber i hela det stora länet"


def test_suggestions_are_of_the_kinds_chosen(client: Client) -> None:
    factories.make_news(title="Bredband i byarna")
    factories.make_document(title="Bredband i länet")
    index_due()

    found = {
        kinds: [one["title"] for one in client.get("/sok/forslag", {"q": "bred", "kind": kinds}).json()["suggestions"]]
        for kinds in [("document",), ("news", "document"), ("goal",), ("'; --",)]
    }

    assert found == {
        ("document",): ["Bredband i länet"],
        ("news", "document"): ["Bredband i länet", "Bredband i byarna"],
        ("goal",): [],
        ("'; --",): [],
    }


def test_what_is_withdrawn_is_gone_before_the_index_knows(client: Client) -> None:
    news = factories.make_news(title="Bredband")
    factories.make_news(title="Bredband som utkast", publication="draft", publish_from=None)
    index_due()
    assert titles(client, "bredb") == ["Bredband"]

    news.publication = "archived"
    news.save()

    assert titles(client, "bredb") == []


def test_long_and_strange_words_never_fail(client: Client) -> None:
    for words in ("å" * 5000, "ord " * 500, "\0br", '"', "* * -", "😀😀"):
        assert suggest(client, words) == []
