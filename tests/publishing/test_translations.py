"""English texts: which are missing, and which may be out of date since their Swedish was changed."""

from typing import Any

import pytest
from django.db import models
from django.test import Client

from accounts.roles import Role
from publishing.models import StaleText
from tests import factories
from tests.publishing.kinds import KINDS
from tests.publishing.opened_forms import find_address, form_of, save_form, words_of

pytestmark = pytest.mark.django_db


def read_stale(thing: models.Model) -> set[str]:
    return set(StaleText.objects.of(thing).values_list("field", flat=True))


def list_found(client: Client, thing: models.Model, english: str) -> set[int]:
    response: Any = client.get(f"{find_address(thing, 'changelist')}?english={english}")
    return {one.pk for one in response.context["cl"].result_list}


def test_english_that_was_not_changed_with_its_swedish_may_be_out_of_date(editor: Client) -> None:
    news = factories.make_news(title_sv="En cykelväg", title_en="A cycle path")

    save_form(editor, news, title_sv="En gångväg")

    assert read_stale(news) == {"title"}
    page = editor.get(form_of(news))
    assert "Engelskan kan vara inaktuell" in words_of(page)
    assert '<a href="#id_title_en">Titel på engelska</a>' in page.content.decode()
    assert "cykelväg" in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "stale"),
    [
        ({"title_sv": "En gångväg", "title_en": "A footpath"}, set()),
        ({"title_en": "A path for cycling"}, set()),
        ({"ingress_en": "Something else."}, set()),
        ({"title_sv": "En gångväg", "ingress_en": "Something else."}, {"title"}),
        ({"title_sv": "En gångväg", "ingress_sv": "Något annat."}, {"title", "ingress"}),
    ],
)
def test_only_what_was_left_behind_is_stale(editor: Client, typed: dict[str, str], stale: set[str]) -> None:
    news = factories.make_news(title_sv="En cykelväg", title_en="A cycle path", ingress_sv="Hej.", ingress_en="Hi.")

    save_form(editor, news, **typed)

    assert read_stale(news) == stale


def test_what_has_no_english_is_missing_and_not_stale(editor: Client) -> None:
    news = factories.make_news(title_sv="En cykelväg", title_en="")

    save_form(editor, news, title_sv="En gångväg")

    assert read_stale(news) == set()
    assert list_found(editor, news, "missing") == {news.pk}
    assert list_found(editor, news, "done") == set()


@pytest.mark.parametrize(
    "typed", [{"title_en": "A footpath"}, {"title_sv": "En cykelväg"}], ids=["translated", "undone"]
)
def test_what_is_in_step_again_is_forgotten(editor: Client, typed: dict[str, str]) -> None:
    news = factories.make_news(title_sv="En cykelväg", title_en="A cycle path")
    save_form(editor, news, title_sv="En gångväg")
    save_form(editor, news, title_sv="En gångväg och mer")

    save_form(editor, news, **typed)

    assert read_stale(news) == set()


def test_the_difference_is_told_from_when_the_two_were_in_step(editor: Client) -> None:
    news = factories.make_news(title_sv="En smal väg längs ån", title_en="A path")
    save_form(editor, news, title_sv="En bred väg längs ån")
    save_form(editor, news, title_sv="En bred väg längs sjön")

    page = words_of(editor.get(form_of(news)))

    assert "En borttaget: smal tillagt: bred väg längs borttaget: ån tillagt: sjön" in page


def test_english_that_is_right_as_it_is_can_be_said_to_be(editor: Client) -> None:
    news = factories.make_news(title_sv="En cykelväg", title_en="A cycle path")
    save_form(editor, news, title_sv="En cykelväg!")

    response = editor.post(f"{form_of(news)}translated/", follow=True)

    assert "Noterat: engelskan stämmer som den är." in words_of(response)
    assert "Engelskan kan vara inaktuell" not in words_of(response)
    assert read_stale(news) == set()


def test_only_those_who_may_change_it_say_so(client: Client) -> None:
    activity = factories.make_activity()
    client.force_login(factories.make_user(Role.COORDINATOR))

    assert client.post(f"{form_of(activity)}translated/").status_code == 404


def test_lists_are_narrowed_by_how_things_stand_in_english(editor: Client) -> None:
    done, stale, missing = (factories.make_activity(title_en=text) for text in ("Done", "Stale", ""))
    save_form(editor, stale, title_sv="Ny rubrik")

    found = {english: list_found(editor, done, english) for english in ("missing", "stale", "done")}

    assert found == {"missing": {missing.pk}, "stale": {stale.pk}, "done": {done.pk}}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("synonyms", "user", "retention plan")])
def test_every_list_can_be_narrowed(editor: Client, kind: str) -> None:
    thing = KINDS[kind][0]()

    assert thing.pk in list_found(editor, thing, "missing") | list_found(editor, thing, "done")


def test_coordinators_see_it_on_their_first_page(client: Client) -> None:
    plan, user = factories.make_plan(), factories.make_user(Role.COORDINATOR)
    plan.coordinators.add(factories.make_staff(user=user))
    factories.make_activity(plan=plan, title_en="")
    stale = factories.make_activity(plan=plan, title_en="Here")
    client.force_login(user)
    save_form(client, stale, title_sv="Ny rubrik")

    page = words_of(client.get("/admin/"))

    assert "1 där något saknas på engelska" in page
    assert "1 där engelskan kan vara inaktuell" in page
