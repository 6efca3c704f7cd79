"""Editors see what a group of synonyms does: how much each word finds alone and with the group."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.roles import Role
from search.indexing import index_due
from search.models import SynonymGroup
from search.query_parser import Question
from search.service import find_results
from search.synonym_stats import count_results
from search.synonyms import read_groups, split_lines
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> None:
    factories.make_news(title="RUS i korthet", ingress="Kort.", body="<p>Text.</p>")
    factories.make_news(title="Regionala utvecklingsstrategin", ingress="Lång.", body="<p>Text.</p>")
    factories.make_news(title="En regional utvecklingsstrategi", ingress="Ny.", body="<p>Text.</p>")
    factories.make_news(title="RUS som ingen ser", ingress="Utkast.", body="<p>Text.</p>", publication="draft")
    index_due()


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(factories.make_user(Role.COORDINATOR))
    return client


def page_of(group: SynonymGroup) -> str:
    return reverse("admin:search_synonymgroup_change", args=[group.pk])


def shown(client: Client, group: SynonymGroup) -> list[list[str]]:
    table = html.fromstring(client.get(page_of(group)).content.decode()).find_class("reach")[0]
    return [[cell.text_content() for cell in row] for row in table.find("tbody")]


@pytest.mark.usefixtures("news")
def test_page_of_a_group_says_what_is_found_by_itself_and_together(client: Client) -> None:
    group = factories.make_synonyms("RUS", "regional utvecklingsstrategi", "länsplanen")

    assert shown(client, group) == [
        ["RUS", "1", "3"],
        ["regional utvecklingsstrategi", "2", "3"],
        ["länsplanen", "0", "3"],
    ]


@pytest.mark.usefixtures("news")
def test_what_is_counted_is_what_the_search_finds(client: Client) -> None:
    group = factories.make_synonyms("RUS", "regional utvecklingsstrategi")
    lines = split_lines(group.words)

    alone = [find_results(Question.parse(line), "sv").total for line in lines]
    together = [find_results(Question.parse(line, read_groups()), "sv").total for line in lines]

    assert count_results(lines, read_groups(), "sv") == [*zip(lines, alone, together, strict=True)]
    links = html.fromstring(client.get(page_of(group)).content.decode()).xpath("//table[@class='data reach']//a/@href")
    assert [client.get(link).context["found"].total for link in links] == together


def test_group_with_signs_of_all_kinds_is_counted(client: Client) -> None:
    group = factories.make_synonyms("A&B's", "R\\D | (50 %)", "och", "<b>EU:s</b>")

    assert [row[1:] for row in shown(client, group)] == [["0", "0"]] * 4


def test_saving_leads_to_what_is_found(client: Client) -> None:
    words = {"words": "RUS\nregional utvecklingsstrategi"}

    added = client.post(reverse("admin:search_synonymgroup_add"), words)
    group = SynonymGroup.objects.get()
    changed = client.post(page_of(group), words)

    assert [answer["Location"] for answer in (added, changed)] == [page_of(group)] * 2


def test_page_of_a_group_asks_as_often_with_many_words_and_groups(client: Client) -> None:
    small = factories.make_synonyms("RUS", "regional utvecklingsstrategi")
    client.get(page_of(small))

    with CaptureQueriesContext(connection) as few:
        client.get(page_of(small))
    large = factories.make_synonyms(*(f"ord{number}" for number in range(20)))
    for number in range(5):
        factories.make_synonyms(f"ett{number}", f"annat{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(large))

    assert len(many) == len(few) == 8
