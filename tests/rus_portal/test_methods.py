"""Public pages take GET and HEAD; only forms take POST."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import factories

pytestmark = pytest.mark.django_db
READ, WRITE = "GET, HEAD", "GET, HEAD, POST"
FORMS = {"contacts:form", "contacts:staff", "registry:request", "registry:request-case", "csp-report"}
PARTS = {"slug": "a", "plan": "a", "goal": "a", "kind": "csv", "series": "RUS", "number": 1, "year": 2026, "pk": 1}
PARTS |= {"token": "7bdc26f5-3eb5-4d0f-b0a2-5bd0a9d5b0e8"}


def public_names(resolver: Any = None, space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of every public address, with values for its parameters."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) != "admin/":
            yield from public_names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", {name: PARTS[name] for name in pattern.pattern.converters}


def test_every_public_page_refuses_what_is_not_asked_of_it() -> None:
    client = Client(enforce_csrf_checks=True)

    told = {}
    for name, parts in public_names():
        path = reverse(name, kwargs=parts)
        answers = [client.generic(method, path) for method in ("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH")]
        assert {answer.status_code for answer in answers} == {405}, name
        assert all("Sidan kan inte användas så" in answer.content.decode() for answer in answers), name
        (told[name],) = {answer["Allow"] for answer in answers}

    assert {name for name, allowed in told.items() if allowed == WRITE} == FORMS
    assert {allowed for name, allowed in told.items() if name not in FORMS} == {READ}
    assert len(told) > 40


def test_a_page_that_is_read_refuses_a_post_before_it_asks_for_a_token() -> None:
    factories.make_document(slug="plan")
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(path) for path in ("/dokument/", "/dokument/plan/", "/dokument/plan/fil", "/sok/", "/")]

    assert {(answer.status_code, answer["Allow"]) for answer in answers} == {(405, READ)}


def test_admin_takes_what_django_lets_it_take_but_no_trace(client: Client) -> None:
    assert client.options("/admin/login/").status_code == 200
    assert client.trace("/admin/login/").status_code == 405
