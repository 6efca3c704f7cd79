"""Every address of the admin, asked and sent what nobody would type, by each role: none may crash.

`python -m tests.load.hostile_requests` asks a running portal as much as one likes.
"""

import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver
from lxml import html

from accounts.roles import Role
from tests.load.hostile_values import NAMES, VALUES
from tests.rus_portal.test_admin_roles import ROLES, SUPERUSER, hand_over, make_worker

pytestmark = pytest.mark.django_db
ENDS_THE_SESSION = ("/logout/", "/password_change/")
ADDRESSES, OF_A_ROLE = 120, 40
"""Of some 250. Which ones is the same each time."""
FORM = "application/x-www-form-urlencoded"
SERVER_ERROR = 500


def list_routes(patterns: Any, start: str = "/admin/") -> Iterator[str]:
    for pattern in patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from list_routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def fill_in(route: str, things: dict[str, Any]) -> str:
    """Return an address of a route, with the key of the thing under whose list it stands."""
    label = ".".join(route.split("/")[2:4])
    key = str(things[label].pk) if label in things else "1"
    return re.sub(r"<[^>]+>", key, route).replace("^", "").replace("$", "")


@pytest.fixture(scope="module")
def addresses(things: dict[str, Any]) -> list[str]:
    routes = {fill_in(route, things) for route in list_routes(admin.site.get_urls())}
    known = sorted(route for route in routes if "(" not in route and not route.endswith(ENDS_THE_SESSION))
    return random.Random(ADDRESSES).sample(known, ADDRESSES)  # noqa: S311


@pytest.fixture(scope="module")
def names(things: dict[str, Any], addresses: list[str]) -> dict[str, list[str]]:
    """The fields of each page, as a superuser gets it, and the parameters that it links to."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="overordnad"))
    return {address: sorted({*_read_names(client.get(address)), *NAMES}) for address in addresses}


def _read_names(answer: Any) -> set[str]:
    if answer.streaming:
        b"".join(answer.streaming_content)
    if "html" not in answer.get("Content-Type", "") or answer.streaming or not answer.content:
        return set()
    page = html.document_fromstring(answer.content.decode())
    linked = re.findall(r"[?&]([^=&#]+)=", " ".join(page.xpath("//a/@href")))
    return {str(name) for name in page.xpath("//@name")} | set(linked)


def ask(method: Any, *given: Any, **more: Any) -> int:
    """Return the status of an answer, whose file, if it is one, is read to its end and closed."""
    answer = method(*given, **more)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_no_address_breaks_by_what_it_is_asked_or_sent(
    client: Client, things: dict[str, Any], addresses: list[str], names: dict[str, list[str]], role: Role | str
) -> None:
    worker = User.objects.get(username="overordnad") if role == SUPERUSER else make_worker(role)
    hand_over(worker)
    client.force_login(worker)
    client.raise_request_exception = False
    chance = random.Random(str(role))  # noqa: S311 - the same each time
    chosen = addresses if role == SUPERUSER else chance.sample(addresses, OF_A_ROLE)
    broken = []
    for address in chosen:
        asked = {name: chance.choice(VALUES) for name in chance.sample(names[address], 3)}
        sent = {name: chance.choice(VALUES) for name in names[address] if chance.random() < 0.9}
        query = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in asked.items()})
        body = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in sent.items()})
        if ask(client.get, f"{address}?{query}") >= SERVER_ERROR:
            broken.append((address, asked))
        if ask(client.post, address, body, content_type=FORM) >= SERVER_ERROR:
            broken.append((address, sent))

    assert broken == []
