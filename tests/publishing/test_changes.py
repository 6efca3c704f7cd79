"""Publishing a change asks for a note, or that it is minor; readers find both, of what is public only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from lxml import etree, html

from accounts.roles import Role
from publishing import generation
from publishing.changes import find_public_notes, note_change
from publishing.models import ChangeNote
from tests import factories
from tests.publishing.test_admin import news_data

pytestmark = pytest.mark.django_db
NEWS = "/admin/news/newsitem/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
ASKS = "Skriv i en mening vad som har ändrats, eller kryssa för att ändringen är mindre."


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(factories.make_user(Role.COORDINATOR, first_name="Frida", last_name="Berg"))
    return client


def data(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in (news_data() | given).items() if value is not None}


def notes() -> list[tuple[str, str, bool, str]]:
    return [(note.title_sv, note.note_sv or "", note.is_minor, note.by) for note in ChangeNote.objects.all()]


def rows(client: Client, path: str = "/andringar/") -> list[str]:
    page = html.document_fromstring(client.get(path).content.decode())
    return [" ".join(row.text_content().split()) for row in page.xpath("//ul[@class='rows']/li")]


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
def test_change_of_something_published_asks_for_a_note(editor: Client, button: str) -> None:
    item = factories.make_news(title_sv="Gammal")

    response = editor.post(
        f"{NEWS}{item.pk}/change/", data(**{button: "x"}, log_minor=None, log_note_en="Only English", title_sv="Ny")
    )

    item.refresh_from_db()
    assert ASKS in response.content.decode()
    assert "Only English" in response.content.decode()
    assert (item.title_sv, notes()) == ("Gammal", [])


def test_publishing_asks_for_a_note(editor: Client) -> None:
    response = editor.post(f"{NEWS}add/", data(_publish="x", log_minor=None))

    assert ASKS in response.content.decode()
    assert (response.status_code, notes()) == (200, [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"log_note_sv": "Ny tid.", "log_minor": None}, ("Rubrik", "Ny tid.", False, "Frida Berg")),
        ({"log_minor": "on"}, ("Rubrik", "", True, "Frida Berg")),
        ({"log_note_sv": "Rättat.", "log_minor": "on"}, ("Rubrik", "Rättat.", True, "Frida Berg")),
    ],
)
def test_note_is_kept_with_the_title_and_who(editor: Client, given: dict[str, Any], expected: Any) -> None:
    item = factories.make_news()

    editor.post(f"{NEWS}{item.pk}/change/", data(_save="x", publish_from="2026-01-01T01:00", **given))

    assert notes() == [expected]


@pytest.mark.parametrize(("publication", "button"), [("draft", "_save"), ("published", "_withdraw")])
def test_what_is_not_public_afterwards_needs_no_note_and_leaves_none(
    editor: Client, publication: str, button: str
) -> None:
    item = factories.make_news(publication=publication)

    response = editor.post(f"{NEWS}{item.pk}/change/", data(**{button: "x"}, log_minor=None, log_note_sv="Hemligt"))

    assert (response.status_code, notes()) == (302, [])


def test_bulk_publishing_writes_a_note_of_its_own(editor: Client) -> None:
    draft = factories.make_news(publication="draft", title="Utkast")
    live = factories.make_news(title="Ute")

    editor.post(NEWS, {"action": "publish", "_selected_action": [draft.pk]})
    editor.post(NEWS, {"action": "withdraw", "_selected_action": [live.pk]})

    assert notes() == [("Utkast", "Publicerad.", False, "Frida Berg")]
    assert ChangeNote.objects.get().note_en == "Published."


def test_reader_who_may_only_look_meets_no_room_for_a_note(client: Client) -> None:
    client.force_login(factories.make_user(Role.COORDINATOR))
    goal = factories.make_goal()

    page = client.get(f"/admin/strategy/goal/{goal.pk}/change/")

    assert page.status_code == 200
    assert b"log_note_sv" not in page.content


def test_log_shows_both_kinds_the_newest_first(client: Client) -> None:
    item, plan = factories.make_news(title="Nyheten"), factories.make_plan(title="Planen", slug="planen")
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        note_change(item, by="Anna", is_minor=True)
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        note_change(plan, by="Anna", note_sv="Nytt slutår.")

    assert rows(client) == [
        "Planen 2 mars 2026 Handlingsplan Nytt slutår.",
        "Nyheten 1 mars 2026 Nyhet Mindre ändring",
    ]
    assert rows(client, "/andringar/?kind=newsitem") == ["Nyheten 1 mars 2026 Nyhet Mindre ändring"]
    assert len(rows(client, "/andringar/?kind=finns-inte")) == 2
    assert b"Anna" not in client.get("/andringar/").content


def test_log_is_paged_and_says_so_when_empty(client: Client) -> None:
    assert "Ingen ändring har noterats än." in client.get("/andringar/").content.decode()
    item = factories.make_news()
    for _ in range(31):
        note_change(item, by="Anna", is_minor=True)

    assert [len(rows(client, f"/andringar/?page={page}")) for page in (1, 2)] == [30, 1]


@pytest.mark.parametrize(
    "hidden",
    [
        {"publication": "draft"},
        {"publication": "archived"},
        {"publish_until": timezone.now() - timedelta(days=1)},
        {"publish_from": timezone.now() + timedelta(days=1)},
    ],
    ids=["draft", "archived", "over", "to come"],
)
def test_what_is_not_public_now_takes_its_notes_with_it(client: Client, hidden: dict[str, Any]) -> None:
    dates = {"publish_from": datetime(2020, 1, 1, tzinfo=UTC)} | hidden
    item, plan = factories.make_news(title="Hemligt", **dates), factories.make_plan(title="Hemligt", **dates)
    below = factories.make_activity(plan, title="Hemligt")
    for thing in (item, plan, below):
        note_change(thing, by="Anna", note_sv="Hemligt")

    assert not find_public_notes().exists()
    for path in ("/andringar/", "/andringar/flode.xml", "/en/changes/", "/en/changes/feed.xml"):
        assert b"Hemligt" not in client.get(path).content


def test_title_is_that_of_the_time_and_links_to_the_present_page(client: Client) -> None:
    item = factories.make_news(title_sv="Förr", title_en="Before", slug="forr")
    note_change(item, by="Anna", is_minor=True)
    item.title_sv, item.slug = "Nu", "nu"
    item.save()

    page = html.document_fromstring(client.get("/andringar/").content.decode())

    assert [(link.text, link.get("href")) for link in page.xpath("//h3/a")] == [("Förr", "/nyheter/nu/")]


def test_every_kind_of_public_thing_has_a_title_and_a_page(client: Client) -> None:
    goal = factories.make_goal()
    things = [
        goal,
        goal.strategy,
        factories.make_priority(goal),
        factories.make_activity(),
        factories.make_staff(name="Frida"),
        factories.make_document(),
        factories.make_indicator({2016: "70"}),
    ]
    for thing in things:
        note_change(thing, by="Anna", note_sv="Ändrat.", note_en="Changed.")

    page = html.document_fromstring(client.get("/en/changes/").content.decode())

    links = page.xpath("//ul[@class='rows']/li/h3/a/@href")
    assert len(links) == len(things)
    assert {client.get(link.partition("#")[0]).status_code for link in links} == {200}


def test_missing_english_is_shown_in_swedish_and_marked(client: Client) -> None:
    note_change(factories.make_news(title_sv="Nyhet", title_en=""), by="Anna", note_sv="Ny tid.")

    page = html.document_fromstring(client.get("/en/changes/").content.decode())

    assert [
        element.get("lang") for element in page.xpath("//ul[@class='rows']/li/h3/a | //ul[@class='rows']/li/p[2]")
    ] == [
        "sv",
        "sv",
    ]


def test_feed_is_valid_and_tells_what_is_minor(client: Client) -> None:
    item = factories.make_news(slug="nyheten", title="Nyheten")
    note = note_change(item, by="Anna", note_sv="Stavfel.", is_minor=True)

    feed = etree.fromstring(client.get("/andringar/flode.xml").content)

    entry = feed.find("a:entry", ATOM)
    assert entry is not None
    assert feed.findtext("a:title", namespaces=ATOM) == "Ändringar på Utveckling Västernorrland"
    assert entry.findtext("a:title", namespaces=ATOM) == "Nyheten"
    assert entry.findtext("a:summary", namespaces=ATOM) == "Mindre ändring. Stavfel."
    assert entry.findtext("a:id", namespaces=ATOM) == f"{settings.BASE_URL}/andringar/#change-{note.pk}"


def test_note_that_says_nothing_is_refused() -> None:
    item = factories.make_news()

    with pytest.raises(ValidationError):
        note_change(item, by="Anna")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeNote.objects.create(content_type_id=1, object_id=1, title="x")


def test_page_cache_hears_of_notes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'publishing_raise_generation'")
        watched = {name for (name,) in cursor.fetchall()}

    assert "publishing_changenote" in watched
    assert {model._meta.db_table for model in generation.get_publishable_models()} <= watched
    assert {trigger.table for trigger in generation.list_triggers()} == watched
