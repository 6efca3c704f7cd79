"""Every kind of answer meets the conditions of Mozilla Observatory's A+ (mdn-http-observatory, algorithm 6).

Its tests are written again here, since the scanner asks a site on the Internet: what it looks at, and the best of its
outcomes for each. Of answers that are no pages more is asked than it does: the same headers.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from lxml import html

from files.circuit_breaker import StorageAwayError
from tests.factories import make_document, make_news, make_registrar, make_user

pytestmark = pytest.mark.django_db
SIX_MONTHS = 15_768_000
BROAD = {"*", "http:", "https:", "ftp:", "data:"}
PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
MULTIPART = "multipart/form-data; boundary=b"


@pytest.fixture
def browser_client(settings: Any, tmp_path: Path) -> Iterator[Client]:
    """A visitor of a production site, over HTTPS."""
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.css").write_text("a { color: black }")
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def file(client: Client, _patch: pytest.MonkeyPatch) -> HttpResponse:
    make_document(slug="plan")
    return client.get("/dokument/plan/fil", secure=True)


def page_with_news(client: Client, _patch: pytest.MonkeyPatch) -> HttpResponse:
    make_news(slug="nyhet")
    return client.get("/nyheter/nyhet/", secure=True)


def admin_page(client: Client, _patch: pytest.MonkeyPatch) -> HttpResponse:
    client.force_login(make_user(is_superuser=True, is_staff=True))
    return client.get("/admin/", secure=True)


def storage_away(client: Client, patch: pytest.MonkeyPatch) -> HttpResponse:
    make_document(slug="plan")

    def away(*_arguments: Any, **_named: Any) -> None:
        raise StorageAwayError

    patch.setattr("documents.views.send_file", away)
    return client.get("/dokument/plan/fil", secure=True)


def fault(client: Client, patch: pytest.MonkeyPatch) -> HttpResponse:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError

    patch.setattr("search.views.SearchForm", broken)
    return client.get("/sok/", secure=True)


def get(path: str, **given: Any) -> Callable[[Client, pytest.MonkeyPatch], HttpResponse]:
    return lambda client, _patch: client.get(path, secure=True, **given)


def post(path: str, data: Any, kind: str) -> Callable[[Client, pytest.MonkeyPatch], HttpResponse]:
    return lambda client, _patch: client.post(path, data, content_type=kind, secure=True)


ANSWERS: dict[str, tuple[Callable[[Client, pytest.MonkeyPatch], HttpResponse], int]] = {
    "start page": (get("/"), 200),
    "news item": (page_with_news, 200),
    "contact form": (get("/en/contact/"), 200),
    "contact form with faults": (post("/kontakt/", b"", MULTIPART), 422),
    "login": (get("/admin/login/"), 200),
    "admin": (admin_page, 200),
    "file": (file, 200),
    "feed": (get("/nyheter/flode.xml"), 200),
    "export": (get("/aktiviteter.csv"), 200),
    "static file": (get("/static/page.css"), 200),
    "robots.txt": (get("/robots.txt"), 200),
    "sitemap": (get("/sitemap.xml"), 200),
    "security.txt": (get("/.well-known/security.txt"), 200),
    "health": (get("/healthz"), 200),
    "redirect": (get("/admin"), 301),
    "parameters that cannot be read": (get("/?" + "&" * 1_001), 400),
    "unknown host": (get("/", HTTP_HOST="elsewhere.example"), 400),
    "form without its token": (post("/admin/login/", b"a=1", "application/x-www-form-urlencoded"), 403),
    "nothing there": (get("/nope/"), 404),
    "no static file": (get("/static/nope.css"), 404),
    "other method": (post("/mal/", b"", MULTIPART), 405),
    "too large": (post("/csp-report", b"a" * 20_000, "text/plain"), 413),
    "storage away": (storage_away, 503),
    "fault of ours": (fault, 500),
}


@pytest.mark.parametrize(("ask", "status"), ANSWERS.values(), ids=ANSWERS)
def test_answer_meets_the_conditions_of_the_best_grade(
    browser_client: Client, monkeypatch: pytest.MonkeyPatch, ask: Callable[..., Any], status: int
) -> None:
    make_registrar()

    response = ask(browser_client, monkeypatch)

    assert response.status_code == status
    assert judge(response) == []


def test_plain_http_is_led_to_https_on_the_same_host_first(browser_client: Client) -> None:
    response = Client().get("/admin")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/admin")
    assert "Strict-Transport-Security" not in response


def test_the_judge_finds_what_is_missing() -> None:
    bare = HttpResponse('<script src="https://cdn.example/x.js"></script>')
    bare.set_cookie("sessionid", "1")

    assert judge(bare) == [
        "content-security-policy", "cookies", "cross-origin-embedder-policy", "cross-origin-opener-policy",
        "cross-origin-resource-policy", "referrer-policy", "strict-transport-security", "subresource-integrity",
        "x-content-type-options", "x-frame-options",
    ]  # fmt: skip


def judge(response: HttpResponse) -> list[str]:
    """The Observatory's tests, by its names, in which the answer does not get the best outcome."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    content = b"".join(response)
    policy = parse_policy(response.get("Content-Security-Policy", ""))
    outcomes = {
        "content-security-policy": has_strict_policy(policy),
        "cookies": all(
            cookie["secure"] and cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"}
            for cookie in response.cookies.values()
        ),
        "cross-origin-embedder-policy": not is_page or response.get("Cross-Origin-Embedder-Policy") == "require-corp",
        "cross-origin-opener-policy": response.get("Cross-Origin-Opener-Policy") == "same-origin",
        "cross-origin-resource-policy": response.get("Cross-Origin-Resource-Policy") == "same-origin",
        "cross-origin-resource-sharing": "Access-Control-Allow-Credentials" not in response,
        "referrer-policy": response.get("Referrer-Policy") in PRIVATE_REFERRERS,
        "strict-transport-security": is_long_enough(response.get("Strict-Transport-Security", "")),
        "subresource-integrity": not content or not is_page or loads_only_from_here(content),
        "x-content-type-options": response.get("X-Content-Type-Options") == "nosniff",
        "x-frame-options": policy.get("frame-ancestors") == ["'none'"],
    }
    return [name for name, is_best in outcomes.items() if not is_best]


def parse_policy(header: str) -> dict[str, list[str]]:
    directives = [words.split() for words in header.split(";") if words.strip()]
    assert len({name for name, *_sources in directives}) == len(directives), "a directive stands twice"
    return {name: sources for name, *sources in directives}


def has_strict_policy(policy: dict[str, list[str]]) -> bool:
    """default-src none, nothing unsafe, nothing broad; where pages have forms and bases, these too."""
    sources = {source for name in policy if name != "img-src" for source in policy[name]}
    return (
        policy.get("default-src") == ["'none'"]
        and not sources & BROAD
        and not any(source.startswith(("'unsafe", "http:")) for source in sources)
        and set(policy.get("img-src", [])) <= {"'self'", "data:"}
        and policy.get("form-action", ["'self'"]) == ["'self'"]
        and policy.get("base-uri", ["'none'"]) == ["'none'"]
    )


def is_long_enough(header: str) -> bool:
    found = re.match(r"max-age=(\d+)", header)
    return found is not None and int(found[1]) >= SIX_MONTHS


def loads_only_from_here(content: bytes) -> bool:
    document = html.document_fromstring(content)
    addresses = document.xpath("//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='preload']/@href")
    return all(address.startswith("/") and not address.startswith("//") for address in addresses)
