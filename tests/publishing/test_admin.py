"""Publishing is a button of its own, and an error loses nothing in either language."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from news.models import NewsItem
from publishing.models import Publication
from tests.factories import MINOR, make_news, make_user

pytestmark = pytest.mark.django_db

NEWS = "/admin/news/newsitem/"
NOON = datetime(2026, 5, 4, 10, 0, 30, tzinfo=UTC)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


def news_data(**given: Any) -> dict[str, Any]:
    return {
        "title_sv": "Rubrik",
        "title_en": "Heading",
        "slug": "rubrik",
        "ingress_sv": "Ingress.",
        "body_sv": "<p>Text.</p>",
        **MINOR,
    } | given


def test_saving_does_not_publish(client: Client) -> None:
    client.post(f"{NEWS}add/", news_data(_save="Spara", publication="published"))

    item = NewsItem.objects.get()
    assert (item.publication, item.publish_from) == (Publication.DRAFT, None)


@time_machine.travel(NOON, tick=False)
def test_publish_button_publishes_from_this_minute(client: Client) -> None:
    response = client.post(f"{NEWS}add/", news_data(_publish="Spara och publicera"), follow=True)

    item = NewsItem.objects.get()
    assert (item.publication, item.publish_from) == (Publication.PUBLISHED, NOON.replace(second=0))
    assert "Den är publicerad." in response.content.decode()


@pytest.mark.parametrize(
    ("button", "publication"),
    [("_save", "published"), ("_withdraw", "archived")],
)
def test_published_item_stays_or_is_withdrawn(client: Client, button: str, publication: str) -> None:
    item = make_news()

    client.post(f"{NEWS}{item.pk}/change/", news_data(**{button: "x", "publish_from": "2026-01-01T01:00"}))

    item.refresh_from_db()
    assert (item.publication, item.title_sv) == (publication, "Rubrik")


@pytest.mark.parametrize(
    ("publication", "buttons"),
    [
        ("draft", ["_publish"]),
        ("review", ["_publish"]),
        ("published", ["_withdraw"]),
        ("archived", ["_publish"]),
    ],
)
def test_buttons_are_those_that_lead_on(client: Client, publication: str, buttons: list[str]) -> None:
    item = make_news(publication=publication)

    steps = client.get(f"{NEWS}{item.pk}/change/").context["publication_steps"]

    assert [name for name, _label in steps] == buttons


@time_machine.travel(NOON, tick=False)
def test_publishing_what_has_already_ended_is_refused_with_the_text_kept(client: Client) -> None:
    response = client.post(
        f"{NEWS}add/", news_data(_publish="x", publish_until="2026-05-01T00:00", title_en="Kept heading")
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "Publiceringen måste sluta efter att den börjat." in page
    assert 'value="Kept heading"' in page
    assert not NewsItem.objects.exists()


def test_missing_swedish_text_is_told_and_the_english_kept(client: Client) -> None:
    response = client.post(f"{NEWS}add/", news_data(title_sv="", _publish="x"))

    assert response.context["adminform"].form.errors.keys() == {"title_sv"}
    assert 'value="Heading"' in response.content.decode()


def test_text_is_cleaned_of_what_an_editor_may_not_use(client: Client) -> None:
    client.post(f"{NEWS}add/", news_data(body_sv='<h2>Rubrik</h2><p onclick="x()">Text<script>x()</script></p>'))

    assert NewsItem.objects.get().body_sv == "<h2>Rubrik</h2><p>Text</p>"


def test_action_publishes_the_selected_and_names_what_it_could_not(client: Client) -> None:
    draft = make_news(publication="draft", publish_from=None)
    ended = make_news(
        publication="draft", publish_from=None, publish_until=datetime(2020, 1, 1, tzinfo=UTC), title_sv="Gammal"
    )

    response = client.post(NEWS, {"action": "publish", "_selected_action": [draft.pk, ended.pk]}, follow=True)

    draft.refresh_from_db()
    ended.refresh_from_db()
    assert (draft.publication, ended.publication) == (Publication.PUBLISHED, Publication.DRAFT)
    page = response.content.decode()
    assert "1 är publicerad." in page
    assert "Gammal: " in page


def test_history_tells_of_publishing_in_swedish(client: Client) -> None:
    item = make_news(publication="draft")
    client.post(f"{NEWS}{item.pk}/change/", news_data(_publish="x"))

    page = client.get(f"{NEWS}{item.pk}/history/").content.decode()

    assert "Ändringshistorik" in page
    assert "publicerad" in page


def test_view_on_site_leads_to_the_page_once_it_is_public(client: Client) -> None:
    published, draft = make_news(slug="ute"), make_news(publication="draft")

    assert 'href="/nyheter/ute/"' in client.get(f"{NEWS}{published.pk}/change/").content.decode()
    assert "Visa på webbplats" not in client.get(f"{NEWS}{draft.pk}/change/").content.decode()


def test_every_text_stands_in_both_languages_and_says_which(client: Client) -> None:
    page = client.get(f"{NEWS}add/").content.decode()

    assert "Titel på svenska" in page
    assert "Titel på engelska" in page
    assert 'lang="en"' in page
    assert 'id="language-switch" hidden' in page


def test_import_map_and_empty_style_bear_the_nonce_of_the_policy(client: Client) -> None:
    response = client.get(f"{NEWS}add/")

    policy = response["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    page = response.content.decode()
    assert f'<script type="importmap" nonce="{nonce}">' in page
    assert f'<style nonce="{nonce}" data-tiptap-style></style>' in page
    assert "unsafe" not in policy
