"""What every answer says to the browser: nothing stored, nothing inline, nothing from elsewhere."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from registry.services.receiving import receive
from tests.crawling import Answer, crawl, fetch
from tests.factories import make_document, make_message, make_registrar
from tests.portal_process import Portal

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
}
LOADED = (
    "//script/@src | //img/@src | //iframe/@src | //source/@src"
    " | //link[@rel!='canonical'][@rel!='alternate'][@rel!='search']/@href"
)
INLINE = "//style | //script[not(@src)] | //@style | //@*[starts-with(name(), 'on')]"
FILE = "/dokument/handlingsplan-innovation/fil"


@pytest.fixture(scope="module")
def site(portal: Portal) -> dict[str, Answer]:
    """Everything that links lead to, and what is not there."""
    odd = [fetch(portal.base_url + path) for path in ("/finns-inte/", "/en/not-here/", "/healthz", "/robots.txt")]
    return crawl(portal.base_url, ["/", "/en/", "/sitemap.xml"]) | {urlsplit(answer.url).path: answer for answer in odd}


@pytest.fixture
def strict_https() -> Iterator[Callable[[str], str]]:
    """Returns a function that evaluates an expression about settings as a production site has them."""

    def evaluate(expression: str) -> str:
        code = f"from rus_portal import settings; print({expression})"
        environment = os.environ | {"HTTPS": "1", "DJANGO_SETTINGS_MODULE": "rus_portal.settings"}
        command = [sys.executable, "-c", code]
        return subprocess.check_output(command, cwd=settings.BASE_DIR, env=environment, text=True).strip()

    return evaluate


def test_no_answer_sets_a_cookie(site: dict[str, Answer]) -> None:
    assert len(site) > 300
    assert [path for path, answer in site.items() if "Set-Cookie" in answer.headers] == []


@pytest.mark.django_db
def test_no_message_sets_a_cookie(client: Client) -> None:
    make_registrar()

    sent = client.post("/kontakt/", {"subject": "Hej", "message": "Hej"})
    refused = client.post("/kontakt/", {})

    assert (sent.cookies, refused.cookies, client.cookies) == ({}, {}, {})


@pytest.mark.parametrize(("name", "value"), HEADERS.items(), ids=HEADERS)
def test_every_answer_has_the_header(site: dict[str, Answer], name: str, value: str) -> None:
    served = {path: answer for path, answer in site.items() if not path.startswith("/static/")}

    assert {answer.headers.get(name) for answer in served.values()} == {value}


def test_every_answer_has_the_strict_policy(site: dict[str, Answer]) -> None:
    served = [answer for path, answer in site.items() if not path.startswith("/static/")]
    policies = {tuple(sorted(answer.headers["Content-Security-Policy"].split("; "))) for answer in served}

    assert policies == {tuple(sorted(f"{name} {value}" for name, value in POLICY.items()))}


def test_no_page_has_inline_code_or_style(site: dict[str, Answer]) -> None:
    assert {path: found for path, page in site.items() if page.is_page and (found := page.tree.xpath(INLINE))} == {}


def test_nothing_is_loaded_from_elsewhere(portal: Portal, site: dict[str, Answer]) -> None:
    loaded = {link for page in site.values() if page.is_page for link in page.tree.xpath(LOADED)}
    sheets = [fetch(portal.base_url + link) for link in loaded if link.endswith(".css")]

    assert len(loaded) > 3
    assert [link for link in loaded if not link.startswith("/static/")] == []
    names = {sheet.url.rsplit("/", maxsplit=1)[1].split(".")[0] for sheet in sheets}
    assert names == {"documents", "portal", "search", "ways"}
    assert [link for sheet in sheets for link in sheet.links() if not link.startswith(portal.base_url)] == []


def test_static_files_are_kept_for_ever_and_compressed(portal: Portal, site: dict[str, Answer]) -> None:
    static = [path for path in site if path.startswith("/static/")]

    assert static
    for path in static:
        assert re.search(r"\.[0-9a-f]{12}\.", path), f"{path} has no hash"
        assert fetch(portal.base_url + path).headers["Cache-Control"] == "max-age=315360000, public, immutable"
    style = next(path for path in static if path.endswith(".css"))
    request = urllib.request.Request(portal.base_url + style, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as response:
        assert response.headers["Content-Encoding"] == "br"


def test_pages_are_compressed_for_those_who_can_read_it(portal: Portal) -> None:
    request = urllib.request.Request(f"{portal.base_url}/mal/", headers={"Accept-Encoding": "gzip, br"})
    with urllib.request.urlopen(request) as response:
        assert response.headers["Content-Encoding"] == "br"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert len(response.read()) < 5_000


def test_file_says_what_it_is(portal: Portal) -> None:
    answer = fetch(portal.base_url + FILE)

    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="Handlingsplan innovation 2015.pdf"'
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Content-Language"] == "sv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_file_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    make_document(slug="plan")
    first = client.get("/dokument/plan/fil")
    content = b"".join(first)

    again = client.get("/dokument/plan/fil", headers={"If-None-Match": first["ETag"]})
    other = client.get("/dokument/plan/fil", headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert (other.status_code, b"".join(other)) == (200, content)


@pytest.mark.django_db
def test_receipt_and_form_are_kept_by_no_cache_and_the_receipt_by_no_search_engine(client: Client) -> None:
    make_registrar()
    token = receive(make_message()).token

    for path in ("/kontakt/", "/en/contact/", f"/kontakt/tack/{token}/", f"/en/contact/thanks/{token}/"):
        response = client.get(path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"], path
        assert (b'<meta name="robots" content="noindex">' in response.content) is (str(token) in path), path
        assert (b'rel="canonical"' in response.content) is (str(token) not in path), path


def test_https_site_says_so_for_a_year(strict_https: Callable[[str], str]) -> None:
    names = ("SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")

    assert strict_https(", ".join(f"settings.{name}" for name in names)) == "31536000 True True True"


@pytest.mark.django_db
def test_https_answer_has_transport_security(client: Client, settings: object) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000  # type: ignore[attr-defined]
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True  # type: ignore[attr-defined]

    response = Client().get("/personuppgifter/", secure=True)

    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.django_db
def test_http_is_led_to_https(settings: object) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]

    response = Client().get("/mal/?a=1")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/mal/?a=1")
