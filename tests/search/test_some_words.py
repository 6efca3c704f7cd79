"""If nothing holds all the words, what holds most of them is found, and the page says so."""

import pytest

from search.indexing import index_due
from search.query_parser import Question
from search.service import find_results
from tests import factories

pytestmark = pytest.mark.django_db


def _titles(asked: str) -> tuple[list[str], bool]:
    found = find_results(Question.parse(asked), "sv")
    return [hit.entry.title for hit in found.hits], found.holds_all


@pytest.fixture
def three() -> None:
    factories.make_news(title="Fiber till byarna", ingress="Ett nät.", body="<p>Det blir bra.</p>")
    factories.make_news(title="Fiber och vindkraft", ingress="Energi.", body="<p>Det blir bra.</p>")
    factories.make_news(title="Vindkraft vid kusten", ingress="Energi.", body="<p>Det blir bra.</p>")
    index_due()


def test_what_holds_all_the_words_keeps_the_others_out(three) -> None:
    assert _titles("fiber vindkraft") == (["Fiber och vindkraft"], True)


def test_what_holds_most_of_the_words_comes_first(three) -> None:
    titles, holds_all = _titles("byarnas fiber nät vindkraft")

    assert (titles[0], sorted(titles[1:]), holds_all) == (
        "Fiber till byarna",
        ["Fiber och vindkraft", "Vindkraft vid kusten"],
        False,
    )


def test_sorted_by_date_what_holds_most_of_the_words_still_comes_first(three) -> None:
    factories.make_news(title="Vindkraft i dag", ingress="Energi.", body="<p>Ny.</p>", publish_from="2026-05-04T12:00Z")
    index_due()

    found = find_results(Question.parse("byarnas fiber nät vindkraft"), "sv", sort="date")

    assert found.hits[0].entry.title == "Fiber till byarna"


def test_what_is_to_be_left_out_is_left_out_of_these_as_well(three) -> None:
    assert _titles("byarnas fiber nät vindkraft -kust") == (["Fiber till byarna", "Fiber och vindkraft"], False)


def test_a_phrase_is_never_taken_apart(three) -> None:
    assert _titles('"fiber vindkraft"') == ([], True)


def test_nothing_at_all_is_not_said_to_hold_some(three) -> None:
    assert _titles("lakrits kanel") == ([], True)
