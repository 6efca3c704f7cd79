"""Things are found by their kind, as the menu names it, and by their status."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from search.indexing import index_due
from search.models import Kind
from tests import factories
from tests.search.things import ask, make_one_of_each, titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_thing_is_found_by_its_kind(language: str) -> None:
    make_one_of_each("qvarnsten")

    for kind in Kind:
        with override(language):
            found = ask(f"{kind.label} qvarnsten", language)
        assert kind.value in {hit.entry.kind for hit in found.hits}, kind
        assert found.holds_all


def test_things_are_found_by_how_they_go() -> None:
    today = timezone.localdate()
    factories.make_activity(title="Sen", delivery_status="ongoing", ends_on=today - timedelta(days=9))
    factories.make_activity(title="Pausad", delivery_status="paused", status_reason="Ingen tid.")
    factories.make_call(title="Nu", opens_on=today - timedelta(days=1), closes_on=today + timedelta(days=9))
    factories.make_call(title="Sedan", opens_on=today + timedelta(days=5), closes_on=today + timedelta(days=9))
    index_due()

    assert titles("försenade aktiviteter") == ["Sen"]
    assert titles("vilka aktiviteter är försenade") == ["Sen"]
    assert titles("öppna utlysningar") == ["Nu"]
    assert titles("utlysningar som är öppna") == ["Nu"]


def test_documents_are_found_by_their_kind() -> None:
    factories.make_document(title="Läget i länet", kind="knowledge_base")
    index_due()

    assert titles("kunskapsunderlag") == ["Läget i länet"]
