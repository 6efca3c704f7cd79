"""Every page asks the database as often with many rows as with one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actionplans.models import ActionPlan, Organisation
from contacts.models import StaffMember
from documents.models import Document
from followup.models import FollowUp
from followup.snapshots import take_snapshot
from funding.models import FundingProgramme
from indicators.models import Indicator
from publishing.changes import note_change
from registry import day_heads
from registry.models import Case
from registry.services import case_acts
from search.indexing import index_due
from strategy.models import Goal, Strategy
from tests import factories

pytestmark = pytest.mark.django_db
MANY = 61
"""Two pages of the longest list, and one row more."""
QUERIES = {
    "/": 9,
    "/en/": 9,
    "/strategi/": 5,
    "/strategi/strategin/": 5,
    "/mal/": 6,
    "/mal/malet/": 9,
    "/indikatorer/": 3,
    "/indikatorer/indikatorn/": 7,
    "/en/indicators/indikatorn/": 7,
    "/indikatorer/indikatorn.csv": 5,
    "/indikatorer/indikatorn.json": 5,
    "/handlingsplaner/": 2,
    "/handlingsplaner/planen/": 9,
    "/en/action-plans/planen/": 9,
    "/handlingsplaner/planen/aktiviteten/": 9,
    "/aktiviteter/": 10,
    "/aktiviteter/?q=aktivitet&status=late&goal=malet&plan=planen&organisation=organisationen": 8,
    "/mal/matris/": 7,
    "/aktiviteter/?visa=tabell&year=2016&municipality=organisationen&funding=organisationen&theme=temat": 10,
    "/aktiviteter/?visa=tidslinje": 11,
    "/aktiviteter.csv?plan=planen": 10,
    "/aktiviteter.xlsx?plan=planen": 10,
    "/aktiviteter.json?plan=planen": 10,
    "/organisationer/": 2,
    "/organisationer/organisationen/": 9,
    "/organisationer/organisationen/flode.xml": 3,
    "/mal/malet/flode.xml": 3,
    "/handlingsplaner/planen/flode.xml": 3,
    "/finansiering/": 2,
    "/en/funding/": 2,
    "/finansiering/programmet/": 5,
    "/finansiering/utlysningar.ics": 1,
    "/passar-mitt-projekt/": 3,
    "/passar-mitt-projekt/?idea=aktivitet&theme=temat&kind=municipality&municipality=organisationen": 17,
    "/passar-mitt-projekt/?idea=aktivitet+bredband&strategy=strategin&date=2026-01-01": 17,
    "/uppfoljning/": 2,
    "/uppfoljning/jamfor/": 2,
    "/uppfoljning/uppfoljningen/": 2,
    "/en/follow-up/uppfoljningen/": 2,
    "/uppfoljning/uppfoljningen/aktiviteter/": 2,
    "/uppfoljning/uppfoljningen/mal/malet/": 2,
    "/uppfoljning/uppfoljningen/rapport.pdf": 2,
    "/dokument/": 8,
    "/dokument/?format=pdf&kind=action_plan&language=sv&sort=date": 8,
    "/dokument/dokumentet/": 7,
    "/dokument/dokumentet/fil": 2,
    "/dokument/dokumentet/fil/1": 2,
    "/sok/": 0,
    "/sok/?q=dokument&kind=document": 7,
    "/en/search/?q=activity&kind=activity&sort=date": 5,
    "/sok/?q=qxzwv": 5,
    "/sok/forslag?q=dok": 4,
    "/nyheter/": 2,
    "/nyheter/nyheten/": 2,
    "/nyheter/flode.xml": 1,
    "/kontakt/": 1,
    "/kontakt/personen/": 3,
    "/diarium/": 7,
    "/diarium/?q=meddelande&series=rus&status=distributed&since=2020-01-01": 7,
    "/diarium/rus/2026/1/": 2,
    "/diarium/rus/2026/1/begar-ut/": 3,
    "/diarium/begar-ut/": 1,
    "/diarium/folj/": 1,
    "/diarium/flode.xml": 1,
    "/diarium/huvuden.json": 1,
    "/kontakt/tack/5f0a0000-0000-4000-8000-000000000001/": 2,
    "/andringar/": 4,
    "/andringar/?kind=newsitem": 3,
    "/andringar/flode.xml": 3,
    "/webbkarta/": 9,
    "/tillganglighet/": 0,
    "/personuppgifter/": 0,
    "/sitemap.xml": 11,
    "/robots.txt": 0,
    "/healthz": 0,
}
"""Every kind of page and how often it asks."""


@dataclass
class Site:
    """One of everything, tied together; `grow` multiplies each kind and each tie."""

    strategy: Strategy
    goal: Goal
    plan: ActionPlan
    document: Document
    person: StaffMember
    case: Case
    indicator: Indicator
    followup: FollowUp
    rows: int = field(default=1)

    def grow(self) -> None:
        for _ in range(self.rows, MANY):
            self._add_one_of_each()
        self.rows = MANY

    def _add_one_of_each(self) -> None:
        goal = factories.make_goal(self.strategy)
        factories.make_priority(goal)
        organisation = factories.make_organisation()
        plan = factories.make_plan(strategy=self.strategy, coordinators=[self.person])
        priority = factories.make_priority(self.goal)
        of_the_plan = factories.make_activity(self.plan, priority=priority, responsible=organisation)
        of_the_plan.contributions.create(goal=goal, how="Så")
        factories.make_activity(plan, goal=self.goal, contact=self.person, participating=(organisation,))
        of_the_plan.involvements.create(organisation=Organisation.objects.earliest("pk"), role="financing")
        factories.make_update(of_the_plan)
        of_the_first = self.plan.activities.get(slug="aktiviteten")
        of_the_first.contributions.create(goal=goal, how="Så")
        of_the_first.involvements.create(organisation=organisation)
        factories.make_milestone(of_the_first)
        factories.make_update(of_the_first)
        factories.make_activity(plan, delivery_status="merged", status_reason="Samma.", merged_into=of_the_first)
        self._add_money(goal, plan)
        document = Document.objects.create(
            replaces=self.document,
            translation_of=self.document,
            accessible_version=self.document,
            slug=f"dokument-{plan.slug}",
            title_sv="Dokument",
            kind="action_plan",
            responsible=self.person,
            **factories.published(),
        )
        self._copy_version_to(document)
        add_followup(self.goal, self.document, self.followup)
        self.plan.documents.add(document)
        self.strategy.documents.add(document)
        plan.documents.add(self.document)
        values = {year: 70 + year % 7 for year in range(2015, 2025)}
        factories.make_indicator(values, {2030: 80}, goals=[goal, self.goal], owner=self.person)
        self._add_to_the_indicator(goal)
        note_change(factories.make_news(), by="Anna", is_minor=True)
        note_change(of_the_plan, by="Anna", note_sv="Nytt slutdatum.")
        factories.make_staff()
        factories.make_strategy(is_current=False)
        factories.make_case("distributed")
        add_to(self.case)

    def _add_to_the_indicator(self, goal: Goal) -> None:
        """One more goal, judgement and revision, and for a while one more value and target a year."""
        self.indicator.goals.add(goal)
        self.indicator.overrides.create(verdict="rule", reason_sv="Skäl.", signed_by="Någon")
        factories.make_value(self.indicator, 2015, 7, replaced_at=timezone.now())
        year = 2030 + self.indicator.targets.count()
        if year < 2060:
            self.indicator.targets.create(year=year, value=80)
            factories.make_value(self.indicator, year, 70, gender="K")

    def _add_money(self, goal: Goal, plan: ActionPlan) -> None:
        themes = [self.plan.theme, plan.theme]
        activities = list(self.plan.activities.filter(slug="aktiviteten"))
        programme = factories.make_programme(themes=themes, activities=activities, contact=self.person)
        factories.make_theme_words(plan.theme, telling="annat")
        factories.make_guidance(programme, plan=self.plan)
        factories.make_guidance(programme, goal=self.goal)
        first = FundingProgramme.objects.get(slug="programmet")
        first.themes.add(plan.theme)
        first.activities.add(*plan.activities.all())
        factories.make_guidance(first, goal=goal)
        for one in (programme, first):
            factories.make_call(one)

    def _copy_version_to(self, document: Document) -> None:
        version = self.document.versions.first()
        assert version is not None
        version.pk, version.document = None, document
        version.save()


def add_followup(goal: Goal, document: Document, like: FollowUp | None = None) -> FollowUp:
    """One more that judges the goal on the document's evidence, having seen what is there or what another saw."""
    year = 2025 if like is None else 2000
    followup = FollowUp.objects.create(
        strategy=goal.strategy, slug=f"uppfoljning-{FollowUp.objects.count()}" if like else "uppfoljningen",
        year=year, as_of=date(year, 12, 31), title_sv="Uppföljning", summary_sv="Så gick det.", signed_by="Anna Ek",
    )  # fmt: skip
    signed = {"signed_by": "Anna Ek", "signed_on": date(2026, 2, 1)}
    assessment = followup.assessments.create(goal=goal, verdict="partly", text_sv="En bit.", **signed)
    assessment.evidence.create(document=document, page=1)
    frozen = like.frozen if like else take_snapshot(followup)
    FollowUp.objects.filter(pk=followup.pk).update(frozen=frozen, frozen_at=timezone.now(), **factories.published())
    followup.refresh_from_db()
    return followup


def make_first_case() -> Case:
    """A case of a year that the addresses can name, whose day has a head."""
    with time_machine.travel(datetime(2026, 5, 4, 10, tzinfo=UTC), tick=False):
        case = factories.make_case("distributed", token=uuid.UUID("5f0a0000-0000-4000-8000-000000000001"))
    with time_machine.travel(datetime(2026, 5, 5, 10, tzinfo=UTC), tick=False):
        day_heads.make_missing_heads()
    return case


def add_to(case: Case) -> None:
    """One more record, and one more event."""
    ordinal = case.records.count() + 1
    case.records.create(ordinal=ordinal, direction="outgoing", recorded_at=case.registered_at, language="sv")
    case_acts.write_note(case, "En anteckning.", factories.make_user())


@pytest.fixture
def site() -> Site:
    factories.make_registrar()
    person = factories.make_staff(slug="personen")
    document = factories.make_document(slug="dokumentet", responsible=person)
    strategy = factories.make_strategy(slug="strategin")
    strategy.documents.add(document)
    goal = factories.make_goal(strategy, slug="malet")
    priority = factories.make_priority(goal)
    plan = factories.make_plan(
        factories.make_theme(slug="temat"), strategy, slug="planen", coordinators=[person], documents=[document]
    )
    organisation = factories.make_organisation(slug="organisationen")
    activity = factories.make_activity(
        plan, priority=priority, slug="aktiviteten", contact=person, responsible=organisation
    )
    activity.involvements.create(organisation=organisation, role="financing")
    factories.make_milestone(activity)
    factories.make_update(activity)
    note_change(factories.make_news(slug="nyheten"), by="Anna", is_minor=True)
    note_change(activity, by="Anna", note_sv="Nytt slutdatum.")
    programme = factories.make_programme(slug="programmet", themes=[plan.theme], activities=[activity], contact=person)
    factories.make_guidance(programme, plan=plan)
    factories.make_guidance(programme, goal=goal)
    factories.make_call(programme)
    factories.make_theme_words(plan.theme)
    factories.make_news()
    factories.make_strategy(is_current=False)
    indicator = factories.make_indicator(
        {2015: 70, 2016: 71}, {2030: 80}, slug="indikatorn", goals=[goal], owner=person, by_gender=True
    )
    factories.make_override(indicator)
    factories.make_value(indicator, 2015, 69, replaced_at=timezone.now())
    followup = add_followup(goal, document)
    add_followup(goal, document, like=followup)
    return Site(strategy, goal, plan, document, person, make_first_case(), indicator, followup)


@pytest.fixture
def asked(client: Client) -> Callable[[], dict[str, int]]:
    """Returns a function that counts the queries of every page."""

    def read(path: str) -> None:
        response = client.get(path)
        assert response.status_code == 200, path
        if response.streaming:
            assert b"".join(response)

    def count() -> dict[str, int]:
        counts = {}
        for path in QUERIES:
            read(path)  # what is kept for the life of the process is fetched now
            with CaptureQueriesContext(connection) as queries:
                read(path)
            counts[path] = len(queries)
        return counts

    cache.clear()
    return count


def test_no_page_asks_more_often_with_many_rows(site: Site, asked: Callable[[], dict[str, int]]) -> None:
    index_due()
    assert asked() == QUERIES

    site.grow()
    index_due()

    assert Document.objects.count() == MANY
    assert site.plan.activities.count() == MANY
    assert asked() == QUERIES
