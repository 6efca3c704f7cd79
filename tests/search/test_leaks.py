"""Nothing hidden is found: canaries wherever the public may not read, looked for wherever the public may look.

Every page, feed and file that links lead to; the search with its suggestions, counts and proposals, while the index
lags behind and when it has caught up; addresses that can be guessed from public ones.
"""

import io
import re
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from documents.models import Document
from search.indexing import index_due
from tests import factories
from tests.crawling import Answer, crawl
from tests.search.canaries import COMMON, Canaries, misspelt, plant

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
STARTS = ["/", "/en/", "/sitemap.xml", "/robots.txt", "/finns-inte/"]
LANGUAGES = ("sv", "en")
ON_OTHER_PAGES = ("priority", "call")
"""Kinds without a page of their own."""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def planted(module_database: None) -> Canaries:
    return plant()


@pytest.fixture
def canaries(planted: Canaries) -> Canaries:
    """What was planted once, for a test to change."""
    return deepcopy(planted)


def address(name: str, language: str, **asked: str) -> str:
    with override(language):
        return f"{reverse(name)}?{urlencode(asked)}"


def fetched(client: Client, path: str) -> Answer:
    response: Any = client.get(path)
    content = b"".join(response) if response.streaming else response.content
    return Answer(f"{SITE}{path}", response.status_code, response.headers, content)


def text_of(answer: Answer) -> str:
    """Return all text of a response, also of the files inside an archive."""
    text = f"{dict(answer.headers)} {answer.content.decode(errors='replace')}"
    if answer.kind == EXCEL:
        with ZipFile(io.BytesIO(answer.content)) as book:
            text += " ".join(book.read(name).decode(errors="replace") for name in book.namelist())
    if answer.kind == "application/pdf":
        with pypdfium2.PdfDocument(answer.content) as pdf:
            text += str(pdf.get_metadata_dict()) + " ".join(page.get_textpage().get_text_range() for page in pdf)
    return text


def crawled(client: Client) -> dict[str, Answer]:
    """Yield every response that links lead to, and searches for the common word."""
    searches = [address("search:results", language, q=COMMON) for language in LANGUAGES]
    suggestions = [address("search:suggestions", language, q=COMMON[:6]) for language in LANGUAGES]
    starts = [*STARTS, *searches, *suggestions]
    return crawl(SITE, starts, lambda url: fetched(client, url.removeprefix(SITE)))


def leaks(answers: dict[str, Answer], canaries: Canaries) -> dict[str, set[str]]:
    """Return the canaries seen, by address. A page may repeat words of its own address."""
    places = {word: where for where, word in canaries.words.items()}
    any_of_them = re.compile("|".join(places), re.IGNORECASE)
    found = {
        path: {places[word.lower()] for word in any_of_them.findall(text_of(answer)) if word.lower() not in path}
        for path, answer in answers.items()
    }
    return {path: seen for path, seen in found.items() if seen}


def test_nothing_hidden_is_seen_on_any_page_or_at_a_guessed_address(client: Client, canaries: Canaries) -> None:
    pages = crawled(client)
    guesses = {path: fetched(client, path) for path in guessed(canaries)}

    kinds = {answer.kind for answer in pages.values() if answer.status == 200}
    assert {"text/html", "application/xml", "application/atom+xml", "text/csv", EXCEL, "application/pdf"} <= kinds
    own_pages = {thing.get_absolute_url() for kind, thing in canaries.public.items() if kind not in ON_OTHER_PAGES}
    assert own_pages - pages.keys() == set()
    assert leaks(pages, canaries) == {}
    assert leaks(guesses, canaries) == {}
    assert {path: answer.status for path, answer in guesses.items() if answer.status == 200} == {}


def guessed(canaries: Canaries) -> list[str]:
    """Yield addresses of hidden things, and those that can be guessed from public ones."""
    paths = []
    for where, thing in canaries.hidden.items():
        for language in LANGUAGES:
            with override(language):
                if not where.endswith(ON_OTHER_PAGES):
                    paths.append(thing.get_absolute_url())
    for document in Document.objects.published():
        own = document.get_absolute_url()
        last = document.versions.count()
        paths += [f"{own}fil/{number}" for number in (0, last + 1, last + 2, 99_999, "../1", "%2e%2e/1")]
        paths += [f"{own.rstrip('/')}{end}/" for end in ("-1", "-2", "-utkast", "-ny")] + [f"/dokument/{document.pk}/"]
        paths += [f"/admin/documents/document/{document.pk}/change/"]
    for version in canaries.versions:
        name = version.file.name
        paths += [version.get_absolute_url(), f"/admin/documents/document/version/{version.pk}/"]
        paths += [f"{root}{name}" for root in ("/", "/media/", "/static/", "/documents/", "/dokument/", "/private/")]
        paths += [f"/static/../documents/{name}", f"/static/%2e%2e/documents/{name}", f"/static/..%2fdocuments/{name}"]
    return paths


def test_no_search_tells_of_anything_hidden_nor_counts_it(client: Client, canaries: Canaries) -> None:
    words = canaries.words.items()
    hidden = " ".join(f"-{canaries.words[f'{way} news']}" for way in ("draft", "archived", "no longer"))
    public = {kind: 1 for kind in canaries.public if "case" not in kind}
    questions = (COMMON, f"{COMMON} {hidden}", f"{COMMON[:-2]}*")

    counted = [counts(client, question) for question in questions]
    behind = {where: seen for where, word in words if (seen := tells(client, f"{word[:-2]}*", word))}
    behind |= {where: seen for where, word in words if (seen := tells(client, misspelt(word), word))}
    suggested = {where: seen for where, word in words if (seen := suggestions(client, word[:-2]))}
    index_due()
    caught_up = {where: seen for where, word in words if (seen := tells(client, word, word, "en"))}
    counted += [counts(client, question) for question in questions]

    assert len(words) > 90
    assert (behind, suggested, caught_up) == ({}, {}, {})
    assert counted == [(len(public), public)] * 6


def tells(client: Client, question: str, word: str, language: str = "sv") -> list[str]:
    """Return the search's answers to a question: titles, corrections, and other occurrences of the word."""
    response = client.get(address("search:results", language, q=question))
    told = [row.title for row in response.context.get("rows", [])]
    told += [response.context["meant"]] if response.context.get("meant") else []
    said = response.content.decode().lower()
    return told + ([word] if question != word and word in said else [])


def suggestions(client: Client, question: str) -> list[str]:
    found = client.get(address("search:suggestions", "sv", q=question)).json()["suggestions"]
    return [row["title"] for row in found]


def counts(client: Client, question: str) -> tuple[int, dict[str, int]]:
    """Return the counts, in all and by kind."""
    context = client.get(address("search:results", "sv", q=question)).context
    (kinds,) = (facet.values for facet in context["facets"] if facet.name == "kind")
    return context["found"].total, {choice.value: choice.count for choice in kinds}


def test_what_is_published_is_seen_wherever_it_should_be(client: Client, canaries: Canaries) -> None:
    """Prove that the crawl and the questions above would see a canary."""
    news, word = canaries.hidden["archived news"], canaries.words["archived news"]
    news.publication = "published"
    news.save()
    document = factories.make_document(slug="proof", title="Öppet")
    page = document.versions.get().texts.create(number=1, text=canaries.word("public page"))
    index_due()

    seen = {path for path, found in leaks(crawled(client), canaries).items() if found == {"archived news"}}

    own = f"/nyheter/{news.slug}/"
    everywhere = {own, f"/en/news/{news.slug}/", "/nyheter/", "/en/news/", "/nyheter/flode.xml", "/en/news/feed.xml"}
    searches = tuple(address("search:results", language, q=COMMON) for language in LANGUAGES)
    assert everywhere - seen == set()
    assert [any(path.startswith(search) for path in seen) for search in searches] == [True, True]
    for question in (word, f"{word[:-2]}*", misspelt(word)):
        assert f"{COMMON} {word}" in tells(client, question, word), question
    assert suggestions(client, word[:-2]) == [f"{COMMON} {word}"]
    assert tells(client, page.text, page.text) == ["Öppet"]
    hits = client.get(address("search:results", "sv", q=page.text)).context["rows"]
    assert [hit.pages[0].url for hit in hits] == ["/dokument/proof/fil#page=1"]
    version = canaries.versions[-1]
    version.scan = "clean"
    version.save()
    file = fetched(client, version.get_absolute_url())
    assert leaks({"file": file}, canaries) == {"file": {"file of a dangerous version"}}
