"""The bin: what was deleted comes back whole."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from publishing.history.deletions import KEPT, remove_old_deletions
from publishing.models import Deletion
from tests import factories
from tests.publishing.kinds import KINDS
from tests.publishing.opened_forms import find_address, words_of

pytestmark = pytest.mark.django_db
DELETABLE = [kind for kind in KINDS if kind not in ("synonyms", "user", "retention plan", "assessment")]
"""The kinds with a bin, without judgements: they are deleted with their follow-up only."""
NOT_COMPARED = ("auth_", "django_", "publishing_", "search_", "jobs_", "accounts_")


def read_tables() -> dict[str, list[Any]]:
    """Return every row of the content, as the database has it."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(table for table in tables if not table.startswith(NOT_COMPARED)):
            cursor.execute(f'SELECT to_jsonb(row)::text FROM "{table}" AS row ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def delete_thing(client: Client, thing: models.Model) -> Any:
    response = client.post(find_address(thing, "delete", thing.pk), {"post": "yes"}, follow=True)
    assert response.status_code == 200
    return response


def make_with_everything(kind: str) -> models.Model:
    thing = KINDS[kind][0]()
    if kind == "activity":
        factories.make_milestone(thing)
    if kind == "staff":
        factories.make_document(responsible=thing)
        factories.make_plan().coordinators.add(thing)
    if hasattr(thing, "publication"):
        type(thing)._base_manager.filter(pk=thing.pk).update(publication="draft")
    return thing


@pytest.mark.parametrize("kind", DELETABLE)
def test_what_was_deleted_comes_back_whole(editor: Client, kind: str) -> None:
    thing = make_with_everything(kind)
    before, pk = read_tables(), thing.pk
    response = delete_thing(editor, thing)
    assert "papperskorgen" in words_of(response)

    back = editor.post(find_address(thing, "bring_back", Deletion.objects.get().pk))

    assert (back.status_code, back["Location"]) == (302, find_address(thing, "change", pk))
    assert read_tables() == before
    assert not Deletion.objects.exists()


def test_what_was_public_comes_back_withdrawn(editor: Client) -> None:
    news = factories.make_news()
    delete_thing(editor, news)

    editor.post(find_address(news, "bring_back", Deletion.objects.get().pk))

    news.refresh_from_db()
    assert news.publication == "archived"


def test_several_that_were_deleted_at_once_each_come_back(editor: Client) -> None:
    news = [factories.make_news() for _n in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [str(one.pk) for one in news], "post": "yes"}
    editor.post(find_address(news[0], "changelist"), chosen)

    page = words_of(editor.get(find_address(news[0], "bin")))

    assert Deletion.objects.count() == 3
    assert page.count("Ta tillbaka") == 3


def test_a_thing_whose_whole_is_gone_stays_in_the_bin_and_says_why(editor: Client) -> None:
    plan = factories.make_plan(publication="draft")
    activity = factories.make_activity(plan=plan, publication="draft")
    delete_thing(editor, activity)
    delete_thing(editor, plan)

    response = editor.post(
        find_address(activity, "bring_back", Deletion.objects.get(title=str(activity)).pk), follow=True
    )

    assert "Något som det hörde till har tagits bort sedan dess. Ta tillbaka det först." in words_of(response)
    assert Deletion.objects.count() == 2


def test_a_thing_whose_place_is_taken_says_so(editor: Client) -> None:
    news = factories.make_news(slug="cykelvag")
    delete_thing(editor, news)
    factories.make_news(slug="cykelvag")

    response = editor.post(find_address(news, "bring_back", Deletion.objects.get().pk), follow=True)

    assert "Något annat har nu samma adress eller plats. Ändra det först." in words_of(response)


def test_only_those_who_may_delete_have_a_bin(editor: Client) -> None:
    activity = factories.make_activity()
    delete_thing(editor, activity)
    pk = Deletion.objects.get().pk
    editor.force_login(factories.make_user(Role.COORDINATOR))

    answers = editor.get(find_address(activity, "bin")), editor.post(find_address(activity, "bring_back", pk))

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "papperskorg" not in words_of(editor.get(find_address(activity, "changelist"))).lower()
    assert Deletion.objects.exists()


def test_the_bin_is_found_before_and_after_deleting(editor: Client) -> None:
    news = factories.make_news()

    question = editor.get(find_address(news, "delete", news.pk))

    assert "Det sparas i papperskorgen i 90 dagar och kan tas tillbaka tills dess." in words_of(question)
    assert f'href="{find_address(news, "bin")}"' in delete_thing(editor, news).content.decode()
    assert f'href="{find_address(news, "bin")}"' in editor.get(find_address(news, "changelist")).content.decode()


def test_after_ninety_days_it_is_gone(editor: Client) -> None:
    for _n in range(2):
        delete_thing(editor, factories.make_news())
    Deletion.objects.filter(pk=Deletion.objects.first().pk).update(deleted_at=timezone.now() - KEPT)

    remove_old_deletions()

    assert Deletion.objects.count() == 1
