"""The database is gone, or frozen: kept pages are served, all others say so at once, and no text is lost."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from lxml import html

from rus_portal import postgres
from tests import databases
from tests.clients import Answer, Client
from tests.faults.database_link import DatabaseLink
from tests.portal_process import Portal
from tests.template_databases import demo_template

pytestmark = pytest.mark.skipif(bool(settings.DATABASE_URL), reason="the line leads to the embedded server's socket")
KEPT = ("/", "/mal/kompetens/", "/en/activities/?status=done", "/nyheter/flode.xml")
NEWS = "/nyheter/regionalt-forum-i-harnosand/"
FORM = "/kontakt/frida-bergman/"
ADD_NEWS = "/admin/news/newsitem/add/"
OFTEN = 16
"""Enough to meet both of the server's processes."""
SECONDS_TO_NOTICE, SECONDS_TO_RECOVER, SECONDS_AT_MOST = 3, 5, 10


@pytest.fixture(scope="module")
def link(database_server: None) -> DatabaseLink:
    return DatabaseLink(str(postgres.get_socket_directory() / ".s.PGSQL.5432"))


@pytest.fixture(scope="module")
def linked_portal(link: DatabaseLink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that reaches its database by the line."""
    template, var = demo_template(), tmp_path_factory.mktemp("linked") / "var"
    shutil.copytree(template.var, var)
    with databases.temporary_database(template.database) as database:
        url = f"postgres://{postgres.APPLICATION}@127.0.0.1:{link.port}/{database}?connect_timeout=2"
        portal = Portal(database, Path(var), variables={"DATABASE_URL": url, "DEMO": "1"})
        portal.start()
        yield portal
        link.thaw()
        portal.stop()


@pytest.fixture
def visitor(linked_portal: Portal, link: DatabaseLink) -> Iterator[Client]:
    client = Client(linked_portal)
    yield client
    link.thaw()
    if link.listener is None:
        link.restore()
    wait_until(client, 200)


def warm_up(client: Client) -> None:
    """Let both processes keep the pages of the content as it is now. The worker may have touched it a moment ago."""
    for address in (*KEPT, *KEPT):
        for _ in range(OFTEN // 2):
            assert client.get(address).status == 200


def wait_until(client: Client, status: int, address: str = FORM) -> float:
    """Wait until an address answers with a status several times. Return how many seconds it took."""
    began, seen = time.monotonic(), 0
    while seen < OFTEN:
        seen = seen + 1 if client.get(address).status == status else 0
        assert time.monotonic() - began < 30, f"{address} is not answered by {status}"
        time.sleep(0 if seen else 0.05)
    return time.monotonic() - began


def send(client: Client, typed: dict[str, str], address: str = FORM) -> Answer:
    body = urlencode(typed).encode()
    origin = {"Origin": client.portal.base_url}
    return client._ask("POST", address, [body], len(body), "application/x-www-form-urlencoded", origin)


def write(client: Client, text: str) -> dict[str, str]:
    return client._form(FORM) | {"subject": "Fråga", "message": text, "name": "Åsa Öberg"}


def read_form(answer: Answer) -> dict[str, str]:
    """Return what the form of a page would send, but for the files."""
    forms = html.document_fromstring(answer.content.decode()).xpath("//form[@method='post']")
    return {name: str(value or "").strip("\n") for name, value in forms[-1].form_values() if name != "attachments"}


def count_intakes(portal: Portal) -> int:
    return int(portal.sql("SELECT count(*) FROM registry_intake")[0][0])


def test_database_that_is_gone(linked_portal: Portal, link: DatabaseLink, visitor: Client) -> None:
    typed, intakes = write(visitor, "Min långa text"), count_intakes(linked_portal)
    editor = Client(linked_portal).log_in("samordnare")
    written = {"title_sv": "Ny väg", "slug": "ny-vag", "ingress_sv": "Den öppnas.", "body_sv": "<p>I maj.</p>"}
    news = read_form(editor.get(ADD_NEWS)) | written

    warm_up(visitor)
    pages = {address: visitor.get(address).content for address in KEPT}
    link.cut()
    noticed = wait_until(visitor, 503)
    served = {address: {visitor.get(address).content for _ in range(OFTEN)} for address in KEPT}
    away, elsewhere = visitor.get("/en/contact/frida-bergman/"), visitor.get("/sok/?q=mal")
    refused, unsaved = send(visitor, typed), send(editor, news, ADD_NEWS)
    link.restore()
    recovered = wait_until(visitor, 200)

    assert served == {address: {content} for address, content in pages.items()}
    assert (away.status, away.headers["Retry-After"], away.headers["Cache-Control"]) == (503, "10", "no-store")
    assert "The website is not working right now" in away.text
    assert "Webbplatsen fungerar inte just nu" in elsewhere.text
    for page in (away, elsewhere):
        assert "0611-00 00 00" in page.text
        assert settings.REGION_ADDRESS in page.text
    assert (refused.status, {name: typed[name] for name in read_form(refused)}) == (503, read_form(refused))
    assert {"subject", "message", "name", "token"} <= set(read_form(refused))
    assert "så ditt meddelande har inte kommit in" in refused.text
    assert (unsaved.status, {name: read_form(unsaved).get(name) for name in news}) == (503, news)
    assert count_intakes(linked_portal) == intakes
    assert [send(visitor, read_form(refused)).status, send(visitor, typed).status] == [303, 303]
    assert count_intakes(linked_portal) == intakes + 1
    saved = send(editor, read_form(unsaved), ADD_NEWS)
    assert saved.status == 302, saved.text
    assert noticed < SECONDS_TO_NOTICE
    assert recovered < SECONDS_TO_RECOVER


def test_database_that_is_frozen(linked_portal: Portal, link: DatabaseLink, visitor: Client) -> None:
    typed, intakes = [write(visitor, f"Text {number}") for number in range(OFTEN)], count_intakes(linked_portal)

    warm_up(visitor)
    link.freeze()
    began = time.monotonic()
    with ThreadPoolExecutor(OFTEN) as writers:
        refused = list(writers.map(lambda one: send(Client(linked_portal), one), typed))
    answered = time.monotonic() - began
    began = time.monotonic()
    kept = [visitor.get(address).status for address in KEPT]
    others = [visitor.get(address).status for address in (FORM, "/diarium/", "/admin/")]
    at_once = time.monotonic() - began
    link.thaw()
    recovered = wait_until(visitor, 200)

    assert {answer.status for answer in refused} == {503}
    assert [read_form(answer)["message"] for answer in refused] == [one["message"] for one in typed]
    assert (kept, others) == ([200] * len(KEPT), [503] * 3)
    assert count_intakes(linked_portal) <= intakes + len(typed), "what was sent before the freeze may have gone through"
    assert {send(visitor, read_form(answer)).status for answer in refused} == {303}
    assert count_intakes(linked_portal) == intakes + len(typed)
    assert answered < SECONDS_AT_MOST
    assert at_once < 2
    assert recovered < SECONDS_TO_RECOVER


def test_page_that_was_withdrawn_before_does_not_come_back(
    linked_portal: Portal, link: DatabaseLink, visitor: Client
) -> None:
    warm_up(visitor)
    for _ in range(OFTEN):
        assert visitor.get(NEWS).status == 200
    linked_portal.sql("UPDATE news_newsitem SET publication = 'archived' WHERE slug = %s", NEWS[9:-1])
    time.sleep(1.5)  # nobody asks for a page meanwhile

    link.cut()
    wait_until(visitor, 503)

    assert {visitor.get(address).status for _ in range(OFTEN) for address in (NEWS, *KEPT)} == {503}


def test_page_from_before_a_save_is_not_served_when_the_database_goes_the_moment_after(
    linked_portal: Portal, link: DatabaseLink, visitor: Client
) -> None:
    ((key, page),) = linked_portal.sql(
        "SELECT id, '/nyheter/' || slug || '/' FROM news_newsitem"
        " WHERE publication = 'published' AND slug <> %s ORDER BY id LIMIT 1",
        NEWS[9:-1],
    )
    editor, shown = Client(linked_portal).log_in("samordnare"), []
    for number in range(4):
        for _ in range(OFTEN):
            assert visitor.get(page).status == 200
        saved = editor.send(f"/admin/news/newsitem/{key}/change/", {}, title_sv=f"Ny rubrik {number}.", log_minor="on")
        link.cut()
        wait_until(visitor, 503)
        answers = [visitor.get(page) for _ in range(OFTEN)]
        shown += [saved.status, *(answer.status == 503 or f"Ny rubrik {number}." in answer.text for answer in answers)]
        link.restore()
        wait_until(visitor, 200)

    assert shown == [302, *[True] * OFTEN] * 4


def test_page_whose_time_is_up_while_the_database_is_away_goes(
    linked_portal: Portal, link: DatabaseLink, visitor: Client
) -> None:
    linked_portal.sql(
        "UPDATE news_newsitem SET publish_until = now() + interval '6 seconds'"
        " WHERE id = (SELECT max(id) FROM news_newsitem WHERE publication = 'published')"
    )
    statuses: list[Any] = [visitor.get("/mal/kompetens/").status for _ in range(OFTEN)]

    link.cut()
    wait_until(visitor, 503)
    statuses.append(visitor.get("/mal/kompetens/").status)
    time.sleep(6)

    assert statuses == [200] * (OFTEN + 1)
    assert {visitor.get("/mal/kompetens/").status for _ in range(OFTEN)} == {503}
