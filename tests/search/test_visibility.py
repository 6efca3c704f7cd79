"""The index never shows what is not public now, however it lags behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from actionplans.models import Organisation
from documents.models import Document
from publishing.models import Publication
from search.indexing import index_due
from search.models import Change, Kind
from search.sources import SOURCES
from tests import factories
from tests.search.things import ask, make_one_of_each, make_read_document, shown, titles

pytestmark = pytest.mark.django_db
WITH_PUBLISHING = sorted(set(Kind) - {Kind.ORGANISATION, Kind.CASE})
CHILDREN = {
    Kind.STRATEGY: {Kind.STRATEGY, Kind.GOAL, Kind.PRIORITY, Kind.PLAN, Kind.ACTIVITY, Kind.ORGANISATION},
    Kind.GOAL: {Kind.GOAL, Kind.PRIORITY},
    Kind.PLAN: {Kind.PLAN, Kind.ACTIVITY, Kind.ORGANISATION},
    Kind.ACTIVITY: {Kind.ACTIVITY, Kind.ORGANISATION},
    Kind.PROGRAMME: {Kind.PROGRAMME, Kind.CALL},
}
"""The things that disappear when a thing is hidden, itself included."""


def kinds(found: set[tuple[str, int]]) -> set[str]:
    return {kind for kind, _key in found}


def without_noting(thing: Any, **changes: Any) -> None:
    """Change a thing as if its change had been taken but never indexed."""
    type(thing).objects.filter(pk=thing.pk).update(**changes)
    Change.objects.all().delete()


def test_every_kind_is_shown_while_it_is_published() -> None:
    things = make_one_of_each("lyktstolpe")

    assert shown() == shown("en")
    assert kinds(shown()) == set(Kind)
    assert {(kind.value, thing.pk) for kind, thing in things.items()} <= shown()


@pytest.mark.parametrize("publication", [Publication.DRAFT, Publication.REVIEW, Publication.ARCHIVED])
def test_what_is_not_published_is_not_shown_by_an_old_index(publication: str) -> None:
    thing = factories.make_news()
    index_due()
    assert shown() == {("news", thing.pk)}

    without_noting(thing, publication=publication)

    assert shown() == set()


def test_what_is_withdrawn_takes_its_parts_with_it() -> None:
    things = make_one_of_each("lyktstolpe")
    before = kinds(shown())
    gone = {}

    for kind in WITH_PUBLISHING:
        without_noting(things[kind], publication=Publication.ARCHIVED)
        gone[kind] = before - kinds(shown())
        without_noting(things[kind], publication=Publication.PUBLISHED)

    assert gone == {kind: CHILDREN.get(kind, {kind}) for kind in WITH_PUBLISHING}


def test_the_clock_publishes_and_withdraws_without_the_index() -> None:
    things = make_one_of_each("lyktstolpe")
    now = timezone.now()
    for kind in WITH_PUBLISHING:
        type(things[kind]).objects.filter(pk=things[kind].pk).update(
            publish_from=now + timedelta(hours=1), publish_until=now + timedelta(hours=2)
        )
    index_due()

    seen = [kinds(shown(at=now + timedelta(minutes=minutes))) for minutes in (0, 59, 60, 119, 120, 121)]

    none, every = {"case"}, set(Kind)
    assert seen == [none, none, every, every, none, none]


def test_what_has_a_change_waiting_is_not_shown() -> None:
    things = make_one_of_each("lyktstolpe")
    every = shown()
    hidden = {}

    for kind, thing in things.items():
        field = next(name for name in ("publication", "title", "name") if hasattr(thing, name))
        type(thing).objects.filter(pk=thing.pk).update(**{field: getattr(thing, field)})
        hidden[kind] = every - shown()
        Change.objects.all().delete()

    assert hidden == {kind: {(kind.value, thing.pk)} for kind, thing in things.items()}


@pytest.mark.parametrize("kind", [Kind.NEWS, Kind.DOCUMENT, Kind.STAFF, Kind.CALL])
def test_what_is_deleted_is_gone(kind: Kind) -> None:
    thing = make_one_of_each("lyktstolpe")[kind]
    row = (kind.value, thing.pk)

    thing.delete()
    hidden = row not in shown()
    index_due()

    assert hidden
    assert row not in shown()
    assert not Change.objects.exists()


def test_each_kind_is_shown_by_the_rule_of_its_own_pages() -> None:
    make_one_of_each("lyktstolpe")
    factories.make_organisation()  # does nothing that the public may read of
    factories.make_activity(publication=Publication.DRAFT, responsible=factories.make_organisation())
    index_due()
    now = timezone.now()

    public = {(kind.value, key) for kind, source in SOURCES.items() for key in source.published(now).values_list("pk")}

    assert shown() == {(kind, key) for kind, (key,) in public}
    organisations = {("organisation", key) for key in Organisation.objects.active().values_list("pk", flat=True)}
    assert {row for row in shown() if row[0] == "organisation"} == organisations


def test_an_activity_that_was_merged_is_not_shown() -> None:
    merged = factories.make_activity(title="Gammal insats")
    factories.make_activity(merged.plan, title="Ny insats")
    into = factories.make_activity(merged.plan)
    merged.delivery_status, merged.status_reason_sv, merged.merged_into = "merged", "Slogs ihop.", into
    merged.save()
    index_due()

    assert titles("insats") == ["Ny insats"]


def withdraw(document: Document) -> None:
    document.versions.update(withdrawn_at=timezone.now())


def suspect(document: Document) -> None:
    document.versions.update(scan="infected")


@pytest.mark.parametrize("act", [withdraw, suspect])
def test_pages_of_a_version_that_is_withdrawn_are_not_found(act: Callable[[Document], None]) -> None:
    document = make_read_document("Här står lyktstolpe.", title="Om ljus")
    index_due()
    assert titles("lyktstolpe") == ["Om ljus"]

    act(document)

    assert titles("lyktstolpe") == []
    index_due()
    assert titles("lyktstolpe") == []
    assert titles("ljus") == ["Om ljus"]


def test_what_is_not_public_of_an_activity_is_not_indexed() -> None:
    activity = factories.make_activity(title="Belysning")
    factories.make_update(activity, text="Hemlig lyktstolpe.", is_public=False)
    factories.make_update(activity, text="Öppen papperskorg.")
    index_due()

    assert titles("lyktstolpe") == []
    assert titles("papperskorg") == ["Belysning"]


def test_words_about_a_goal_that_is_not_public_are_not_indexed() -> None:
    goal = factories.make_goal(publication=Publication.DRAFT)
    activity = factories.make_activity(goal=goal)
    activity.contributions.update(how_sv="Genom lyktstolpe.")
    index_due()

    assert titles("lyktstolpe") == []


def test_of_a_case_only_number_and_title_are_found() -> None:
    case = factories.make_case()
    record = case.records.get()
    index_due()

    assert [titles(word) for word in record.body.split()[:5]] == [[]] * len(record.body.split()[:5])
    assert [hit.thing for hit in ask(case.registration_number).hits] == [case]
