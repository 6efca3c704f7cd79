"""Every change of indexed data is noted in the commit that makes it."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import pytest
from django.db import connection

from actionplans.models import Involvement
from jobs.models import Round
from jobs.wake_up import Channel
from registry.models import Case
from rus_portal import worker
from search.indexing import index_due
from search.models import Change, Kind
from search.triggers import list_triggers
from tests import factories
from tests.search.things import entry_of, make_one_of_each, titles


def noted() -> set[tuple[str, int]]:
    return set(Change.objects.values_list("kind", "object_id"))


@pytest.mark.django_db
def test_every_table_is_watched_once_migrated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'search_note_%%'", [])
        found = set(cursor.fetchall())

    assert found == {(watch.table, watch.name) for watch in list_triggers()}


def change_milestone(activity: Any) -> None:
    activity.milestones.update(title_sv="Grävt")


def delete_milestone(activity: Any) -> None:
    activity.milestones.all().delete()


def report(activity: Any) -> None:
    factories.make_update(activity)


def join(activity: Any) -> None:
    activity.involvements.create(organisation=factories.make_organisation(), role=Involvement.Role.FINANCING)


@pytest.mark.django_db
@pytest.mark.parametrize("act", [change_milestone, delete_milestone, report, join])
def test_a_change_of_a_part_is_one_of_the_thing(act: Callable[[Any], None]) -> None:
    activity = factories.make_activity()
    factories.make_milestone(activity)
    index_due()

    act(activity)

    assert {row for row in noted() if row[0] == Kind.ACTIVITY} == {("activity", activity.pk)}


@pytest.mark.django_db
def test_a_part_that_moves_changes_both_things() -> None:
    milestone = factories.make_milestone()
    other = factories.make_activity()
    index_due()

    before, milestone.activity = milestone.activity, other
    milestone.save()

    assert noted() == {("activity", before.pk), ("activity", other.pk)}


@pytest.mark.django_db
def test_links_are_changes_of_documents_and_programmes() -> None:
    things = make_one_of_each("lyktstolpe")

    things[Kind.PLAN].documents.add(things[Kind.DOCUMENT])
    things[Kind.PROGRAMME].themes.add(factories.make_theme())

    assert noted() == {("document", things[Kind.DOCUMENT].pk), ("programme", things[Kind.PROGRAMME].pk)}


@pytest.mark.django_db
def test_a_case_is_changed_by_its_title_alone() -> None:
    case = factories.make_case()
    index_due()

    Case.objects.filter(pk=case.pk).update(status=Case.Status.DISTRIBUTED)
    by_status = noted()
    Case.objects.filter(pk=case.pk).update(title="Ny rubrik")

    assert by_status == set()
    assert noted() == {("case", case.pk)}


@pytest.mark.django_db
def test_what_shows_something_of_a_thing_follows_it() -> None:
    things = make_one_of_each("lyktstolpe")
    theme = factories.make_theme(title="Skärgård")
    things[Kind.PLAN].documents.add(things[Kind.DOCUMENT])
    index_due()

    things[Kind.PLAN].theme = theme
    things[Kind.PLAN].save()
    things[Kind.ORGANISATION].name_sv = "Havskommunen"
    things[Kind.ORGANISATION].save()
    things[Kind.PROGRAMME].themes.set([theme])
    index_due()

    assert set(titles("havskommunen")) == {"Havskommunen", "Insats lyktstolpe"}
    followed = (Kind.PLAN, Kind.ACTIVITY, Kind.DOCUMENT, Kind.PROGRAMME, Kind.CALL)
    assert [entry_of(things[kind], kind).themes for kind in followed] == [[theme.pk]] * len(followed)


def test_the_worker_is_woken_by_a_change(committing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next poll is later than the test waits, so only the notification can have woken the worker."""
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_ROUNDS", 600.0)
    rounds, stopping = SimpleQueue[int](), threading.Event()
    monkeypatch.setattr(worker, "stopping", stopping)

    def count() -> int:
        rounds.put(1)
        return 0

    def work() -> None:
        worker.go_rounds(Round.SEARCH, [index_due, count], Channel.SEARCH)
        connection.close()

    working = threading.Thread(target=work, daemon=True)
    working.start()
    rounds.get(timeout=60)  # it has gone its first round, and waits
    factories.make_news(title="Lyktstolpe")
    rounds.get(timeout=60)
    found = titles("lyktstolpe")
    stopping.set()
    factories.make_news()
    working.join(timeout=60)

    assert found == ["Lyktstolpe"]
    assert not working.is_alive()
