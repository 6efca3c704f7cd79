"""The public site as it is served: every promised address, every link, both languages, what each answer says."""

import re
import urllib.request
from urllib.parse import urldefrag, urlsplit

import pytest
from lxml import html

from tests.crawling import Answer, crawl, fetch, inside
from tests.languages import foreign_texts, is_foreign
from tests.portal_process import Portal

ADDRESSES = [
    ("/", "/en/"),
    ("/strategi/", "/en/strategy/"),
    ("/strategi/framtid-vasternorrland/", "/en/strategy/framtid-vasternorrland/"),
    ("/mal/", "/en/goals/"),
    ("/mal/matris/", "/en/goals/matrix/"),
    ("/mal/kompetens/", "/en/goals/kompetens/"),
    ("/handlingsplaner/", "/en/action-plans/"),
    ("/handlingsplaner/innovation/", "/en/action-plans/innovation/"),
    ("/handlingsplaner/innovation/sensorer-i-skogen/", "/en/action-plans/innovation/sensorer-i-skogen/"),
    ("/aktiviteter/", "/en/activities/"),
    ("/aktiviteter/?status=late", "/en/activities/?status=late"),
    ("/uppfoljning/", "/en/follow-up/"),
    ("/uppfoljning/jamfor/", "/en/follow-up/compare/"),
    ("/uppfoljning/arsredovisning-2025/", "/en/follow-up/arsredovisning-2025/"),
    ("/uppfoljning/arsredovisning-2025/aktiviteter/", "/en/follow-up/arsredovisning-2025/activities/"),
    ("/uppfoljning/arsredovisning-2025/mal/kompetens/", "/en/follow-up/arsredovisning-2025/goals/kompetens/"),
    ("/aktiviteter/?visa=tabell", "/en/activities/?visa=tabell"),
    ("/aktiviteter/?visa=tidslinje", "/en/activities/?visa=tidslinje"),
    ("/organisationer/", "/en/organisations/"),
    ("/organisationer/region-vasternorrland/", "/en/organisations/region-vasternorrland/"),
    ("/finansiering/", "/en/funding/"),
    ("/finansiering/socialfonden/", "/en/funding/socialfonden/"),
    ("/passar-mitt-projekt/", "/en/does-my-project-fit/"),
    ("/passar-mitt-projekt/?theme=innovation", "/en/does-my-project-fit/?theme=innovation"),
    ("/dokument/", "/en/documents/"),
    ("/dokument/handlingsplan-innovation/", "/en/documents/handlingsplan-innovation/"),
    ("/sok/", "/en/search/"),
    ("/sok/?q=bredband&kind=document", "/en/search/?q=bredband&kind=document"),
    ("/nyheter/", "/en/news/"),
    ("/nyheter/regionalt-forum-i-harnosand/", "/en/news/regionalt-forum-i-harnosand/"),
    ("/kontakt/", "/en/contact/"),
    ("/kontakt/frida-kallenbach/", "/en/contact/frida-kallenbach/"),
    ("/diarium/", "/en/registry/"),
    ("/diarium/?status=closed", "/en/registry/?status=closed"),
    ("/diarium/begar-ut/", "/en/registry/request/"),
    ("/diarium/folj/", "/en/registry/follow/"),
    ("/andringar/", "/en/changes/"),
    ("/webbkarta/", "/en/sitemap/"),
    ("/tillganglighet/", "/en/accessibility/"),
    ("/personuppgifter/", "/en/privacy/"),
]
"""As docs of the interface promise them: Swedish at the root, English under /en/."""
FILES = {
    "/dokument/handlingsplan-innovation/fil": "application/pdf",
    "/en/documents/handlingsplan-innovation/file": "application/pdf",
    "/uppfoljning/arsredovisning-2025/rapport.pdf": "application/pdf",
    "/en/follow-up/arsredovisning-2025/report.pdf": "application/pdf",
    "/nyheter/flode.xml": "application/atom+xml",
    "/en/news/feed.xml": "application/atom+xml",
    "/sok/opensearch.xml": "application/opensearchdescription+xml",
    "/en/search/opensearch.xml": "application/opensearchdescription+xml",
    "/sok/forslag?q=bredband": "application/json",
    "/en/search/suggestions?q=broadband": "application/json",
    "/aktiviteter.csv": "text/csv",
    "/aktiviteter.json": "application/json",
    "/en/activities.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/mal/kompetens/flode.xml": "application/atom+xml",
    "/handlingsplaner/innovation/flode.xml": "application/atom+xml",
    "/en/organisations/region-vasternorrland/feed.xml": "application/atom+xml",
    "/andringar/flode.xml": "application/atom+xml",
    "/en/changes/feed.xml": "application/atom+xml",
    "/finansiering/utlysningar.ics": "text/calendar",
    "/en/funding/calls.ics": "text/calendar",
    "/diarium/flode.xml": "application/atom+xml",
    "/en/registry/feed.xml": "application/atom+xml",
    "/diarium/huvuden.json": "application/json",
    "/en/registry/heads.json": "application/json",
    "/sitemap.xml": "application/xml",
    "/robots.txt": "text/plain",
    "/healthz": "application/json",
}
PLANS = {
    "bredbandsutbyggnad",
    "energi-och-klimat",
    "innovation",
    "integration",
    "jamstalldhet",
    "foretagande-och-entreprenorskap",
    "kompetensforsorjning",
    "transportinfrastruktur",
    "landsbygd-och-fiske",
}
PUBLISHED = {
    "SELECT '/strategi/' || slug || '/' FROM strategy_strategy WHERE publication = 'published'": 1,
    "SELECT '/mal/' || slug || '/' FROM strategy_goal WHERE publication = 'published'": 4,
    "SELECT '/handlingsplaner/' || slug || '/' FROM actionplans_actionplan WHERE publication = 'published'": 9,
    "SELECT '/handlingsplaner/' || p.slug || '/' || a.slug || '/'"
    " FROM actionplans_activity a JOIN actionplans_actionplan p ON p.id = a.plan_id"
    " WHERE a.publication = 'published'": 54,
    "SELECT '/uppfoljning/' || slug || '/' FROM followup_followup WHERE publication = 'published'": 2,
    "SELECT '/finansiering/' || slug || '/' FROM funding_fundingprogramme WHERE publication = 'published'": 6,
    "SELECT '/dokument/' || slug || '/' FROM documents_document WHERE publication = 'published'": 14,
    "SELECT '/nyheter/' || slug || '/' FROM news_newsitem WHERE publication = 'published'": 4,
    "SELECT '/kontakt/' || slug || '/' FROM contacts_staffmember WHERE publication = 'published'": 7,
    "SELECT '/diarium/' || lower(s.code) || '/' || c.year || '/' || c.number || '/'"
    " FROM registry_case c JOIN registry_series s ON s.id = c.series_id ORDER BY c.arrived_at DESC LIMIT 25": 8,
    "SELECT '/organisationer/' || o.slug || '/' FROM actionplans_organisation o"
    " WHERE EXISTS (SELECT FROM actionplans_involvement i WHERE i.organisation_id = o.id)": 20,
}
"""Statements that name the address of everything published in the demo, and how many there are at least."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "report-uri": "/csp-report",
}
LOADED = (
    "//script/@src | //img/@src | //iframe/@src | //source/@src"
    " | //link[@rel!='canonical'][@rel!='alternate'][@rel!='search']/@href"
)
INLINE = "//style | //script[not(@src)] | //@style | //@*[starts-with(name(), 'on')]"


@pytest.fixture(scope="module")
def site(portal: Portal) -> dict[str, Answer]:
    """Everything that links lead to from the two start pages."""
    return crawl(portal.base_url, ["/", "/en/"])


@pytest.fixture(scope="module")
def pages(site: dict[str, Answer]) -> dict[str, Answer]:
    return {path: answer for path, answer in site.items() if answer.is_page and answer.status == 200}


@pytest.fixture(scope="module")
def served(portal: Portal) -> dict[str, Answer]:
    """Everything that links lead to, and what is not there."""
    odd = [fetch(portal.base_url + path) for path in ("/finns-inte/", "/en/not-here/", "/healthz", "/robots.txt")]
    return crawl(portal.base_url, ["/", "/en/", "/sitemap.xml"]) | {urlsplit(answer.url).path: answer for answer in odd}


@pytest.mark.parametrize(("swedish", "english"), ADDRESSES, ids=[swedish for swedish, _ in ADDRESSES])
def test_promised_address_answers_in_both_languages(portal: Portal, swedish: str, english: str) -> None:
    for path, language, twin in ((swedish, "sv", english), (english, "en", swedish)):
        page = fetch(portal.base_url + path)

        assert page.status == 200
        assert page.headers["Content-Language"] == language
        assert page.one("/html/@lang") == language
        assert page.one("//a[@class='language']/@href") == twin
        assert page.one("//link[@rel='canonical']/@href") == portal.base_url + path.partition("?")[0]


@pytest.mark.parametrize(("path", "kind"), FILES.items(), ids=FILES)
def test_promised_file_answers_with_its_kind(portal: Portal, path: str, kind: str) -> None:
    answer = fetch(portal.base_url + path)

    assert (answer.status, answer.kind) == (200, kind)


def test_every_link_of_the_site_leads_somewhere(site: dict[str, Answer]) -> None:
    assert len(site) > 300
    assert {path: answer.status for path, answer in site.items() if answer.status not in {200, 301, 302}} == {}


def test_every_link_to_a_part_of_a_page_finds_it(portal: Portal, pages: dict[str, Answer]) -> None:
    lost = []
    for page in pages.values():
        for link in page.links():
            url, anchor = urldefrag(link)
            target = pages.get(inside(portal.base_url, url) or "")
            if anchor and target and anchor not in target.anchors:
                lost.append((page.url, link))

    assert lost == []


@pytest.mark.parametrize(("statement", "at_least"), PUBLISHED.items(), ids=range(len(PUBLISHED)))
def test_everything_published_is_reached_by_links(
    portal: Portal, site: dict[str, Answer], statement: str, at_least: int
) -> None:
    published = {path for (path,) in portal.sql(statement)}

    assert len(published) >= at_least
    assert published - site.keys() == set()


def test_the_nine_plans_are_there(portal: Portal, site: dict[str, Answer]) -> None:
    for start in ("/handlingsplaner/", "/en/action-plans/"):
        assert {start + f"{plan}/" for plan in PLANS} - site.keys() == set()
        listed = fetch(portal.base_url + start)
        assert {start + f"{plan}/" for plan in PLANS} - {
            inside(portal.base_url, url) for url in listed.links()
        } == set()


def test_every_page_names_itself(portal: Portal, pages: dict[str, Answer]) -> None:
    for path, page in pages.items():
        language = "en" if path.startswith("/en/") else "sv"
        assert page.one("/html/@lang") == language
        assert page.one("//h1"), path
        assert page.one("/html/head/title"), path
        assert len(page.one("//meta[@name='description']/@content")) > 10, path
        assert page.one("//link[@rel='canonical']/@href") == portal.base_url + path.partition("?")[0]
        assert len(page.tree.xpath("//main")) == 1, path


def test_every_page_and_its_twin_point_at_each_other(portal: Portal, pages: dict[str, Answer]) -> None:
    for path, page in pages.items():
        addresses = {
            language: page.one(f"//link[@rel='alternate'][@hreflang='{language}']/@href") for language in ("sv", "en")
        }
        own, other = ("en", "sv") if path.startswith("/en/") else ("sv", "en")
        assert addresses[own] == portal.base_url + path.partition("?")[0]
        twin = fetch(addresses[other])
        assert twin.status == 200, path
        assert inside(portal.base_url, addresses[other]), path
        assert twin.one(f"//link[@hreflang='{own}']/@href").partition("?")[0] == addresses[own], path
        switch = page.one("//a[@class='language']/@href")
        assert fetch(portal.base_url + switch).status == 200, path


def test_titles_tell_pages_of_a_kind_apart(pages: dict[str, Answer]) -> None:
    addresses: dict[tuple[str, ...], set[str]] = {}
    for path, page in pages.items():
        parts = path.removeprefix("/en").split("/")
        same = addresses.setdefault((page.one("/html/@lang"), parts[1], page.one("/html/head/title")), set())
        same.add(page.one("//link[@rel='canonical']/@href"))

    # The strategy in force has two addresses: the short one and its own.
    assert {title[:2] for title, urls in addresses.items() if len(urls) > 1} == {("sv", "strategi"), ("en", "strategy")}


def test_no_page_speaks_the_other_language(pages: dict[str, Answer]) -> None:
    assert {path: texts for path, page in pages.items() if (texts := foreign_texts(page.tree))} == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>Här är länets mål.</p>", []),
        ("<p>This is the goal of the county.</p>", ["This is the goal of the county."]),
        ("<p>Här är <b>what we want to reach</b></p>", ["what we want to reach"]),
        ('<p lang="en">This is the goal of the county.</p>', []),
        ('<p lang="en">This is <span lang="sv">vår plan för länet</span></p>', []),
        ('<p lang="en">Här är länets mål.</p>', ["Här är länets mål."]),
        ("<a>Contact us</a>", ["Contact us"]),
        ('<nav aria-label="Main menu"></nav>', ["Main menu"]),
        ("<p>RUS 2026/0001</p>", []),
    ],
)
def test_a_foreign_sentence_would_be_found(body: str, found: list[str]) -> None:
    page = html.document_fromstring(f'<html lang="sv"><body>{body}</body></html>')

    assert foreign_texts(page) == found


def test_a_sentence_is_foreign_in_one_language_only() -> None:
    assert [is_foreign("Så går det för länet.", language) for language in ("sv", "en")] == [False, True]
    assert [is_foreign("How it is going for the county.", language) for language in ("sv", "en")] == [True, False]


def test_every_page_can_be_printed_and_says_when_it_was_updated(pages: dict[str, Answer]) -> None:
    for path, page in pages.items():
        words = ("Skriv ut", "Senast uppdaterad") if page.one("/html/@lang") == "sv" else ("Print", "Last updated")
        assert page.one("//*[@data-print]") == words[0], path
        assert page.one("//*[@class='page-tools']/p").startswith(words[1]), path


def test_every_page_can_be_shared_by_plain_links(pages: dict[str, Answer]) -> None:
    for path, page in pages.items():
        links = page.tree.xpath("//*[contains(@class, 'share')]//a/@href")
        assert [link.partition(":")[0] for link in links] == ["mailto", "https", "https"], path


def test_no_answer_sets_a_cookie(served: dict[str, Answer]) -> None:
    assert len(served) > 300
    assert [path for path, answer in served.items() if "Set-Cookie" in answer.headers] == []


@pytest.mark.parametrize(("name", "value"), HEADERS.items(), ids=HEADERS)
def test_every_answer_has_the_header(served: dict[str, Answer], name: str, value: str) -> None:
    dynamic = {path: answer for path, answer in served.items() if not path.startswith("/static/")}

    assert {answer.headers.get(name) for answer in dynamic.values()} == {value}


def test_every_answer_has_the_strict_policy(served: dict[str, Answer]) -> None:
    dynamic = [answer for path, answer in served.items() if not path.startswith("/static/")]
    policies = {tuple(sorted(answer.headers["Content-Security-Policy"].split("; "))) for answer in dynamic}

    assert policies == {tuple(sorted(f"{name} {value}" for name, value in POLICY.items()))}


def test_no_page_has_inline_code_or_style(served: dict[str, Answer]) -> None:
    assert {path: found for path, page in served.items() if page.is_page and (found := page.tree.xpath(INLINE))} == {}


def test_nothing_is_loaded_from_elsewhere(portal: Portal, served: dict[str, Answer]) -> None:
    loaded = {link for page in served.values() if page.is_page for link in page.tree.xpath(LOADED)}
    sheets = [fetch(portal.base_url + link) for link in loaded if link.endswith(".css")]

    assert len(loaded) > 3
    assert [link for link in loaded if not link.startswith("/static/")] == []
    names = {sheet.url.rsplit("/", maxsplit=1)[1].split(".")[0] for sheet in sheets}
    assert names == {"documents", "portal", "search", "ways"}
    assert [link for sheet in sheets for link in sheet.links() if not link.startswith(portal.base_url)] == []


def test_static_files_are_kept_for_ever_and_compressed(portal: Portal, served: dict[str, Answer]) -> None:
    static = [path for path in served if path.startswith("/static/")]

    assert static
    for path in static:
        assert re.search(r"\.[0-9a-f]{12}\.", path), f"{path} has no hash"
        assert fetch(portal.base_url + path).headers["Cache-Control"] == "max-age=315360000, public, immutable"
    style = next(path for path in static if path.endswith(".css"))
    request = urllib.request.Request(portal.base_url + style, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as response:
        assert response.headers["Content-Encoding"] == "br"
