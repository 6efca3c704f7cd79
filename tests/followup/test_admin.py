"""Who prepares, assesses, publishes and corrects a follow-up."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from followup.models import Assessment, FollowUp
from publishing.models import Publication
from strategy.models import Goal
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/followup/followup/"
NO_ROWS = {"evidence-TOTAL_FORMS": 0, "evidence-INITIAL_FORMS": 0}


@pytest.fixture
def goal() -> Goal:
    return factories.make_goal(factories.make_strategy(title="Framtid"), title="Målet", code="1")


def change_url(thing: FollowUp | Assessment) -> str:
    return f"/admin/followup/{thing._meta.model_name}/{thing.pk}/change/"


def form_of(followup: FollowUp, **given: Any) -> dict[str, Any]:
    names = ("kind", "year", "as_of", "slug", "signed_by", "signed_on")
    texts = [f"{name}_{language}" for name in ("title", "summary", "body") for language in ("sv", "en")]
    values = {name: getattr(followup, name) or "" for name in (*names, *texts)}
    return {**values, "corrections-TOTAL_FORMS": 0, "corrections-INITIAL_FORMS": 0, **factories.MINOR, **given}


def test_administrator_publishes_and_the_follow_up_is_frozen(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR)
    followup = factories.make_followup(goal.strategy)

    response = client.post(change_url(followup), form_of(followup, title_sv="Året", _publish="x"))

    followup.refresh_from_db()
    assert (response.status_code, followup.publication) == (302, Publication.PUBLISHED)
    assert followup.frozen["title"]["sv"] == "Året"
    assert client.get(followup.get_absolute_url()).status_code == 200


def test_publishing_without_an_assessment_says_which_goal_and_keeps_the_text(
    log_in: Callable[..., Client], goal: Goal
) -> None:
    client = log_in(Role.ADMINISTRATOR)
    followup = factories.make_followup(goal.strategy, assessed=False)

    response = client.post(change_url(followup), form_of(followup, title_sv="Min rubrik", _publish="x"))

    page = response.content.decode()
    assert "1 Målet är inte bedömt än." in page
    assert "Min rubrik" in page
    followup.refresh_from_db()
    assert (followup.publication, followup.frozen) == (Publication.DRAFT, None)


def test_follow_up_cannot_be_published_before_it_is_saved(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR)
    draft = FollowUp(year=2025, as_of=date(2025, 12, 31), slug="ny", signed_by="A", signed_on=date(2026, 1, 1))
    filled = form_of(draft, strategy=goal.strategy.pk, title_sv="A", summary_sv="B", _publish="x")

    response = client.post(f"{LIST}add/", filled)

    assert (response.status_code, FollowUp.objects.exists()) == (200, False)
    assert 'name="_publish"' not in client.get(f"{LIST}add/").content.decode()


def test_saved_draft_gets_an_assessment_for_every_goal(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR)
    draft = FollowUp(year=2025, as_of=date(2025, 12, 31), slug="ny", signed_by="A", signed_on=date(2026, 1, 1))

    response = client.post(
        f"{LIST}add/", form_of(draft, strategy=goal.strategy.pk, title_sv="A", summary_sv="B"), follow=True
    )

    assert [row.goal for row in Assessment.objects.all()] == [goal]
    assert change_url(Assessment.objects.get()) in response.content.decode()


@pytest.mark.parametrize("button", ["_publish", "_withdraw"])
def test_coordinator_may_neither_publish_nor_withdraw(log_in: Callable[..., Client], goal: Goal, button: str) -> None:
    client = log_in(Role.COORDINATOR)
    followup = factories.make_followup(goal.strategy)
    assert f'name="{button}"' not in client.get(change_url(followup)).content.decode()

    response = client.post(change_url(followup), form_of(followup, **{button: "x"}))

    followup.refresh_from_db()
    assert (response.status_code, followup.publication) == (403, Publication.DRAFT)


def test_coordinator_assesses_with_evidence(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.COORDINATOR)
    assessment = factories.make_followup(goal.strategy, assessed=False).assessments.get()
    document = factories.make_document()
    row = {"evidence-TOTAL_FORMS": 1, "evidence-INITIAL_FORMS": 0, "evidence-0-document": document.pk}
    judged = {"verdict": "reached", "text_sv": "Vi når det.", "signed_by": "Anna Ek", "signed_on": "2026-02-01"}

    response = client.post(
        change_url(assessment), judged | row | {"evidence-0-page": 1, "evidence-0-label_sv": "Tabell"}
    )

    assessment.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, change_url(assessment.followup))
    assert (assessment.verdict, assessment.is_complete) == ("reached", True)
    assert [(row.document, row.page) for row in assessment.evidence.all()] == [(document, 1)]


def test_page_that_the_document_does_not_have_is_refused(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.COORDINATOR)
    assessment = factories.make_followup(goal.strategy).assessments.get()
    row = {"evidence-TOTAL_FORMS": 1, "evidence-INITIAL_FORMS": 0, "evidence-0-page": 7}

    response = client.post(change_url(assessment), row | {"evidence-0-document": factories.make_document().pk})

    assert "Dokumentet slutar på sidan 1." in response.content.decode()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_nothing_that_is_published_is_changed_by_a_post(log_in: Callable[..., Client], goal: Goal, role: Role) -> None:
    client = log_in(role)
    followup = factories.publish_followup(factories.make_followup(goal.strategy, slug="arets", title="Årets"))
    assessment = followup.assessments.get()
    before = FollowUp.objects.values().get(), Assessment.objects.values().get()

    client.post(change_url(followup), form_of(followup, title_sv="Annan", slug="annan", year=1999, signed_by="B"))
    refused = client.post(change_url(assessment), NO_ROWS | {"verdict": "reached", "text_sv": "Annat"})
    deleted = [
        client.post(change_url(thing).replace("change", "delete"), {"post": "yes"}) for thing in (followup, assessment)
    ]
    bulk = client.post(LIST, {"action": "delete_selected", "_selected_action": followup.pk, "post": "yes"})

    assert [response.status_code for response in (refused, *deleted)] == [403, 403, 403]
    assert bulk.status_code in {200, 302}
    after = FollowUp.objects.values().get(), Assessment.objects.values().get()
    assert after[0] | {"updated_at": None} == before[0] | {"updated_at": None}
    assert after[1] == before[1]


def test_administrator_corrects_what_is_published(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR)
    followup = factories.publish_followup(factories.make_followup(goal.strategy, slug="arets"))
    row = {"corrections-TOTAL_FORMS": 1, "corrections-0-text_sv": "Det var fel.", "corrections-0-signed_by": "Anna Ek"}

    response = client.post(change_url(followup), form_of(followup, **row))

    assert response.status_code == 302
    assert [correction.text_sv for correction in followup.corrections.all()] == ["Det var fel."]
    assert "Det var fel." in client.get(followup.get_absolute_url()).content.decode()
    assert "Det var fel." in client.get(change_url(followup)).content.decode()


def test_administrator_withdraws_and_publishes_again(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR)
    followup = factories.publish_followup(factories.make_followup(goal.strategy))
    frozen = followup.frozen
    statuses = []

    for button in ("_withdraw", "_publish"):
        client.post(change_url(followup), form_of(followup, **{button: "x"}))
        statuses.append(client.get(followup.get_absolute_url()).status_code)

    followup.refresh_from_db()
    assert (statuses, followup.frozen) == ([404, 200], frozen)


def test_preview_shows_what_would_be_frozen_and_what_is_in_the_way(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.COORDINATOR)
    factories.make_activity(goal=goal)
    followup = factories.make_followup(goal.strategy, assessed=False)

    page = client.get(f"/admin/followup/followup/{followup.pk}/preview/").content.decode()

    for words in ("Det här skulle frysas", "1 Målet är inte bedömt än.", "1 pågår"):
        assert words in page, words
    followup.refresh_from_db()
    assert followup.frozen is None


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST, None])
def test_others_see_neither_preview_nor_draft(log_in: Callable[..., Client], goal: Goal, role: Role | None) -> None:
    client = log_in(role)
    followup = factories.make_followup(goal.strategy)

    for url in (f"/admin/followup/followup/{followup.pk}/preview/", f"{LIST}annual/", change_url(followup)):
        assert client.get(url).status_code == 403
    assert client.get(followup.get_absolute_url()).status_code == 404


def test_yearly_account_is_drafted_with_one_click(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR, first_name="Anna", last_name="Ek")
    assert f'href="{LIST}annual/"' in client.get(LIST).content.decode()
    assert 'value="Anna Ek"' in client.get(f"{LIST}annual/").content.decode()

    response = client.post(f"{LIST}annual/", {"strategy": goal.strategy.pk, "year": 2025, "signed_by": "Anna Ek"})

    draft = FollowUp.objects.get()
    assert (response["Location"], draft.kind, draft.as_of) == (change_url(draft), "annual", date(2025, 12, 31))
    assert [row.goal for row in draft.assessments.all()] == [goal]


def test_coordinator_does_not_draft_the_yearly_account(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.COORDINATOR)

    response = client.post(f"{LIST}annual/", {"strategy": goal.strategy.pk, "year": 2025, "signed_by": "Anna Ek"})

    assert (response.status_code, FollowUp.objects.exists()) == (403, False)
    assert f'href="{LIST}annual/"' not in client.get(LIST).content.decode()


def test_account_of_a_year_to_come_is_refused(log_in: Callable[..., Client], goal: Goal) -> None:
    client = log_in(Role.ADMINISTRATOR)

    response = client.post(f"{LIST}annual/", {"strategy": goal.strategy.pk, "year": 2090, "signed_by": "Anna Ek"})

    assert "Det året har inte börjat." in response.content.decode()
    assert not FollowUp.objects.exists()
