"""When the worker fetches, and what the command prints."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from indicators import fetcher
from indicators.models import Fetching
from rus_portal import worker
from tests import factories
from tests.indicators.servers import Statistics, make

pytestmark = pytest.mark.django_db
BROKEN = "Svaret är inte helt, eller inte JSON."


def test_worker_fetches_what_is_due_and_leaves_it_for_a_week(server: Statistics) -> None:
    first, second = make("kolada"), make("scb")
    make("kolada", is_example=True)
    factories.make_indicator({2015: "70"})

    done = [fetcher.fetch_due_indicator() for _n in range(3)]

    assert done == [1, 1, 0]
    assert {row.indicator for row in Fetching.objects.filter(fault="", succeeded_at__isnull=False)} == {first, second}
    for row in Fetching.objects.all():
        local = timezone.localtime(row.due_at)
        assert 1 <= local.hour < 5
        assert 6 <= (row.due_at - timezone.now()).days <= 7


def test_worker_tries_again_the_next_night_after_a_failure(server: Statistics) -> None:
    make("kolada")
    server.faults = ["broken"]

    fetcher.fetch_due_indicator()

    row = Fetching.objects.get()
    assert timezone.localtime(row.due_at).date() == timezone.localdate() + timedelta(days=1)
    assert row.fault == BROKEN


def test_what_another_worker_has_taken_is_left_alone(server: Statistics) -> None:
    make("kolada")

    assert fetcher._take(timezone.now()) is not None
    assert fetcher._take(timezone.now()) is None


def test_demonstration_asks_nobody(settings: Any, django_assert_num_queries: Any) -> None:
    assert (settings.KOLADA_URL, settings.SCB_URL) == ("", "")
    with django_assert_num_queries(0):
        assert fetcher.fetch_due_indicator() == 0
    with pytest.raises(CommandError, match="No source may be asked, so nothing was fetched"):
        call_command("fetch_indicators")


def test_fetching_is_one_of_the_workers_rounds() -> None:
    assert fetcher.fetch_due_indicator in worker.SLOW


def test_command_fetches_and_says_what_it_did(server: Statistics) -> None:
    make("kolada", slug="arbete")
    make("scb", slug="boende")
    told = StringIO()

    call_command("fetch_indicators", stdout=told)

    assert told.getvalue().splitlines() == [
        "1 of 2: arbete: 60 new or changed values.",
        "2 of 2: boende: 60 new or changed values.",
    ]


def test_command_fails_when_an_indicator_could_not_be_fetched(server: Statistics) -> None:
    make("kolada", slug="arbete")
    server.faults = ["broken"]
    told = StringIO()

    with pytest.raises(CommandError, match="1 of 1 indicators could not be fetched, and nothing of theirs was changed"):
        call_command("fetch_indicators", "arbete", stdout=told)
    assert told.getvalue() == f"1 of 1: arbete: not fetched. {BROKEN}\n"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"source_kind": "manual"}, "entered by hand"),
        ({"is_example": True}, "made up as an example"),
        ({"publication": "archived"}, "is withdrawn"),
        (None, "There is no indicator called arbete"),
    ],
)
def test_command_says_why_an_indicator_is_not_fetched(server: Statistics, given: Any, words: str) -> None:
    if given is not None:
        make("kolada", slug="arbete", **given)

    with pytest.raises(CommandError, match=words):
        call_command("fetch_indicators", "arbete")


def test_command_without_anything_to_fetch_says_so(server: Statistics) -> None:
    told = StringIO()

    call_command("fetch_indicators", stdout=told)

    assert told.getvalue() == "No indicator takes its values from a source that may be asked.\n"
