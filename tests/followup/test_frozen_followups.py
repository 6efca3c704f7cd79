"""A published follow-up never changes, whatever happens to the things in it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client

from actionplans.models import ActionPlan, Activity, Milestone, Organisation
from contacts.models import StaffMember
from documents.models import Document
from documents.versions import add_version
from followup.models import Assessment, Correction, Evidence, FollowUp
from indicators.models import Indicator
from indicators.services import refresh_derived_fields
from publishing.models import Publication
from strategy.models import Goal
from tests import factories
from tests.followup.report_text import main_of, report_of, text_of

pytestmark = pytest.mark.django_db
PAGES = [
    "/uppfoljning/arets/",
    "/uppfoljning/arets/aktiviteter/",
    "/uppfoljning/arets/mal/arbete/",
    "/en/follow-up/arets/",
    "/en/follow-up/arets/activities/",
    "/en/follow-up/arets/goals/arbete/",
]
REPORTS = ["/uppfoljning/arets/rapport.pdf", "/en/follow-up/arets/report.pdf"]


@pytest.fixture
def published() -> FollowUp:
    """A published follow-up with one of everything."""
    owner = factories.make_staff(name="Berit Berg")
    strategy = factories.make_strategy(title="Framtid")
    goal = factories.make_goal(strategy, title_sv="Fler i arbete", title_en="More at work", slug="arbete")
    plan = factories.make_plan(strategy=strategy, title="Plan för arbete", slug="planen", coordinators=[owner])
    ended = date(2025, 6, 30)
    activity = factories.make_activity(
        plan,
        goal=goal,
        title="Lärcentrum",
        slug="larcentrum",
        contact=owner,
        ends_on=ended,
        planned_amount=5_000_000,
        responsible=factories.make_organisation(name="Kramfors kommun", slug="kramfors"),
    )
    activity.milestones.create(title_sv="Hyra lokal", title_en="Rent rooms", due_on=ended, reached_on=ended)
    factories.make_indicator({2015: "70", 2024: "75.5"}, {2030: "80"}, title="Sysselsättning", goals=[goal])
    document = factories.make_document(title="Underlaget", slug="underlaget")
    followup = factories.make_followup(strategy, slug="arets", title="Årets uppföljning")
    followup.assessments.get().evidence.create(document=document, page=1, label_sv="Tabell 1", label_en="Table 1")
    return factories.publish_followup(followup)


def change_everything() -> None:
    """Change, rename, withdraw or delete everything in the follow-up."""
    goal, plan, activity = Goal.objects.get(), ActionPlan.objects.get(), Activity.objects.get()
    document, indicator = Document.objects.get(), Indicator.objects.get()
    for thing in (goal, goal.strategy, plan, activity, document, indicator):
        thing.title_sv, thing.title_en, thing.slug = "Ändrat", "Changed", f"{thing.slug}-ny"
        thing.summary_sv = thing.summary_en = "Ändrad text."
        thing.save()
    goal.code, goal.publication = "X9", Publication.ARCHIVED
    goal.save()
    activity.delivery_status, activity.status_reason_sv, activity.planned_amount = "cancelled", "Slut", 1
    activity.ends_on = None
    activity.save()
    Milestone.objects.all().delete()
    Organisation.objects.update(name_sv="Annan", name_en="Other")
    indicator.values.all().delete()
    factories.make_value(indicator, 2024, "12")
    refresh_derived_fields(indicator)
    add_version(document, ContentFile(factories.make_pdf_file("ny"), name="ny.pdf"), "Ny version.", "New version.")
    StaffMember.objects.all().delete()
    factories.make_goal(goal.strategy)
    factories.make_activity(plan)


def test_page_and_report_stay_byte_for_byte_when_everything_they_saw_has_changed(
    client: Client, published: FollowUp
) -> None:
    before = {path: main_of(client, path) for path in PAGES}
    reports = {path: report_of(client, path) for path in REPORTS}
    for words in ("Fler i arbete", "Lärcentrum", "75,5", "Kramfors kommun", "Underlaget, sidan 1", "Hyra lokal"):
        assert words in " ".join(before.values()), words
    change_everything()

    assert {path: main_of(client, path) for path in PAGES} == before
    assert {path: report_of(client, path) for path in REPORTS} == reports
    assert {path: text_of(made) for path, made in reports.items()} == {
        path: text_of(report_of(client, path)) for path in REPORTS
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/handlingsplaner/planen/", "/handlingsplaner/planen-ny/"),
        ("/handlingsplaner/planen/larcentrum/", "/handlingsplaner/planen-ny/larcentrum-ny/"),
        ("/dokument/underlaget/fil/1", "/dokument/underlaget-ny/fil/1"),
    ],
)
def test_addresses_of_the_day_lead_on(client: Client, published: FollowUp, old: str, new: str) -> None:
    change_everything()

    response = client.get(old, follow=True)
    assert response.getvalue()

    assert (response.status_code, response.redirect_chain[-1]) == (200, (new, 301))


REFUSED: dict[str, Callable[[], object]] = {
    "title": lambda: FollowUp.objects.update(title_sv="Nytt"),
    "address": lambda: FollowUp.objects.update(slug="ny"),
    "frozen data": lambda: FollowUp.objects.update(frozen={}),
    "thaw": lambda: FollowUp.objects.update(frozen=None, frozen_at=None, publication="draft"),
    "follow-up deleted": lambda: FollowUp.objects.all().delete(),
    "judgement": lambda: Assessment.objects.update(verdict="reached"),
    "assessment deleted": lambda: Assessment.objects.all().delete(),
    "page": lambda: Evidence.objects.update(page=2),
    "evidence deleted": lambda: Evidence.objects.all().delete(),
    "evidence added": lambda: Evidence.objects.create(
        assessment=Assessment.objects.get(), document=factories.make_document()
    ),
    "assessment added": lambda: Assessment.objects.create(followup=FollowUp.objects.get(), goal=factories.make_goal()),
    "document deleted": lambda: Document.objects.all().delete(),
    "goal deleted": lambda: Goal.objects.all().delete(),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_database_refuses_to_change_what_was_published(published: FollowUp, change: Callable[[], object]) -> None:
    before = list(FollowUp.objects.values()), list(Assessment.objects.values()), list(Evidence.objects.values())

    with pytest.raises(IntegrityError), transaction.atomic():
        change()

    assert (
        list(FollowUp.objects.values()),
        list(Assessment.objects.values()),
        list(Evidence.objects.values()),
    ) == before


def test_draft_can_be_changed_and_deleted_with_its_parts() -> None:
    factories.make_goal(factories.make_strategy())
    followup = factories.make_followup()
    followup.assessments.get().evidence.create(document=factories.make_document())

    Assessment.objects.update(verdict="reached")
    followup.delete()

    assert not Assessment.objects.exists()


def test_withdrawn_follow_up_is_gone_and_comes_back_the_same(client: Client, published: FollowUp) -> None:
    before = main_of(client, PAGES[0])

    FollowUp.objects.update(publication="archived")
    assert client.get(PAGES[0]).status_code == 404
    FollowUp.objects.update(publication="published")

    assert main_of(client, PAGES[0]) == before


def test_correction_stands_on_top_of_page_and_report(client: Client, published: FollowUp) -> None:
    published.corrections.create(
        text_sv="Värdet för 2024 var fel.", signed_by="Anna Ek", noted_on=date(2026, 3, 1)
    )  # fmt: skip

    page = main_of(client, PAGES[0])
    assert page.index("Värdet för 2024 var fel.") < page.index("<h1")
    assert ("Rättelse 1 mars 2026" in page, "Anna Ek" in page) == (True, True)
    told = text_of(report_of(client, REPORTS[0])).replace("\r\n", " ")
    assert told.index("Rättelse 1 mars 2026, Anna Ek: Värdet för 2024 var fel.") < told.index("Sammanfattning")


def test_corrections_are_only_added_and_only_to_what_is_published(published: FollowUp) -> None:
    correction = published.corrections.create(text_sv="Fel.", signed_by="Anna Ek")
    draft = factories.make_followup()

    for change in (
        lambda: Correction.objects.update(text_sv="Rätt."),
        correction.delete,
        lambda: draft.corrections.create(text_sv="Fel.", signed_by="Anna Ek"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_report_dated_by_its_day_is_the_same_every_time(client: Client, published: FollowUp) -> None:
    assert report_of(client, REPORTS[0]) == report_of(client, REPORTS[0])
    assert report_of(client, REPORTS[0]) != report_of(client, REPORTS[1])
