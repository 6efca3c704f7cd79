"""When something is wrong, the answer is a page of the site, in its language, that says what to do next."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client
from lxml import html

from contacts import views as contact_views
from tests.factories import make_registrar, make_strategy
from tests.languages import foreign_texts

pytestmark = pytest.mark.django_db
ADDRESSES = {"sv": "/kontakt/", "en": "/en/contact/"}
TITLES = {
    400: {"sv": "Vi kunde inte läsa det som skickades", "en": "We could not process your request"},
    403: {"sv": "Du kan inte öppna den här sidan", "en": "You do not have access to this page"},
    404: {"sv": "Sidan finns inte här", "en": "Page not found"},
    413: {"sv": "Meddelandet är för stort", "en": "The message is too large"},
    500: {"sv": "Något gick fel hos oss", "en": "Sorry, there is a problem with the service"},
}


def page_of(response: Any, language: str) -> html.HtmlElement:
    """Return the response as a page in the site's design and in one language."""
    page = html.document_fromstring(response.content.decode())
    assert page.get("lang") == language
    assert response["Content-Language"] == language
    assert page.xpath("count(//h1)") == 1
    assert page.xpath("//link[@rel='stylesheet']/@href")
    assert foreign_texts(page) == []
    start = "/en/" if language == "en" else "/"
    assert start in page.xpath("//main//a/@href")
    return page


def break_view(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_arguments: Any, **_named: Any) -> None:
        raise error

    monkeypatch.setattr(contact_views, "_write", broken)


@pytest.mark.parametrize("language", ADDRESSES)
def test_nothing_there(client: Client, language: str) -> None:
    response = client.get(f"{ADDRESSES[language]}ingen-alls/")

    assert response.status_code == 404
    page = page_of(response, language)
    assert page.xpath("normalize-space(//h1)") == TITLES[404][language]
    assert page.xpath("//link[@rel='canonical']") == []


@pytest.mark.parametrize("language", ADDRESSES)
def test_not_allowed(client: Client, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    break_view(monkeypatch, PermissionDenied())

    response = client.get(ADDRESSES[language])

    assert response.status_code == 403
    assert page_of(response, language).xpath("normalize-space(//h1)") == TITLES[403][language]


@pytest.mark.parametrize("language", ADDRESSES)
def test_fault_of_ours(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    break_view(monkeypatch, RuntimeError("secret detail"))

    response = Client(raise_request_exception=False).get(ADDRESSES[language])

    assert response.status_code == 500
    assert page_of(response, language).xpath("normalize-space(//h1)") == TITLES[500][language]
    assert b"secret detail" not in response.content


@pytest.mark.parametrize("language", ADDRESSES)
def test_too_large_message(client: Client, language: str) -> None:
    make_registrar()

    response = client.post(ADDRESSES[language], {"message": "x"}, headers={"Content-Length": str(2**30)})

    assert response.status_code == 413
    assert page_of(response, language).xpath("normalize-space(//h1)") == TITLES[413][language]


@pytest.mark.parametrize("language", ADDRESSES)
def test_unreadable_form(client: Client, settings: Any, language: str) -> None:
    make_registrar()
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2

    response = client.post(ADDRESSES[language], {str(number): "x" for number in range(5)})

    assert response.status_code == 400
    assert page_of(response, language).xpath("normalize-space(//h1)") == TITLES[400][language]


def test_unreadable_host_is_told_so(client: Client) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_form_open_for_too_long_is_told_in_the_sites_dress(settings: Any) -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "Formuläret hade varit öppet för länge" in response.content.decode()


def test_error_page_leads_to_the_start_page_in_the_other_language(client: Client) -> None:
    make_strategy()

    response = client.get("/finns-inte/")
    switch = html.document_fromstring(response.content.decode()).xpath("//a[@class='language']/@href")

    assert switch == ["/en/"]
    assert isinstance(response.wsgi_request, HttpRequest)
    assert client.get(switch[0]).status_code == 200
