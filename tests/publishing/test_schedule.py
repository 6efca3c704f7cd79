"""Scheduling never hides what is public, and the portal says correctly what is shown and when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from actionplans.models import ActionPlan, Activity
from documents.models import Document
from news.models import NewsItem
from publishing.models import Publication, Publishable
from publishing.schedule import State, describe_as_sentence, describe_showing, find_showing, is_shown
from strategy.models import Goal, Strategy
from strategy.succession import adopt_strategy
from tests import factories
from tests.publishing.opened_forms import open_form, send, words_of

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CHRISTMAS_EVE = datetime(2026, 12, 24, 8, 0, tzinfo=STOCKHOLM)
PAST = datetime(2026, 11, 1, 8, 0, tzinfo=STOCKHOLM)

MAKERS = {
    "strategy": factories.make_strategy,
    "goal": factories.make_goal,
    "priority": factories.make_priority,
    "plan": factories.make_plan,
    "activity": factories.make_activity,
    "news": factories.make_news,
    "staff": factories.make_staff,
    "document": factories.make_document,
    "indicator": factories.make_indicator,
    "programme": factories.make_programme,
    "call": factories.make_call,
    "follow-up": lambda **given: factories.publish_followup(
        factories.make_followup(factories.make_goal().strategy), **given
    ),
}
EVERY_KIND = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@pytest.fixture(autouse=True)
def december() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    return client


def local(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


@EVERY_KIND
def test_no_time_to_come_hides_what_is_shown(make: Any) -> None:
    thing: Publishable = make()
    thing.publish_from = CHRISTMAS_EVE

    with pytest.raises(ValidationError) as refused:
        thing.clean()

    assert refused.value.message_dict.keys() == {"publish_from"}


@EVERY_KIND
def test_no_end_that_has_passed_hides_what_is_shown(make: Any) -> None:
    thing: Publishable = make(publish_from=PAST)
    thing.publish_until = NOW - timedelta(minutes=1)

    with pytest.raises(ValidationError) as refused:
        thing.clean()

    assert refused.value.message_dict.keys() == {"publish_until"}


@pytest.mark.parametrize(
    "stored",
    [
        {"publication": "draft", "publish_from": None},
        {"publication": "review", "publish_from": None},
        {"publication": "archived", "publish_from": PAST},
        {"publication": "published", "publish_from": CHRISTMAS_EVE + timedelta(days=1)},
        {"publication": "published", "publish_from": PAST, "publish_until": NOW},
    ],
)
def test_what_is_not_shown_can_be_given_any_start(stored: dict[str, Any]) -> None:
    item = factories.make_news(**stored)
    item.publication, item.publish_from, item.publish_until = Publication.PUBLISHED, CHRISTMAS_EVE, None

    item.clean()
    item.save()

    assert find_showing(item).state == State.SCHEDULED


def test_what_is_part_of_a_draft_is_not_shown_and_can_be_scheduled() -> None:
    activity = factories.make_activity(factories.make_plan(publication="draft"))
    activity.publish_from = CHRISTMAS_EVE

    activity.clean()


def test_form_refuses_at_the_field_with_the_way_out_and_keeps_the_page(client: Client) -> None:
    item = factories.make_news(publish_from=PAST)
    address = f"/admin/news/newsitem/{item.pk}/change/"

    response = send(client, address, open_form(client, address), title_sv="Nytt", publish_from=local(CHRISTMAS_EVE))

    item.refresh_from_db()
    assert response.status_code == 200
    assert "Den har visats för allmänheten sedan den 1 november kl. 08.00" in words_of(response)
    assert "dra först tillbaka den" in words_of(response)
    assert response.context["adminform"].form.errors.keys() == {"publish_from"}
    assert 'value="Nytt"' in response.content.decode()
    assert (item.publish_from, item.is_published()) == (PAST, True)


def test_withdrawing_with_a_time_to_come_is_open_and_then_it_is_scheduled(client: Client) -> None:
    item = factories.make_news(publish_from=PAST)
    address = f"/admin/news/newsitem/{item.pk}/change/"
    form = open_form(client, address)
    withdrawn = send(client, address, form, publish_from=local(CHRISTMAS_EVE), _withdraw="x")

    published = client.post(address, open_form(client, address) | {"_publish": "x", "log_minor": "on"}, follow=True)

    item.refresh_from_db()
    assert withdrawn.status_code == 302
    assert (item.publication, item.publish_from) == (Publication.PUBLISHED, CHRISTMAS_EVE)
    assert "Den visas från den 24 december kl. 08.00." in words_of(published)
    assert "Den är publicerad." not in words_of(published)


def test_a_new_thing_for_later_is_told_everywhere_as_that(client: Client) -> None:
    plan = factories.make_plan()
    form = open_form(client, "/admin/actionplans/activity/add/")
    given = {"plan": plan.pk, "title_sv": "Julfirande", "slug": "julfirande", "summary_sv": "Gran.", "_publish": "x"}

    saved = client.post(
        "/admin/actionplans/activity/add/",
        form | given | {"publish_from": local(CHRISTMAS_EVE), "log_minor": "on"},
        follow=True,
    )

    activity = Activity.objects.get()
    page = client.get(f"/admin/actionplans/activity/{activity.pk}/change/")
    when = "visas från den 24 december kl. 08.00"
    assert f"Den {when}." in words_of(saved)
    assert "Den är publicerad." not in words_of(saved)
    assert when in words_of(client.get("/admin/actionplans/activity/"))
    assert when in words_of(page)
    assert "viewsitelink" not in page.content.decode()
    assert "visas från den 24 december 2026 kl. 08.00" in words_of(
        client.get(f"/admin/actionplans/activity/{activity.pk}/history/")
    )
    assert client.get(activity.get_absolute_url()).status_code == 404
    with time_machine.travel(CHRISTMAS_EVE, tick=False):
        assert client.get(activity.get_absolute_url()).status_code == 200


YEAR_AFTER = datetime(2027, 1, 31, 12, 0, tzinfo=STOCKHOLM)
MIDNIGHT = datetime(2027, 1, 1, 0, 0, tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("given", "state", "swedish", "english"),
    [
        ({}, State.SHOWN, "visas för allmänheten", "is public"),
        (
            {"publish_from": CHRISTMAS_EVE},
            State.SCHEDULED,
            "visas från den 24 december kl. 08.00",
            "is shown from 24 December at 08:00",
        ),
        (
            {"publish_from": YEAR_AFTER},
            State.SCHEDULED,
            "visas från den 31 januari 2027 kl. 12.00",
            "is shown from 31 January 2027 at 12:00",
        ),
        (
            {"publish_until": YEAR_AFTER},
            State.SHOWN,
            "visas till den 31 januari 2027 kl. 12.00",
            "is shown until 31 January 2027 at 12:00",
        ),
        (
            {"publish_until": MIDNIGHT},
            State.SHOWN,
            "visas till och med den 31 december",
            "is shown up to and including 31 December",
        ),
        (
            {"publish_from": CHRISTMAS_EVE, "publish_until": MIDNIGHT},
            State.SCHEDULED,
            "visas från den 24 december kl. 08.00 till och med den 31 december",
            "is shown from 24 December at 08:00 up to and including 31 December",
        ),
        (
            {"publish_until": NOW},
            State.ENDED,
            "visades till den 1 december kl. 10.00",
            "was shown until 1 December at 10:00",
        ),
        (
            {"publication": "draft"},
            State.UNPUBLISHED,
            "är ett utkast som allmänheten inte ser",
            "is a draft, and the public cannot see it",
        ),
        (
            {"publication": "review"},
            State.UNPUBLISHED,
            "granskas, och allmänheten ser den inte än",
            "is in review, and the public cannot see it yet",
        ),
        (
            {"publication": "archived"},
            State.UNPUBLISHED,
            "är tillbakadragen, och allmänheten ser den inte",
            "has been withdrawn, and the public cannot see it",
        ),
    ],
    ids=str,
)
def test_what_the_public_sees_and_when_in_words(
    given: dict[str, Any], state: State, swedish: str, english: str
) -> None:
    item = factories.make_news(**{"publish_from": PAST} | given)

    assert (find_showing(item).state, describe_showing(item)) == (state, swedish)
    assert describe_as_sentence(item) == f"Den {swedish}."
    with override("en"):
        assert describe_showing(item) == english


WHOLES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    ({"publication": "draft"}, {}, {}, "syns först när planen publiceras"),
    ({"publication": "review"}, {}, {"publish_from": CHRISTMAS_EVE}, "syns först när planen publiceras"),
    ({"publication": "archived"}, {}, {}, "syns inte, eftersom planen är tillbakadragen"),
    ({}, {"publication": "draft"}, {}, "syns först när strategin publiceras"),
    ({"publish_from": CHRISTMAS_EVE}, {}, {}, "visas från den 24 december kl. 08.00, när planen börjar visas"),
    (
        {"publish_from": CHRISTMAS_EVE},
        {},
        {"publish_from": CHRISTMAS_EVE - timedelta(days=1)},
        "visas från den 24 december kl. 08.00, när planen börjar visas",
    ),
    (
        {"publish_from": CHRISTMAS_EVE},
        {},
        {"publish_from": CHRISTMAS_EVE + timedelta(days=1)},
        "visas från den 25 december kl. 08.00",
    ),
    ({"publish_until": NOW}, {}, {}, "syns inte, eftersom planen visades till den 1 december kl. 10.00"),
    ({"publish_until": YEAR_AFTER}, {}, {}, "visas till den 31 januari 2027 kl. 12.00"),
    (
        {"publish_until": CHRISTMAS_EVE},
        {},
        {"publish_from": YEAR_AFTER},
        "syns aldrig, eftersom den och det som den hör till inte visas samtidigt",
    ),
]


@pytest.mark.parametrize(("plan", "strategy", "activity", "expected"), WHOLES, ids=str)
def test_what_it_is_a_part_of_decides_too(
    plan: dict[str, Any], strategy: dict[str, Any], activity: dict[str, Any], expected: str
) -> None:
    past = {"publish_from": PAST}
    whole = factories.make_plan(strategy=factories.make_strategy(**past | strategy), **past | plan)
    part = factories.make_activity(whole, **past | activity)

    assert describe_showing(part) == expected
    assert is_shown(part) == Activity.objects.published().filter(pk=part.pk).exists()


@pytest.mark.parametrize(
    "at", [PAST, NOW, CHRISTMAS_EVE, CHRISTMAS_EVE - timedelta(microseconds=1), MIDNIGHT, YEAR_AFTER]
)
@pytest.mark.parametrize(
    "plan", [{}, {"publish_from": CHRISTMAS_EVE}, {"publish_until": MIDNIGHT}, {"publication": "draft"}]
)
def test_the_words_and_the_public_site_agree_at_every_moment(at: datetime, plan: dict[str, Any]) -> None:
    whole = factories.make_plan(strategy=factories.make_strategy(publish_from=PAST), **{"publish_from": PAST} | plan)
    part = factories.make_activity(whole, publish_from=NOW, publish_until=YEAR_AFTER)

    assert is_shown(part, at) == Activity.objects.published(at).filter(pk=part.pk).exists()
    assert is_shown(whole, at) == ActionPlan.objects.published(at).filter(pk=whole.pk).exists()


def test_publishing_a_part_of_a_draft_says_that_it_waits(client: Client) -> None:
    activity = factories.make_activity(factories.make_plan(publication="draft"), publication="draft", publish_from=None)
    address = f"/admin/actionplans/activity/{activity.pk}/change/"
    form = open_form(client, address)

    response = client.post(address, form | {"_publish": "x", "log_minor": "on"}, follow=True)
    page = client.get(address)

    assert "Den syns först när planen publiceras." in words_of(response)
    assert "Den är publicerad." not in words_of(response)
    assert "viewsitelink" not in page.content.decode()


def test_goal_of_a_draft_strategy_has_no_link_to_the_site(client: Client) -> None:
    goal = factories.make_goal(factories.make_strategy(publication="draft"))

    assert "viewsitelink" not in client.get(f"/admin/strategy/goal/{goal.pk}/change/").content.decode()


def test_action_in_the_list_says_which_are_not_seen_yet(client: Client) -> None:
    now = factories.make_news(title_sv="Genast", publication="draft", publish_from=None)
    later = factories.make_news(title_sv="Sedan", publication="draft", publish_from=CHRISTMAS_EVE)
    over = factories.make_news(title_sv="Slut", publication="archived", publish_from=PAST, publish_until=NOW)
    chosen = {"action": "publish", "_selected_action": [now.pk, later.pk, over.pk]}

    words = words_of(client.post("/admin/news/newsitem/", chosen, follow=True))

    assert "1 är publicerad." in words
    assert "”Sedan” visas från den 24 december kl. 08.00." in words
    assert "Slut: Den tidpunkten har passerat" in words
    assert sorted(NewsItem.objects.filter(publication="published").values_list("title_sv", flat=True)) == [
        "Genast",
        "Sedan",
    ]


def test_action_in_the_list_leaves_a_text_that_was_saved_meanwhile(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was read before the text was saved."""
    item = factories.make_news(title_sv="Gammal", publication="draft", publish_from=None)
    from news.admin import NewsItemAdmin

    original = NewsItemAdmin._move

    def after_a_save(self: Any, request: Any, queryset: Any, publication: Any) -> None:
        list(queryset)
        NewsItem.objects.filter(pk=item.pk).update(title_sv="Ny")
        original(self, request, queryset, publication)

    monkeypatch.setattr(NewsItemAdmin, "_move", after_a_save)
    client.post("/admin/news/newsitem/", {"action": "publish", "_selected_action": [item.pk]})

    item.refresh_from_db()
    assert (item.title_sv, item.publication) == ("Ny", "published")


def test_adopting_shows_a_strategy_at_once_whatever_time_was_planned() -> None:
    new = factories.make_strategy(
        publication="draft", publish_from=CHRISTMAS_EVE, is_current=False, decided_on="2026-11-30"
    )
    goal = factories.make_goal(new, publication="draft", publish_from=CHRISTMAS_EVE)

    adopt_strategy(new.pk)

    assert Strategy.objects.published().filter(pk=new.pk).exists()
    assert Goal.objects.published().filter(pk=goal.pk).exists()


def test_adopting_refuses_a_goal_whose_time_is_over() -> None:
    new = factories.make_strategy(publication="draft", is_current=False, decided_on="2026-11-30")
    factories.make_goal(new, code="M9", publication="draft", publish_from=PAST, publish_until=NOW)

    with pytest.raises(ValidationError) as refused:
        adopt_strategy(new.pk)

    assert "M9" in refused.value.messages[0]


def test_a_document_that_is_published_later_is_no_link_in_its_list(client: Client) -> None:
    document: Document = factories.make_document(publish_from=CHRISTMAS_EVE)

    assert "visas från den 24 december kl. 08.00" in words_of(client.get("/admin/documents/document/"))
    assert "viewsitelink" not in client.get(f"/admin/documents/document/{document.pk}/change/").content.decode()
    assert timezone.now() < document.publish_from
