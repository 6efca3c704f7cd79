"""Requests that Django refuses before any view: a page in the site's design, and a traceback for our own errors."""

import io
import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import path
from lxml import html

from rus_portal import bodies, error_pages
from rus_portal.request_ids import RequestIdFilter
from rus_portal.wsgi_environ import clean_environ
from tests.factories import make_registrar

pytestmark = pytest.mark.django_db
MULTIPART = "multipart/form-data; boundary=b"
FORM = "application/x-www-form-urlencoded"
TOO_MANY = "&".join(f"a{number}=1" for number in range(1_001))


def ask(path: str = "/kontakt/", query: str = "", method: str = "GET", body: bytes = b"", **given: Any) -> Any:
    """Return the application's response to a server's WSGI environment, also for our own errors."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        **given,
    }
    clean_environ(environ)
    return ClientHandler(enforce_csrf_checks=True)(environ)


def part(head: str, data: bytes = b"x") -> bytes:
    return b"--b\r\n" + head.encode("latin-1") + b"\r\n\r\n" + data + b"\r\n--b--\r\n"


ATTACHMENT = 'Content-Disposition: form-data; name="attachments"; filename="a.txt"\r\n'
REFUSED: dict[str, dict[str, Any]] = {
    "many parameters": {"query": TOO_MANY},
    "many empty parameters": {"path": "/", "query": "&" * 1_001},
    "many parameters where nothing is": {"path": "/nope/", "query": TOO_MANY},
    "many parameters, charset told": {"query": TOO_MANY, "CONTENT_TYPE": "text/plain; charset=utf-8"},
    "many parameters to the admin": {"path": "/admin/login/", "query": TOO_MANY},
    "many parameters to a feed": {"path": "/nyheter/flode.xml", "query": TOO_MANY},
    "many parameters to a file": {"path": "/aktiviteter.csv", "query": TOO_MANY},
    "many parameters to a watcher": {"path": "/healthz", "query": TOO_MANY},
    "many parameters in English": {"path": "/en/contact/", "query": TOO_MANY},
    "many parameters to what takes none": {"method": "PUT", "query": TOO_MANY},
    "many fields": {"method": "POST", "body": TOO_MANY.encode(), "CONTENT_TYPE": FORM},
    "unknown host": {"HTTP_HOST": "elsewhere.example"},
    "impossible host": {"HTTP_HOST": "a b"},
    "no host": {"HTTP_HOST": ""},
    "unknown host where nothing is": {"path": "/nope/", "HTTP_HOST": "elsewhere.example"},
    "no boundary": {"method": "POST", "body": b"abc", "CONTENT_TYPE": "multipart/form-data"},
    "long boundary": {"method": "POST", "body": b"abc", "CONTENT_TYPE": f"multipart/form-data; boundary={'a' * 400}"},
    "long header of a part": {"method": "POST", "body": part("X: " + "a" * 99_999), "CONTENT_TYPE": MULTIPART},
    "broken base64": {
        "method": "POST",
        "body": part(f"{ATTACHMENT}Content-Transfer-Encoding: base64", b"abc"),
        "CONTENT_TYPE": MULTIPART,
    },
    "many files": {
        "method": "POST",
        "body": b"".join(part(ATTACHMENT)[:-6] for _ in range(201)) + b"--b--\r\n",
        "CONTENT_TYPE": MULTIPART,
    },
    **{
        f"charset {name}": {"path": "/sok/", "query": "q=%ff", "CONTENT_TYPE": f"text/plain; charset={name}"}
        for name in ("utf-16", "utf-7", "idna", "rot13", "hex", "undefined", "punycode", "nope", "iso-8859-1", '"')
    },
    "charset in a charset": {"CONTENT_TYPE": "text/plain; charset*=bogus''x"},
    "form in another charset": {"method": "POST", "body": b"a=%ff", "CONTENT_TYPE": f"{FORM}; charset=utf-16"},
}
NOT_REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "a thousand parameters": ({"query": TOO_MANY.rsplit("&", 1)[0]}, 200),
    "charset as WHATWG names it": ({"CONTENT_TYPE": "text/plain; charset=UTF8"}, 200),
    "unreadable parameter of the type": ({"CONTENT_TYPE": "text/plain; format*=rot13''y"}, 200),
    "NUL in the type": ({"CONTENT_TYPE": "text/plain; format=a\0b"}, 200),
    "length in words": ({"method": "POST", "body": b"a=1", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "many"}, 422),
    "length without end": ({"method": "POST", "body": b"a=1", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "9" * 5000}, 422),
    "length above all": ({"method": "POST", "body": b"a=1", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "9" * 18}, 413),
    "file name in an unknown charset": (
        {"method": "POST", "body": part(f"{ATTACHMENT[:-2]}; filename*=bogus''x"), "CONTENT_TYPE": MULTIPART},
        422,
    ),
    "file in an unknown charset": (
        {
            "method": "POST",
            "body": part(f"{ATTACHMENT}Content-Type: text/plain; charset=hex"),
            "CONTENT_TYPE": MULTIPART,
        },
        422,
    ),
    "NUL in the address": ({"path": "/nyheter/a\0b/"}, 404),
    "broken UTF-8 in the address": ({"path": "/nyheter/\xff/"}, 404),
    "unknown method": ({"method": "BREW"}, 405),
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_answered_by_a_page_of_the_site(given: dict[str, Any]) -> None:
    make_registrar()

    response = ask(**given)

    page = html.document_fromstring(response.content.decode())
    english = given.get("path", "").startswith("/en/")
    assert response.status_code == 400
    assert page.get("lang") == response["Content-Language"] == ("en" if english else "sv")
    assert page.xpath("normalize-space(//h1)") == (
        "We could not process your request" if english else "Vi kunde inte läsa det som skickades"
    )
    assert page.xpath("//header[@class='site-header']//nav//a[@href='/kontakt/' or @href='/en/contact/']")


@pytest.mark.parametrize(("given", "status"), NOT_REFUSED.values(), ids=NOT_REFUSED)
def test_what_can_be_read_reaches_its_page(given: dict[str, Any], status: int) -> None:
    make_registrar()

    response = ask(**given)

    assert response.status_code == status
    assert html.document_fromstring(response.content.decode()).xpath("count(//h1)") == 1


def test_too_large_form_is_told_its_size_is_the_reason() -> None:
    response = ask(path="/kontakt/", method="POST", body=b"a=" + b"a" * (11 * 2**20), CONTENT_TYPE=FORM)

    assert response.status_code == 413
    assert "Meddelandet är för stort" in response.content.decode()


CHUNKED = {"method": "POST", "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": FORM}


def test_form_in_chunks_is_read_whole() -> None:
    make_registrar()

    response = ask(body=b"message=" + b"a" * 100_000, **CHUNKED)

    assert response.status_code == 422
    assert b"a" * 100_000 in response.content


def test_form_in_chunks_that_does_not_end_is_told_its_size_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "CHUNKED_AT_MOST", 100_000)

    response = ask(body=b"message=" + b"a" * 100_000, **CHUNKED)

    assert response.status_code == 413
    assert "Meddelandet är för stort" in response.content.decode()


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_form_that_breaks_off_is_shown_with_what_came(kind: str) -> None:
    make_registrar()
    text = b'Content-Disposition: form-data; name="message"\r\n\r\nMin text'
    body = b"subject=Fr%C3%A5ga&message=Min+text" if kind == FORM else b"--b\r\n" + text + b"\r\n--b\r\nContent-Disp"

    response = ask(method="POST", body=body, CONTENT_TYPE=kind, CONTENT_LENGTH=str(len(body) + 50))

    page = html.document_fromstring(response.content.decode())
    assert response.status_code == 400
    assert page.xpath("normalize-space(//h1)") == "Det du skickade kom inte fram i sin helhet"
    assert page.xpath("string(//textarea[@name='message'])").strip() == "Min text"


def test_form_of_the_admin_that_breaks_off_shows_nothing_that_may_come_from_elsewhere() -> None:
    body = b"username=frida&password=strandlinjer"

    given = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "500", "HTTP_COOKIE": f"csrftoken={'a' * 32}"}

    response = ask(path="/admin/login/", method="POST", body=body, **given)

    assert response.status_code == 400
    assert "frida" not in response.content.decode()


def test_form_whose_sender_goes_away_is_refused_like_one_that_breaks_off(caplog: pytest.LogCaptureFixture) -> None:
    class Gone(io.BytesIO):
        def read(self, *_size: int) -> bytes:
            raise OSError("the connection is gone")

    response = ask(method="POST", CONTENT_TYPE=FORM, CONTENT_LENGTH="500", **{"wsgi.input": Gone()})

    assert response.status_code == 400
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    asked = [client.get(address, headers={"X-Request-ID": "mine"}) for address in ("/healthz", "/nope/", "/kontakt/")]

    ids = {response["X-Request-ID"] for response in asked}
    assert len(ids) == 3
    assert {len(request_id) for request_id in ids} == {16}
    assert "mine" not in ids


def test_fault_of_ours_is_logged_with_its_traceback_under_the_id_on_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_request: HttpRequest) -> HttpResponse:
        raise RuntimeError("the cause")

    caplog.handler.addFilter(RequestIdFilter())
    with override_settings(ROOT_URLCONF=_addresses_with(monkeypatch, broken)):
        response = Client(raise_request_exception=False).get("/broken/")

    (record,) = [record for record in caplog.records if record.exc_info]
    assert response.status_code == 500
    assert record.exc_info[1].args == ("the cause",)
    assert record.request_id == response["X-Request-ID"]
    assert response["X-Request-ID"] in response.content.decode()


def test_error_page_that_fails_leaves_a_traceback_and_keeps_its_status(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(*_arguments: Any, **_named: Any) -> str:
        raise LookupError("no template")

    monkeypatch.setattr(error_pages, "render_to_string", missing)

    response = Client(raise_request_exception=False).get("/nope/", headers={"Host": "localhost"})

    (record,) = [record for record in caplog.records if record.exc_info]
    assert response.status_code == 404
    assert response.content.decode() == f"404 ({response['X-Request-ID']})"
    assert record.levelno == logging.ERROR
    assert record.exc_info[1].args == ("no template",)


def test_no_error_page_is_given_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the request, context processors and templates could hit the same error again."""
    seen: list[tuple[str, Any]] = []
    backend = type(engines["django"].get_template("404.html"))
    render = backend.render

    def watch(self: Any, context: Any = None, request: Any = None) -> str:
        seen.append((self.template.name, request))
        return render(self, context, request)

    monkeypatch.setattr(backend, "render", watch)
    request = HttpRequest()
    request.path_info = "/"
    for answer in (
        error_pages.bad_request, error_pages.permission_denied, error_pages.csrf_failure,
        error_pages.page_not_found, error_pages.server_error,
    ):  # fmt: skip
        answer(request)

    pages = [(name, given) for name, given in seen if name[:3].isdigit()]
    assert pages == [(name, None) for name in ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")]


def _addresses_with(monkeypatch: pytest.MonkeyPatch, view: Any) -> Any:
    """The portal's addresses and one more that fails."""
    from rus_portal import urls

    monkeypatch.setattr(urls, "urlpatterns", [path("broken/", view), *urls.urlpatterns])
    from django.urls import clear_url_caches

    clear_url_caches()
    return "rus_portal.urls"
