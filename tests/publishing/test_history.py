"""Histories: each state that is saved is kept, told in words, and can be had back as a draft."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from indicators.models import OutcomeOverride
from publishing.forms.publishable import TIMES
from publishing.history.admin import HistoryAdmin, list_steps
from publishing.history.contents import FIELDS, read_contents
from publishing.models import Draft, Revision
from tests import factories
from tests.publishing.kinds import KINDS
from tests.publishing.opened_forms import find_address, form_of, open_form, save_form, words_of
from tests.rus_portal.counting import count_queries

pytestmark = pytest.mark.django_db
WITH_HISTORY = [kind for kind in KINDS if kind not in ("synonyms", "user", "retention plan")]


def page_of(thing: models.Model) -> str:
    return find_address(thing, "history", thing.pk)


def go_back(client: Client, thing: models.Model, revision: Revision) -> str:
    """Press the button at a revision. Return the address of the form that shows it."""
    response = client.post(f"{page_of(thing)}{revision.pk}/")
    assert response.status_code == 302
    return response["Location"]


def read_changes(thing: models.Model) -> list[tuple[str, str]]:
    """Return the label and the pieces of each change of the latest revision, added in brackets, removed struck."""
    marks = {"same": "{}", "added": "[{}]", "removed": "-{}-"}
    page: Any = admin.site.get_model_admin(type(thing)).get_paginator(None, Revision.objects.of(thing), 20).page(1)
    return [
        (change.label, "".join(marks[piece.kind].format(piece.text.strip()) for piece in change.pieces))
        for change in list_steps(thing, page)[0].changes
    ]


@pytest.mark.parametrize("kind", WITH_HISTORY)
def test_what_was_saved_comes_back_as_it_was(editor: Client, kind: str) -> None:
    thing = KINDS[kind][0]()
    first = read_contents(thing)
    form = open_form(editor, form_of(thing))
    texts = [name for name in form if re.fullmatch(r"[a-z_]+_(sv|en)", name) and not name.startswith("log_")]
    save_form(editor, thing, **{name: f"<p>{form[name][0]} nytt</p>" for name in texts})

    kept = list(Revision.objects.of(thing))
    save_form(editor, thing, **open_form(editor, go_back(editor, thing, kept[-1])))

    assert [one.contents for one in kept] == [kept[0].contents, first]
    assert kept[0].contents != first
    assert read_contents(thing) == first
    assert not Draft.objects.exists()


def test_every_kind_of_text_has_a_history_and_is_tried_above() -> None:
    tried = {type(KINDS[kind][0]()) for kind in WITH_HISTORY}

    assert tried | {OutcomeOverride} == {
        model for model, own in admin.site._registry.items() if isinstance(own, HistoryAdmin)
    }


def test_rows_come_back_and_those_that_are_new_go(editor: Client) -> None:
    activity = factories.make_activity()
    kept, gone = (factories.make_milestone(activity, title_sv=title) for title in ("Behålls", "Tas bort"))
    first = read_contents(activity)
    form = open_form(editor, form_of(activity))
    rows = {form[f"milestones-{at}-id"][0]: at for at in (0, 1)}
    save_form(
        editor,
        activity,
        **form
        | {
            "milestones-TOTAL_FORMS": ["3"],
            f"milestones-{rows[str(kept.pk)]}-title_sv": ["Ändrad"],
            f"milestones-{rows[str(gone.pk)]}-DELETE": ["on"],
            "milestones-2-title_sv": ["Ny"],
            "milestones-2-due_on": ["2027-01-31"],
        },
    )
    changes = read_changes(activity)

    save_form(editor, activity, **open_form(editor, go_back(editor, activity, Revision.objects.of(activity).last())))

    assert ("Milstolpe", "-Tas bort-") in changes
    assert ("Milstolpe", "[Ny]") in changes
    assert ("Milstolpe “Behålls”: Milstolpe på svenska", "-Behålls-[Ändrad]") in changes
    assert leave_out_keys(read_contents(activity)) == leave_out_keys(first)


def leave_out_keys(contents: Any) -> list[list[Any]]:
    """Return the rows, which may have come back under other keys."""
    return [sorted(rows.values(), key=str) for rows in contents["rows"].values()]


def test_changes_are_told_in_words_and_in_the_readers_language(editor: Client) -> None:
    activity = factories.make_activity(body_sv="<p>Vi bygger en cykelväg.</p><p>Den blir klar.</p>")
    partner = factories.make_organisation(name_sv="Mittuniversitetet", name_en="Mid Sweden University")
    save_form(
        editor,
        activity,
        body_sv="<p>Vi bygger en gångväg.</p><p>Den blir klar.</p>",
        **{
            "involvements-TOTAL_FORMS": "1",
            "involvements-0-organisation": str(partner.pk),
            "involvements-0-role": "participating",
        },
    )

    swedish = read_changes(activity)
    with translation.override("en"):
        english = read_changes(activity)

    assert swedish == [
        ("Text på svenska", "Vi bygger en-cykelväg.-[gångväg.]Den blir klar."),
        ("Organisationens roll", "[Mittuniversitetet]"),
    ]
    assert english[-1][1] == "[Mid Sweden University]"


def test_times_stay_as_they_are_when_a_text_comes_back(editor: Client) -> None:
    news = factories.make_news()
    save_form(editor, news, title_sv="Ny rubrik", publish_until="2030-01-01T08:00")

    form = open_form(editor, go_back(editor, news, Revision.objects.of(news).last()))

    assert form["publish_until"] == ["2030-01-01T08:00"]
    assert form["title_sv"] != ["Ny rubrik"]
    assert {*TIMES} <= Revision.objects.of(news)[0].contents[FIELDS].keys()


def test_only_those_who_may_change_a_thing_go_back(client: Client) -> None:
    plan = factories.make_plan()
    activity = factories.make_activity(plan=plan)
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    save_form(client, activity, title_sv="Ny rubrik")
    revision = Revision.objects.of(activity).last()
    client.force_login(factories.make_user(Role.COORDINATOR))

    assert client.post(f"{page_of(activity)}{revision.pk}/").status_code == 404
    assert client.get(page_of(activity)).status_code == 403
    assert not Draft.objects.exists()


def test_a_revision_of_another_thing_is_not_found(editor: Client) -> None:
    news, other = factories.make_news(), factories.make_news()
    save_form(editor, news, title_sv="Ny rubrik")

    assert editor.post(f"{page_of(other)}{Revision.objects.of(news)[0].pk}/").status_code == 404


def test_what_was_done_without_a_change_is_told_too(editor: Client) -> None:
    activity = factories.make_activity()
    editor.post(
        reverse("admin:actionplans_activity_changelist"),
        {"action": "withdraw", "_selected_action": [str(activity.pk)]},
    )

    page = editor.get(page_of(activity))

    assert "Ändrade arkiverad." in words_of(page)
    assert "Före det" not in words_of(page)


def test_a_history_outlives_the_account_that_made_it(client: Client) -> None:
    author = factories.make_user(is_staff=True, is_superuser=True, first_name="Eva", last_name="Lund")
    client.force_login(author)
    news = factories.make_news()
    save_form(client, news, title_sv="Ny rubrik")
    User.objects.filter(pk=author.pk).delete()
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))

    assert "Eva Lund" in words_of(client.get(page_of(news)))


def test_a_page_of_history_asks_as_much_however_long_it_is(editor: Client) -> None:
    activity = factories.make_activity()
    for at in range(3):
        save_form(editor, activity, title_sv=f"Rubrik {at}")
    few = count_queries(editor, page_of(activity))
    for at in range(3, 12):
        save_form(editor, activity, title_sv=f"Rubrik {at}")

    assert count_queries(editor, page_of(activity)) == few == 17


def test_what_was_saved_otherwise_is_kept_before_the_next_change(editor: Client) -> None:
    news = factories.make_news()
    save_form(editor, news, title_sv="Sparad i formuläret")
    type(news).objects.update(title_sv="Sparad på annat sätt")

    save_form(editor, news, title_sv="Sparad igen")

    titles = [one.contents[FIELDS]["title_sv"] for one in Revision.objects.of(news)][:3]
    assert titles == ["Sparad igen", "Sparad på annat sätt", "Sparad i formuläret"]
