"""News on the web."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def test_news_is_dated_and_the_newest_comes_first(client: Client) -> None:
    factories.make_news(title="Äldst", publish_from=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    factories.make_news(title="Yngst", publish_from=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))

    page = html.document_fromstring(client.get("/nyheter/").content.decode())

    assert page.xpath("//ul[@class='rows']//h2/a/text()") == ["Yngst", "Äldst"]
    # 22.30 in UTC is after midnight in Stockholm.
    assert page.xpath("//ul[@class='rows']//time/text()") == ["1 april 2026", "5 januari 2026"]
    assert page.xpath("//ul[@class='rows']//time/@datetime") == ["2026-04-01", "2026-01-05"]


def test_news_item_leads_to_others_but_not_to_itself(client: Client) -> None:
    items = [factories.make_news(slug=f"nyhet-{letter}") for letter in "abcde"]

    others = list(client.get("/nyheter/nyhet-e/").context["others"])

    assert others == [items[3], items[2], items[1]]


def test_news_comes_out_by_the_clock(client: Client) -> None:
    factories.make_news(
        slug="forum",
        publish_from=datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
        publish_until=datetime(2026, 5, 2, 8, 0, tzinfo=UTC),
    )

    statuses = []
    for moment in ("2026-05-01T07:59:59", "2026-05-01T08:00:00", "2026-05-02T07:59:59", "2026-05-02T08:00:00"):
        with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
            statuses.append(client.get("/nyheter/forum/").status_code)

    assert statuses == [404, 200, 200, 404]


def test_list_without_news_says_so(client: Client) -> None:
    assert "Det finns inga nyheter ännu." in client.get("/nyheter/").content.decode()
    assert "There is no news yet." in client.get("/en/news/").content.decode()
