"""The number of activities for a goal is the same on every page."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from strategy.models import Goal
from tests import factories

pytestmark = pytest.mark.django_db
SWEDISH = {"start": "/", "goals": "/mal/", "goal": "/mal/malet/", "matrix": "/mal/matris/", "list": "/aktiviteter"}
ENGLISH = {
    "start": "/en/",
    "goals": "/en/goals/",
    "goal": "/en/goals/malet/",
    "matrix": "/en/goals/matrix/",
    "list": "/en/activities",
}


@pytest.fixture
def goal() -> Goal:
    """A goal with three public activities, one contributing in three ways, and two hidden ones contributing twice."""
    strategy = factories.make_strategy(is_current=True)
    goal, other = (factories.make_goal(strategy, slug=slug, position=1) for slug in ("malet", "ett-annat"))
    plans = [factories.make_plan(strategy=strategy) for _number in range(2)]
    priorities = [factories.make_priority(of) for of in (goal, goal, other)]
    yesterday = timezone.localdate() - timedelta(days=1)
    in_many_ways = [
        factories.make_activity(plans[0], goal=goal, ends_on=yesterday),
        factories.make_activity(plans[0], goal=goal, publication="draft"),
        factories.make_activity(factories.make_plan(publication="draft"), goal=goal),
    ]
    for activity in in_many_ways:
        for priority in priorities:
            activity.contributions.create(goal=priority.goal, priority=priority, how_sv="Så.", how_en="So.")
    factories.make_activity(plans[0], priority=priorities[0], delivery_status="done")
    factories.make_activity(plans[1], priority=priorities[1], delivery_status="planned")
    return goal


def page_of(client: Client, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).content.decode())


def statuses(part: html.HtmlElement) -> dict[str, int]:
    """Return the counts beside a bar, by status."""
    marks = part.xpath(".//ul[@class='parts']/li")
    return {mark.get("data-status"): int(re.findall(r"\d+", mark.text_content())[0]) for mark in marks}


def rows_of_files(client: Client, path: str) -> set[int]:
    text = client.get(f"{path}.csv?goal=malet").getvalue().decode("utf-8-sig")
    return {
        len(list(csv.reader(io.StringIO(text)))) - 1,
        len(json.loads(client.get(f"{path}.json?goal=malet").getvalue())["activities"]),
    }


@pytest.mark.usefixtures("goal")
@pytest.mark.parametrize("at", [SWEDISH, ENGLISH], ids=["sv", "en"])
def test_every_page_states_the_same_totals_of_a_goal(client: Client, at: dict[str, str]) -> None:
    right = {"planned": 1, "ongoing": 1, "done": 1, "late": 1}
    link = f"//a[@href='{at['goal']}']/ancestor::article"

    page = page_of(client, at["goal"])
    stated = [
        statuses(page.xpath("//div[@class='delivery']")[0]),
        *(statuses(page_of(client, at[name]).xpath(link)[0]) for name in ("start", "goals")),
    ]

    assert stated == [right] * 3
    (count,) = page.xpath(f"//aside//a[@href='{at['list']}/?goal=malet']/text()")
    assert re.findall(r"\d+", str(count)) == ["3"]
    assert client.get(f"{at['list']}/?goal=malet").context["page"].paginator.count == 3
    assert client.get(f"{at['list']}/?goal=malet&status=late").context["page"].paginator.count == 1
    matrix: Any = client.get(at["matrix"]).context["matrix"]
    assert {row.goal.slug: row.total for row in matrix.rows} == {"malet": 3, "ett-annat": 1}
    assert rows_of_files(client, at["list"]) == {3}


@pytest.mark.usefixtures("goal")
def test_a_goal_without_activities_says_so(client: Client) -> None:
    factories.make_goal(Goal.objects.get(slug="malet").strategy, slug="tomt")

    page = page_of(client, "/mal/tomt/")

    assert "Inga aktiviteter ännu." in page.xpath("normalize-space(//div[@class='delivery'])")
