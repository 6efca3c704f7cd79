"""Links to other sites: which are visited, how, and when they are called dead."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from publishing.models import LinkCheck, LinkFault
from publishing.models.links import NIGHTS_TO_BE_DEAD, VISITS_KEPT
from publishing.outside_links import addresses, checks, visits
from tests import factories
from tests.publishing.opened_forms import form_of, words_of

ANSWERS = {
    "/page": (200, ""),
    "/gone": (404, ""),
    "/broken": (500, ""),
    "/closed": (403, ""),
    "/moved": (301, "/page"),
    "/inside": (302, "http://inside.example/page"),
    "/file": (302, "file:///etc/passwd"),
    "/round": (302, "/round"),
    "/picky": (200, ""),
}
PUBLIC, PRIVATE = "93.184.215.14", "10.1.2.3"
NAMES = {"site.example": PUBLIC, "inside.example": PRIVATE, "both.example": PRIVATE}


class Site(BaseHTTPRequestHandler):
    """Another site, which notes what it is asked."""

    asked: list[tuple[str, str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, self.headers["Host"]))
        status, location = ANSWERS.get(self.path.partition("?")[0], (404, ""))
        if self.path == "/picky" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"x" * 100_000)

    do_HEAD = do_GET  # noqa: N815 - the name that the server calls

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Site]]:
    """Another site at http://site.example/: its name leads to a public address, and this to a server here."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    connect = visits._connect

    def connect_here(there: addresses.Destination) -> Any:
        assert there.address == PUBLIC
        return connect(there._replace(address="127.0.0.1", port=server.server_port))

    monkeypatch.setattr(visits, "_connect", connect_here)
    answer_names(monkeypatch)
    Site.asked = []
    yield Site
    server.shutdown()
    server.server_close()
    thread.join()


def answer_names(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *given: Any, **named: Any) -> list[Any]:
        if host == "127.0.0.1":
            return list(ask(host, port, *given, **named))
        if host not in NAMES:
            raise socket.gaierror
        found = [NAMES[host], PUBLIC] if host == "both.example" else [NAMES[host]]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def due(settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The job is on, never waits, and meets these faults; other addresses have none."""
    settings.CHECK_LINKS = True
    faults: dict[str, str] = {}
    monkeypatch.setattr(checks, "SECONDS_BETWEEN_VISITS", 0)
    monkeypatch.setattr(checks, "SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr(checks._Look, "next_at", 0.0)
    monkeypatch.setattr(checks._Look, "noted_on", None)
    monkeypatch.setattr(checks._Look, "silent", set())
    monkeypatch.setattr(checks, "visit_link", lambda address: faults.get(address, ""))
    return faults


def link_to(*links: str) -> str:
    return "".join(f'<p>Se <a href="{link}">sidan</a>.</p>' for link in links)


def go_a_night() -> int:
    """Visit all links, as when it is night."""
    LinkCheck.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    checks._Look.noted_on = None
    visited = 0
    while checks.check_due_link():
        visited += 1
    return visited


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address: str) -> None:
    assert addresses.is_public(address) is False


@pytest.mark.parametrize("address", [PUBLIC, "2a00:1450:400f::200e", "::ffff:93.184.215.14"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert addresses.is_public(address) is True


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://localhost/",
        "https://93.184.215.14:8443/",
        "http://93.184.215.14:22/",
        "http://user:secret@93.184.215.14/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "http://",
        "http://[oj",
        "http://a.example:99999/",
    ],
)
def test_only_public_addresses_on_the_usual_ports_are_asked(url: str) -> None:
    with pytest.raises(addresses.NotPublicError):
        addresses.find_destination(url)


def test_name_with_one_address_inside_is_not_asked_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_names(monkeypatch)

    with pytest.raises(addresses.NotPublicError):
        addresses.find_destination("https://both.example/")
    with pytest.raises(addresses.NotFoundError):
        addresses.find_destination("https://nowhere.example/")
    assert addresses.find_destination("https://site.example/å?b=c#d") == (
        "https",
        "site.example",
        443,
        PUBLIC,
        "/å?b=c",
    )


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/page", ""),
        ("/picky", ""),
        ("/closed", ""),
        ("/moved", ""),
        ("/gone", LinkFault.GONE),
        ("/broken", LinkFault.ERROR),
        ("/round", LinkFault.ENDLESS),
        ("/inside", LinkFault.REFUSED),
        ("/file", LinkFault.REFUSED),
    ],
)
def test_link_is_visited_as_a_reader_would(site: type[Site], path: str, fault: str) -> None:
    assert visits.visit_link(f"http://site.example{path}") == fault


def test_page_is_asked_for_by_its_name_without_its_contents(site: type[Site]) -> None:
    visits.visit_link("http://site.example/page?q=å#del")
    visits.visit_link("http://site.example/picky")

    assert site.asked == [
        ("HEAD", "/page?q=%C3%A5", "site.example"),
        ("HEAD", "/picky", "site.example"),
        ("GET", "/picky", "site.example"),
    ]


def test_site_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(visits, "TOTAL_SECONDS", 0.05)
    monkeypatch.setattr(visits, "_follow", lambda _url: str(over.wait(5)))

    fault = visits.visit_link("http://site.example/slow")
    over.set()

    assert fault == LinkFault.UNREACHABLE


@pytest.mark.django_db
def test_links_of_published_texts_are_noted_once_and_forgotten_with_them(due: dict[str, str]) -> None:
    news = factories.make_news(title_sv="Nyheten", body_sv=link_to("https://a.example/x#del", "/mal/", "mailto:a@b.se"))
    factories.make_plan(title_sv="Planen", body_en=link_to("https://a.example/x", "https://b.example/"))
    factories.make_news(publication="draft", publish_from=None, body_sv=link_to("https://hidden.example/"))

    visited = go_a_night()
    found = {check.address: sorted(title for title, _address in check.found_in) for check in LinkCheck.objects.all()}
    news.body_sv = "<p>Utan länk.</p>"
    news.save()
    go_a_night()

    assert visited == 2
    assert found == {"https://a.example/x": ["Nyheten", "Planen"], "https://b.example/": ["Planen"]}
    assert LinkCheck.objects.get(address="https://a.example/x").found_in[0][0] == "Planen"


@pytest.mark.django_db
def test_link_is_dead_after_several_nights_in_a_row_only(due: dict[str, str]) -> None:
    factories.make_news(body_sv=link_to("https://a.example/"))
    due["https://a.example/"] = LinkFault.GONE
    dead = []
    for _night in range(NIGHTS_TO_BE_DEAD):
        go_a_night()
        dead.append(LinkCheck.objects.dead().count())
    check = LinkCheck.objects.get()
    del due["https://a.example/"]
    go_a_night()

    assert dead == [0] * (NIGHTS_TO_BE_DEAD - 1) + [1]
    assert (check.fault, check.failed_nights, check.failed_since is not None) == ("gone", NIGHTS_TO_BE_DEAD, True)
    check.refresh_from_db()
    assert (check.fault, check.failed_nights, check.failed_since) == ("", 0, None)
    assert [visit["fault"] for visit in check.visits] == ["gone"] * NIGHTS_TO_BE_DEAD + [""]
    assert not LinkCheck.objects.dead().exists()


@pytest.mark.django_db
def test_each_link_waits_for_the_next_night_and_history_is_bounded(due: dict[str, str]) -> None:
    factories.make_news(body_sv=link_to("https://a.example/"))

    assert go_a_night() == 1
    assert checks.check_due_link() == 0
    check = LinkCheck.objects.get()
    night = timezone.localtime(check.due_at)
    assert night.date() == timezone.localdate() + timedelta(days=1)
    assert checks.NIGHT[0] <= night.hour < checks.NIGHT[1]
    for _n in range(VISITS_KEPT + 3):
        check.note_visit("", timezone.now())
    assert len(check.visits) == VISITS_KEPT


@pytest.mark.django_db
def test_no_link_is_blamed_while_our_own_network_is_away(due: dict[str, str]) -> None:
    links = [f"https://s{n}.example/" for n in range(9)]
    factories.make_news(body_sv=link_to(*links))
    due.update(dict.fromkeys(links, LinkFault.UNREACHABLE))

    go_a_night()

    assert LinkCheck.objects.filter(failed_nights=1).count() == checks.OWN_FAULT_FROM - 1


@pytest.mark.django_db
def test_nothing_is_visited_where_the_operator_has_switched_it_off(due: dict[str, str], settings: Any) -> None:
    settings.CHECK_LINKS = False
    factories.make_news(body_sv=link_to("https://a.example/"))

    assert checks.check_due_link() == 0
    assert not LinkCheck.objects.exists()


@pytest.mark.django_db
def test_coordinator_sees_dead_links_and_the_texts_that_they_are_in(client: Client, due: dict[str, str]) -> None:
    user: User = factories.make_user(Role.COORDINATOR)
    news = factories.make_news(title_sv="Nyheten", body_sv=link_to("https://a.example/", "https://b.example/"))
    due["https://a.example/"] = LinkFault.GONE
    client.force_login(user)
    for _night in range(NIGHTS_TO_BE_DEAD):
        before = words_of(client.get("/admin/"))
        go_a_night()

    page = client.get("/admin/")

    assert "Döda länkar" not in before
    assert "https://a.example/: sidan är borta, 3 nätter sedan" in words_of(page)
    assert "https://b.example/" not in words_of(page)
    assert f'<a href="{form_of(news)}">Nyheten</a>' in page.content.decode()
