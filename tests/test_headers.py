"""What answers say to the browser: not stored, compressed, over HTTPS. What pages say is in test_public_pages.py."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from registry.services.registration import receive_message
from tests.crawling import fetch
from tests.factories import make_document, make_message, make_registrar
from tests.portal_process import Portal
from tests.proxies import CADDY, DEPLOY, caddy_environment

FILE = "/dokument/handlingsplan-innovation/fil"


@pytest.fixture
def evaluate_settings() -> Iterator[Callable[..., str]]:
    """Returns a function that evaluates an expression about settings as a production site has them."""

    def evaluate(expression: str, **variables: str) -> str:
        code = f"from rus_portal import settings; print({expression})"
        environment = os.environ | {"HTTPS": "1", "DJANGO_SETTINGS_MODULE": "rus_portal.settings"} | variables
        command = [sys.executable, "-c", code]
        return subprocess.check_output(command, cwd=settings.BASE_DIR, env=environment, text=True).strip()

    return evaluate


@pytest.mark.django_db
def test_no_message_sets_a_cookie(client: Client) -> None:
    make_registrar()

    sent = client.post("/kontakt/", {"subject": "Hej", "message": "Hej"})
    refused = client.post("/kontakt/", {})

    assert (sent.cookies, refused.cookies, client.cookies) == ({}, {}, {})


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
    token = receive_message(make_message()).token

    for path in ("/kontakt/", "/en/contact/", f"/kontakt/tack/{token}/", f"/en/contact/thanks/{token}/"):
        response = client.get(path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"], path
        assert (b'<meta name="robots" content="noindex">' in response.content) is (str(token) in path), path
        assert (b'rel="canonical"' in response.content) is (str(token) not in path), path


HTTPS = "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"
HSTS = "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"


@pytest.mark.parametrize(
    ("variables", "names", "values"),
    [
        ({}, HTTPS, "31536000 True True True"),
        ({}, HSTS, "31536000 True False"),
        ({"HSTS_SECONDS": "300", "HSTS_INCLUDE_SUBDOMAINS": "0"}, HSTS, "300 False False"),
        ({"HSTS_PRELOAD": "1"}, HSTS, "31536000 True True"),
        ({"HTTPS": "0", "HSTS_PRELOAD": "1"}, HSTS, "0 False False"),
    ],
)
def test_https_site_says_so_as_long_and_as_wide_as_it_is_told(
    evaluate_settings: Callable[..., str], variables: dict[str, str], names: tuple[str, ...], values: str
) -> None:
    assert evaluate_settings(", ".join(f"settings.{name}" for name in names), **variables) == values


def test_what_the_proxies_answer_themselves_has_the_policy_of_pages() -> None:
    for name in ("Caddyfile", "nginx.conf"):
        (policy,) = re.findall(r'Content-Security-Policy "(.+?)"', (settings.BASE_DIR / "deploy" / name).read_text())
        assert policy == "default-src 'none'; base-uri 'none'; frame-ancestors 'none'", name


def test_caddy_says_for_as_long_as_the_portal_that_https_is_demanded(tmp_path: Path) -> None:
    command = [CADDY, "adapt", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    for told, said in (({}, "max-age=31536000"), ({"HSTS_SECONDS": "300"}, "max-age=300")):
        environment = os.environ | caddy_environment(tmp_path, "https://localhost", 8000) | told
        assert said in subprocess.check_output(command, env=environment, text=True, stderr=subprocess.DEVNULL)


def test_nginx_takes_ciphers_that_keep_secrets_and_tell_alterations() -> None:
    (ciphers,) = re.findall(r"ssl_ciphers (\S+);", (settings.BASE_DIR / "deploy" / "nginx.conf").read_text())

    assert all(
        re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)", name) for name in ciphers.split(":")
    )


@pytest.mark.django_db
def test_http_is_led_to_https(settings: object) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]

    response = Client().get("/mal/?a=1")

    assert (response.status_code, response["Location"]) == (301, "https://testserver/mal/?a=1")
