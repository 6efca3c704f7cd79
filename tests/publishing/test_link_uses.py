"""Where a page is linked to is told before it is deleted, and when it is withdrawn."""

from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.test import Client
from lxml import html

from news.models import NewsItem
from publishing.forms.publishable import WITHDRAW
from publishing.link_uses import find_uses
from tests import factories
from tests.publishing.opened_forms import find_address, form_of, open_form, send, words_of
from tests.rus_portal.counting import count_queries

pytestmark = pytest.mark.django_db


def link_to(address: str) -> str:
    return f'<p>Se <a href="{address}">sidan</a>.</p>'


def list_titles(thing: models.Model) -> list[str]:
    return [use.title for use in find_uses(thing)]


def test_links_are_found_in_every_kind_of_text_and_language_with_and_without_the_host() -> None:
    goal = factories.make_goal()
    factories.make_news(title_sv="Nyheten", body_sv=link_to(f"{goal.get_absolute_url()}#varfor"))
    factories.make_plan(title_sv="Planen", body_en=link_to(f"/en/goals/{goal.slug}/"))
    factories.make_activity(title_sv="Aktiviteten", body_sv=link_to(f"{settings.BASE_URL}{goal.get_absolute_url()}"))
    factories.make_news(title_sv="Utan länk", body_sv=f"<p>{goal.get_absolute_url()}</p>")
    factories.make_news(title_sv="Till en annan", body_sv=link_to("/mal/nagot-annat/"))

    assert sorted(list_titles(goal)) == ["Aktiviteten", "Nyheten", "Planen"]


def test_links_to_a_documents_file_and_not_those_of_the_thing_itself_are_found() -> None:
    document, news = factories.make_document(), factories.make_news(slug="egen", body_sv=link_to("/nyheter/egen/"))
    factories.make_news(title_sv="Till filen", body_sv=link_to(f"{document.get_absolute_url()}fil"))

    assert list_titles(document) == ["Till filen"]
    assert list_titles(news) == []


def test_things_without_a_page_of_their_own_are_not_linked_to() -> None:
    assert find_uses(factories.make_theme()) == []


def test_page_before_deletion_says_which_texts_link_to_it(editor: Client) -> None:
    news = factories.make_news(publication="draft", publish_from=None)
    linking = factories.make_news(title_sv="Den som länkar", body_sv=link_to(news.get_absolute_url()))

    page = editor.get(find_address(news, "delete", news.pk))

    assert "1 text länkar till den, och länken skulle leda ingenstans:" in words_of(page)
    links = html.fromstring(page.content.decode()).xpath("//main//li/a[text()='Den som länkar']/@href")
    assert links == [form_of(linking)]


def test_whoever_withdraws_is_told_which_texts_link_to_it(editor: Client) -> None:
    by_form, by_list = factories.make_news(slug="ena"), factories.make_news(slug="andra")
    factories.make_news(title_sv="Den som länkar", body_sv=link_to("/nyheter/ena/") + link_to("/nyheter/andra/"))

    send(editor, form_of(by_form), open_form(editor, form_of(by_form)), _save=[], **{WITHDRAW: "1"})
    first = words_of(editor.get(find_address(NewsItem, "changelist")))
    chosen: dict[str, Any] = {"action": "withdraw", "_selected_action": [by_list.pk]}
    second = words_of(editor.post(find_address(NewsItem, "changelist"), chosen, follow=True))

    told = "1 text länkar till ”{}”, och länken leder nu ingenstans: Den som länkar"
    assert told.format(by_form) in first
    assert told.format(by_list) in second


def test_number_of_queries_does_not_depend_on_the_number_of_links(editor: Client) -> None:
    news = factories.make_news(publication="draft", publish_from=None)
    address = find_address(news, "delete", news.pk)
    editor.get(address)
    none = count_queries(editor, address)
    for _n in range(5):
        factories.make_news(body_sv=link_to(news.get_absolute_url()))

    assert count_queries(editor, address) == none
