"""Two editors of one thing: the second save is stopped, shows both texts, loses nothing, and can be repeated."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin.models import DELETION
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.utils import timezone

from actionplans.models import Activity
from publishing.edit_guard import SNAPSHOT, EditGuard
from publishing.fingerprints import digest_value, fingerprint_fields
from tests import factories
from tests.publishing.kinds import KINDS
from tests.publishing.opened_forms import form_of, open_form, read_form, save_as, send, send_again, words_of

pytestmark = pytest.mark.django_db

AFTERNOON = datetime(2026, 5, 4, 12, 2, tzinfo=UTC)
"""14.02 in Stockholm."""


def stored(thing: models.Model, *names: str) -> tuple[Any, ...]:
    return type(thing)._base_manager.filter(pk=thing.pk).values_list(*names).get()


@pytest.mark.parametrize(("make", "theirs", "mine"), KINDS.values(), ids=KINDS)
def test_a_save_that_would_undo_anothers_is_stopped_once(
    editor: Client, peter: User, make: Callable[[], models.Model], theirs: str, mine: str
) -> None:
    thing = make()
    form = open_form(editor, form_of(thing))
    what = (
        "http://example.org/peter" if theirs == "website" else "Peter\nPetter" if theirs == "words" else "Peters text"
    )
    save_as(peter, thing, **{theirs: what})
    typed = "Min\nMitt" if mine == "words" else "Min text"

    stopped = send(editor, form_of(thing), form, **{mine: typed})
    kept = stored(thing, theirs)
    again = send_again(editor, thing, stopped, **({mine: typed} if theirs == mine else {}))

    words = words_of(stopped)
    assert (stopped.status_code, again.status_code) == (200, 302), words_of(again) if again.status_code == 200 else ""
    assert kept == (what,)
    assert "Inget sparades: det här har ändrats sedan du öppnade formuläret" in words
    assert "Peter Berg" in words
    assert " ".join(what.split()) in words
    assert typed.split(maxsplit=1)[0] in str(read_form(stopped.content)[mine])
    if theirs != mine:
        assert stored(thing, theirs, mine) == (what, typed)


def test_every_form_that_changes_something_is_guarded() -> None:
    unguarded = [model.__name__ for model, own in admin.site._registry.items() if not isinstance(own, EditGuard)]

    assert unguarded == []


@time_machine.travel(AFTERNOON, tick=False)
def test_both_texts_are_shown_by_whom_and_when(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Från början")
    form = open_form(editor, form_of(item))
    save_as(peter, item, title_sv="Peters rubrik")

    stopped = send(editor, form_of(item), form, title_sv="Min rubrik")

    words = words_of(stopped)
    assert "Ditt Min rubrik Sparat nu av Peter Berg 14.02 Peters rubrik" in words
    assert 'value="Min rubrik"' in stopped.content.decode()
    assert stored(item, "title_sv") == ("Peters rubrik",)


def test_what_only_the_other_changed_is_taken_into_the_form(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Rubrik", ingress_sv="Ingress.")
    form = open_form(editor, form_of(item))
    save_as(peter, item, ingress_sv="Peters ingress.")

    stopped = send(editor, form_of(item), form, title_sv="Min rubrik")

    again = read_form(stopped.content)
    assert (again["title_sv"], again["ingress_sv"]) == (["Min rubrik"], ["Peters ingress."])


@pytest.mark.parametrize(
    ("role", "own", "expected"), [("other", False, 200), ("same", True, 200), ("nobody changed", False, 302)]
)
def test_one_editor_in_two_tabs_is_two(editor: Client, role: str, own: bool, expected: int) -> None:
    item = factories.make_news(title_sv="Rubrik")
    first, second = open_form(editor, form_of(item)), open_form(editor, form_of(item))
    if role != "nobody changed":
        assert send(editor, form_of(item), second, title_sv="Andra fliken").status_code == 302

    response = send(editor, form_of(item), first, title_sv="Första fliken")

    assert response.status_code == expected
    if own:
        assert "dig själv" in words_of(response)


@pytest.mark.parametrize(
    "automatic",
    [
        {"last_confirmed_at": timezone.now()},
        {"updated_at": timezone.now()},
        {"delivery_status": "done"},
        {"status_reason_sv": "Av en rapport."},
    ],
)
def test_what_is_no_edit_of_the_form_stops_nothing(editor: Client, automatic: dict[str, Any]) -> None:
    activity = factories.make_activity()
    form = open_form(editor, form_of(activity))
    Activity.objects.filter(pk=activity.pk).update(**automatic)

    response = send(editor, form_of(activity), form, title_sv="Min rubrik")

    assert response.status_code == 302
    (name, value) = next(iter(automatic.items()))
    assert stored(activity, "title_sv") == ("Min rubrik",)
    if name != "updated_at":
        assert stored(activity, name) == (value,)


def test_the_same_text_from_both_is_no_conflict(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Rubrik")
    form = open_form(editor, form_of(item))
    save_as(peter, item, title_sv="Samma rättelse")

    assert send(editor, form_of(item), form, title_sv="Samma rättelse").status_code == 302


def test_what_somebody_published_or_withdrew_meanwhile_is_told(editor: Client, peter: User) -> None:
    item = factories.make_news(publication="draft", publish_from=None)
    form = open_form(editor, form_of(item))
    save_as(peter, item, publication="published", publish_from=timezone.now())

    stopped = send(editor, form_of(item), form, title_sv="Halvfärdig")

    assert stopped.status_code == 200
    assert "När du öppnade formuläret utkast" in words_of(stopped)
    assert stored(item, "title_sv") != ("Halvfärdig",)


def test_many_to_many_and_files_are_compared_too(editor: Client, peter: User) -> None:
    plan = factories.make_plan()
    document, member = factories.make_document(title_sv="Underlaget"), factories.make_staff(name="Anna Ek")
    form = open_form(editor, form_of(plan))
    plan.documents.add(document)
    plan.coordinators.add(member)
    save_as(peter, plan)

    stopped = send(editor, form_of(plan), form, title_sv="Min plan")
    again = send_again(editor, plan, stopped)

    assert (stopped.status_code, again.status_code) == (200, 302)
    assert "Underlaget" in words_of(stopped)
    assert "Anna Ek" in words_of(stopped)
    assert (list(plan.documents.all()), list(plan.coordinators.all())) == ([document], [member])


def test_what_was_deleted_meanwhile_is_told_with_all_that_was_typed(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Borta snart")
    form = open_form(editor, form_of(item))
    save_as(peter, item, DELETION)
    address = form_of(item)
    item.delete()

    response = send(editor, address, form, title_sv="Min rubrik", body_sv="<p>Det jag skrev.</p>")

    words = words_of(response)
    assert response.status_code == 200
    assert "Peter Berg" in words
    assert "Min rubrik" in words
    assert "Det jag skrev." in words


def test_what_was_closed_meanwhile_is_told_with_all_that_was_typed(editor: Client) -> None:
    """Changing a canned text makes a new version, which has another form."""
    text = factories.make_canned_text()
    first, second = open_form(editor, form_of(text)), open_form(editor, form_of(text))
    assert send(editor, form_of(text), first, body_sv="Peters text").status_code == 302

    response = send(editor, form_of(text), second, body_sv="Det jag skrev.")

    assert response.status_code == 403
    assert "Det jag skrev." in words_of(response)
    assert set(type(text).objects.values_list("body_sv", flat=True)) == {text.body_sv, "Peters text"}  # type: ignore[attr-defined]


def test_a_third_save_stops_the_second_attempt_too(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Rubrik")
    form = open_form(editor, form_of(item))
    save_as(peter, item, title_sv="Peters första")
    stopped = send(editor, form_of(item), form, title_sv="Min rubrik")
    save_as(peter, item, title_sv="Peters andra")

    once_more = send_again(editor, item, stopped)

    assert once_more.status_code == 200
    assert "Peters andra" in words_of(once_more)
    assert stored(item, "title_sv") == ("Peters andra",)


@pytest.mark.parametrize(
    "given", ["", "x", "{}", "[]", '{"at":1}', '{"at":"2026-01-01","fields":[],"rows":{}}', "{" * 9999]
)
def test_a_form_that_does_not_say_what_it_was_filled_with_undoes_nobodys_save(
    editor: Client, peter: User, given: str
) -> None:
    item = factories.make_news(title_sv="Rubrik")
    form = open_form(editor, form_of(item)) | {SNAPSHOT: given}
    save_as(peter, item, title_sv="Peters rubrik")

    stopped = send(editor, form_of(item), form, title_sv="Min rubrik")

    assert stopped.status_code == 200
    assert stored(item, "title_sv") == ("Peters rubrik",)
    assert send_again(editor, item, stopped).status_code == 302
    assert stored(item, "title_sv") == ("Min rubrik",)


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_moment_of_no_clock_in_the_hidden_field_breaks_nothing(editor: Client, peter: User, at: str) -> None:
    item = factories.make_news(title_sv="Rubrik")
    form = open_form(editor, form_of(item))
    form[SNAPSHOT] = [json.dumps(json.loads(form[SNAPSHOT][0]) | {"at": at})]
    save_as(peter, item, title_sv="Peters rubrik")

    stopped = send(editor, form_of(item), form, title_sv="Min rubrik")

    assert stopped.status_code == 200
    assert "Peters rubrik" in words_of(stopped)


def test_faults_and_differences_are_told_together(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Rubrik")
    form = open_form(editor, form_of(item))
    save_as(peter, item, ingress_sv="Peters ingress.")

    stopped = send(editor, form_of(item), form, title_sv="")

    words = words_of(stopped)
    assert "Peters ingress." in words
    assert stopped.context["error_links"][0][2] == "id_title_sv"
    assert read_form(stopped.content)["title_sv"] == [""]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a\r\nb", "a\nb"),
        (" a ", "a"),
        (None, ""),
        (datetime(2026, 1, 1, 8, 0, 30, tzinfo=UTC), datetime(2026, 1, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_what_forms_cannot_tell_apart_has_the_same_fingerprint(one: Any, other: Any) -> None:
    assert digest_value(one) == digest_value(other)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), (1, 2), (True, False), ([1, 2], [2, 1]), ("", "0"), (None, 0)])
def test_what_differs_has_another_fingerprint(one: Any, other: Any) -> None:
    assert digest_value(one) != digest_value(other)


def test_a_things_fingerprint_holds_what_people_edit_and_no_more() -> None:
    plan = factories.make_plan()
    before = fingerprint_fields(plan)

    plan.documents.add(factories.make_document())

    changed = {name for name, one in fingerprint_fields(plan).items() if one != before[name]}
    assert changed == {"documents"}
    assert {"id", "updated_at", "created_at"} & before.keys() == set()
    assert json.loads(json.dumps(before)) == before


def test_the_first_and_the_last_day_of_the_calendar_have_fingerprints() -> None:
    zone = timezone.get_current_timezone()

    assert len({digest_value(datetime(year, month, 1, tzinfo=zone)) for year, month in ((1, 1), (9999, 12))}) == 2
