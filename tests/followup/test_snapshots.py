"""The snapshot of a follow-up, as of its day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.models import FollowUp
from followup.services import draft_annual_followup, find_faults, freeze_for_publishing
from followup.snapshots import take_snapshot
from publishing.models import Publication
from strategy.models import Goal
from tests import factories

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 12, 31)


@pytest.fixture
def goal() -> Goal:
    return factories.make_goal(factories.make_strategy(slug="strategin"), slug="malet")


def seen_of(goal: Goal) -> dict:
    return take_snapshot(factories.make_followup(goal.strategy, as_of=AS_OF))


def test_status_is_that_of_the_day_and_not_of_today(goal: Goal) -> None:
    activity = factories.make_activity(goal=goal, delivery_status="paused", status_reason_sv="Väntar")
    for day, before, after in ((1, "planned", "ongoing"), (20, "ongoing", "done"), (25, "done", "paused")):
        activity.updates.create(
            reported_on=date(2026, 1, day), before=before, after=after, text_sv="Så.", signed_by="A"
        )  # fmt: skip

    seen = seen_of(goal)["plans"][0]["activities"][0]

    assert (seen["status"], seen["reason"]["sv"], seen["late"]) == ("planned", "", False)


def test_report_of_the_day_itself_is_seen(goal: Goal) -> None:
    activity = factories.make_activity(goal=goal, delivery_status="done")
    activity.updates.create(reported_on=AS_OF, before="ongoing", after="done", text_sv="Klart.", signed_by="A")

    assert seen_of(goal)["plans"][0]["statuses"] == {"done": 1}


@pytest.mark.parametrize(
    ("ends_on", "late"),
    [(date(2025, 12, 30), True), (date(2025, 12, 31), False), (date(2026, 1, 2), False), (None, False)],
)
def test_late_is_counted_on_the_day(goal: Goal, ends_on: date | None, late: bool) -> None:
    factories.make_activity(goal=goal, ends_on=ends_on)

    seen = seen_of(goal)

    assert (seen["plans"][0]["activities"][0]["late"], seen["goals"][0]["delivery"]["late"]) == (late, int(late))


def test_milestone_reached_later_is_not_reached_on_the_day(goal: Goal) -> None:
    activity = factories.make_activity(goal=goal)
    for reached_on in (AS_OF, date(2026, 1, 1), None):
        activity.milestones.create(title_sv="Steg", due_on=AS_OF, reached_on=reached_on)

    delivery = seen_of(goal)["goals"][0]["delivery"]

    assert (delivery["milestones"], delivery["milestones_reached"]) == (3, 1)


def test_amounts_and_names_are_kept(goal: Goal) -> None:
    activity = factories.make_activity(
        goal=goal, planned_amount=300, responsible=factories.make_organisation(name="Region")
    )
    activity.involvements.create(organisation=factories.make_organisation(name="EU"), role="financing", amount=200)

    seen = seen_of(goal)
    kept = seen["plans"][0]["activities"][0]

    assert (kept["responsible"]["sv"], kept["planned_amount"]) == ("Region", 300)
    assert kept["financing"] == [{"name": {"sv": "EU", "en": "EU"}, "amount": 200}]
    assert seen["goals"][0]["delivery"]["planned_amount"] == 300


def test_activity_for_two_goals_counts_under_each_and_once_in_its_plan(goal: Goal) -> None:
    other = factories.make_goal(goal.strategy)
    activity = factories.make_activity(goal=goal)
    activity.contributions.create(goal=other, how_sv="Så.")

    seen = seen_of(goal)

    assert [row["delivery"]["total"] for row in seen["goals"]] == [1, 1]
    assert [plan["total"] for plan in seen["plans"]] == [1]


def test_nothing_unpublished_is_seen(goal: Goal) -> None:
    hidden = {"publication": Publication.DRAFT}
    factories.make_activity(goal=goal, title="Hemlig aktivitet", **hidden)
    factories.make_activity(factories.make_plan(title="Hemlig plan", **hidden), goal=goal, title="I hemlig plan")
    factories.make_goal(goal.strategy, title="Hemligt mål", **hidden)
    factories.make_indicator({2015: "1"}, title="Hemlig indikator", goals=[goal], **hidden)

    assert "emlig" not in str(seen_of(goal))


def test_evidence_keeps_the_version_that_was_current(goal: Goal) -> None:
    document = factories.make_document(versions=2, title="Underlag")
    followup = factories.make_followup(goal.strategy)
    followup.assessments.get().evidence.create(document=document, page=1)

    (evidence,) = take_snapshot(followup)["goals"][0]["assessment"]["evidence"]

    newest = document.versions.get(number=2)
    assert (evidence["version"], evidence["checksum"], evidence["page"]) == (2, newest.checksum, 1)


def test_publishing_asks_for_every_goal(goal: Goal) -> None:
    followup = factories.make_followup(goal.strategy)
    factories.make_goal(goal.strategy, code="9", title="Nytt mål")

    with pytest.raises(ValidationError, match="9 Nytt mål"):
        freeze_for_publishing(followup)
    assert followup.frozen is None


@pytest.mark.parametrize("missing", [{"verdict": ""}, {"text_sv": ""}, {"signed_by": ""}, {"signed_on": None}])
def test_publishing_asks_for_judgement_words_name_and_date(goal: Goal, missing: dict) -> None:
    followup = factories.make_followup(goal.strategy)
    assert find_faults(followup) == []

    followup.assessments.update(**missing)

    assert len(find_faults(followup)) == 1


def test_publishing_refuses_evidence_that_the_public_cannot_read(goal: Goal) -> None:
    followup = factories.make_followup(goal.strategy)
    evidence = followup.assessments.get().evidence
    evidence.create(document=factories.make_document(title="Utkastet", publication=Publication.DRAFT))
    evidence.create(document=factories.make_document(versions=0, title="Tomma"))

    found = find_faults(followup)

    assert [next(name for name in ("Utkastet", "Tomma") if name in fault) for fault in found] == ["Utkastet", "Tomma"]


def test_annual_draft_starts_from_the_words_of_the_last_assessments(goal: Goal) -> None:
    before = factories.make_followup(goal.strategy, year=2024, as_of=date(2024, 12, 31))
    factories.publish_followup(before)

    draft = draft_annual_followup(goal.strategy, 2025, "Anna Ek")

    assessment = draft.assessments.get()
    assert (assessment.text_sv, assessment.verdict, assessment.signed_by) == ("Vi når en bit.", "", "")
    assert (draft.slug, draft.as_of, draft.kind, draft.publication) == ("arsredovisning-2025", AS_OF, "annual", "draft")
    assert draft.title_sv.startswith("Årsredovisning 2025 av ")


def test_second_draft_of_a_year_gets_an_address_of_its_own(goal: Goal) -> None:
    slugs = [draft_annual_followup(goal.strategy, 2025, "Anna Ek").slug for _n in range(3)]

    assert slugs == ["arsredovisning-2025", "arsredovisning-2025-2", "arsredovisning-2025-3"]


def test_draft_of_a_year_leaves_an_address_that_still_leads_to_another_alone(goal: Goal) -> None:
    renamed = draft_annual_followup(goal.strategy, 2025, "Anna Ek")
    renamed.publish_from, renamed.slug = timezone.now(), "redovisning"
    renamed.save()

    assert draft_annual_followup(goal.strategy, 2025, "Anna Ek").slug == "arsredovisning-2025-2"


def test_address_of_another_page_is_refused(goal: Goal) -> None:
    followup = FollowUp(
        strategy=goal.strategy, slug="jamfor", year=2025, as_of=AS_OF, title_sv="A", summary_sv="B", signed_by="C"
    )

    with pytest.raises(ValidationError) as refused:
        followup.full_clean()

    assert list(refused.value.message_dict) == ["slug"]


def test_freezing_asks_as_often_with_many_activities(goal: Goal) -> None:
    def count() -> int:
        followup = factories.make_followup(goal.strategy)
        followup.assessments.first().evidence.create(document=document)
        with CaptureQueriesContext(connection) as queries:
            take_snapshot(followup)
        return len(queries)

    document = factories.make_document()
    plan = factories.make_plan(strategy=goal.strategy)
    factories.make_indicator({2015: "1"}, goals=[goal])
    factories.make_activity(plan, goal=goal, responsible=factories.make_organisation())
    one = count()
    organisation = factories.make_organisation()
    for _n in range(30):
        activity = factories.make_activity(plan, goal=goal, responsible=organisation)
        activity.milestones.create(title_sv="Steg", due_on=AS_OF)
    factories.make_activity(goal=factories.make_goal(goal.strategy))
    factories.make_indicator({2015: "1"}, goals=[goal])

    assert (count(), one) == (one, 16)
