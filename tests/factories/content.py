"""Strategies, plans, people, documents, news."""

from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import LoginLock
from actionplans.models import (
    ActionPlan,
    Activity,
    Contribution,
    Involvement,
    Milestone,
    Organisation,
    StatusUpdate,
    Theme,
)
from contacts.models import StaffMember, Substitution
from documents.models import Document, Kind
from news.models import NewsItem
from strategy.models import Goal, GoalCrosswalk, Priority, Strategy
from tests.factories.publishing import in_both_languages, numbers, published

if TYPE_CHECKING:
    from accounts.roles import Role
    from files.extraction.facts import Facts

PASSWORD = "strandlinjer"


def make_strategy(**given: Any) -> Strategy:
    """A strategy for 2011 to 2020, in force if no other is."""
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Strategi {number}", f"Strategy {number}"),
        summary=("En strategi för länet.", "A strategy for the county."),
        vision=("Ett län där alla kan växa.", "A county where everyone can grow."),
    )
    defaults = {
        "slug": f"strategi-{number}",
        "period_start": 2011,
        "period_end": 2020,
        "is_current": not Strategy.objects.filter(is_current=True).exists(),
    }
    return Strategy.objects.create(**published() | defaults | texts)


def make_goal(strategy: Strategy | None = None, **given: Any) -> Goal:
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Mål {number}", f"Goal {number}"),
        summary=("Fler ska ha ett arbete.", "More people have a job."),
        body=("<p>Därför finns målet.</p>", "<p>Why the goal exists.</p>"),
    )
    defaults = {"slug": f"mal-{number}", "code": f"M{number}", "target_year": 2020}
    return Goal.objects.create(strategy=strategy or make_strategy(), **published() | defaults | texts)


def make_crosswalk(old_goal: Goal, new_goal: Goal | None = None, **given: Any) -> GoalCrosswalk:
    """Where a goal leads; without a new goal it is dropped."""
    kind = GoalCrosswalk.Kind.SAME if new_goal else GoalCrosswalk.Kind.DROPPED
    return GoalCrosswalk.objects.create(**{"old_goal": old_goal, "new_goal": new_goal, "kind": kind} | given)


def make_priority(goal: Goal | None = None, **given: Any) -> Priority:
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Prioritering {number}", f"Priority {number}"),
        summary=("Det här går först.", "This comes first."),
    )
    return Priority.objects.create(goal=goal or make_goal(), **published() | {"slug": f"prioritering-{number}"} | texts)


def make_theme(**given: Any) -> Theme:
    number = next(numbers)
    texts = in_both_languages(given, title=(f"Tema {number}", f"Theme {number}"), summary=("Ett tema.", "A theme."))
    return Theme.objects.create(**{"slug": f"tema-{number}"} | texts)


def make_plan(theme: Theme | None = None, strategy: Strategy | None = None, **given: Any) -> ActionPlan:
    """An adopted plan for 2016 to 2020. `coordinators` and `documents` take lists."""
    number = next(numbers)
    coordinators, documents = given.pop("coordinators", []), given.pop("documents", [])
    texts = in_both_languages(
        given,
        title=(f"Handlingsplan {number}", f"Action plan {number}"),
        summary=("En plan för länet.", "A plan for the county."),
        body=("<p>Planens text.</p>", "<p>The text of the plan.</p>"),
    )
    defaults = {
        "slug": f"plan-{number}",
        "status": ActionPlan.Status.ADOPTED,
        "period_start": 2016,
        "period_end": 2020,
    }
    plan = ActionPlan.objects.create(
        theme=theme or make_theme(), strategy=strategy or any_strategy(), **published() | defaults | texts
    )
    plan.coordinators.add(*coordinators)
    plan.documents.add(*documents)
    return plan


def make_activity(
    plan: ActionPlan | None = None,
    *,
    goal: Goal | None = None,
    priority: Priority | None = None,
    responsible: Organisation | None = None,
    participating: tuple[Organisation, ...] = (),
    **given: Any,
) -> Activity:
    """An ongoing activity without an end. With a goal it contributes; with organisations it has roles."""
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Aktivitet {number}", f"Activity {number}"),
        summary=("Något görs.", "Something is done."),
        body=("<p>Så görs det.</p>", "<p>How it is done.</p>"),
    )
    defaults = {
        "slug": f"aktivitet-{number}",
        "starts_on": date(2016, 1, 1),
        "delivery_status": Activity.Delivery.ONGOING,
    }
    activity = Activity.objects.create(plan=plan or make_plan(), **published() | defaults | texts)
    if goal := goal or (priority and priority.goal):
        Contribution.objects.create(
            activity=activity, goal=goal, priority=priority, how_sv="Så här bidrar den.", how_en="How it contributes."
        )
    if responsible:
        activity.involvements.create(organisation=responsible, role=Involvement.Role.RESPONSIBLE)
    for organisation in participating:
        activity.involvements.create(organisation=organisation, role=Involvement.Role.PARTICIPATING)
    return activity


def make_milestone(activity: Activity | None = None, **given: Any) -> Milestone:
    """One due at the end of 2016, not reached."""
    texts = in_both_languages(given, title=("Första spadtaget", "The ground is broken"))
    defaults = {"due_on": date(2016, 12, 31)}
    return Milestone.objects.create(activity=activity or make_activity(), **defaults | texts)


def make_update(activity: Activity | None = None, **given: Any) -> StatusUpdate:
    """A public report that all goes on, written into the log alone: `reporting.report` also changes the activity."""
    texts = in_both_languages(given, text=("Arbetet går enligt plan.", "The work is on schedule."))
    defaults = {"before": "ongoing", "after": "ongoing", "signed_by": "Frida Bergman, Samordnare"}
    return StatusUpdate.objects.create(activity=activity or make_activity(), **defaults | texts)


def make_organisation(**given: Any) -> Organisation:
    number = next(numbers)
    texts = in_both_languages(given, name=(f"Organisation {number}", f"Organisation {number}"))
    defaults = {"slug": f"organisation-{number}", "kind": Organisation.Kind.MUNICIPALITY}
    return Organisation.objects.create(**defaults | texts)


def make_staff(**given: Any) -> StaffMember:
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=("Samordnare", "Coordinator"),
        area=("Fråga mig om planen.", "Ask me about the plan."),
    )
    defaults = {"slug": f"person-{number}", "name": f"Person {number}", "email": f"person-{number}@example.org"}
    return StaffMember.objects.create(**published() | defaults | texts)


def make_substitution(person: User, **given: Any) -> Substitution:
    """Somebody stands in for a person, today and tomorrow."""
    today = timezone.localdate()
    defaults = {"first_day": today, "last_day": today + timedelta(days=1)}
    substitute = given.pop("substitute", None) or make_user()
    return Substitution.objects.create(person=person, substitute=substitute, **defaults | given)


def make_registrar(**given: Any) -> StaffMember:
    """The function address to which everything goes that is addressed to nobody else."""
    defaults = {
        "slug": "registrator",
        "name": "Registrator",
        "title_sv": "Registrator",
        "title_en": "Registrar",
        "email": "registrator@example.org",
        "is_registrar": True,
    }
    return make_staff(**defaults | given)


def make_document(versions: int = 1, **given: Any) -> Document:
    """A document with as many versions of its file, each a real PDF of one page."""
    from documents.versions import add_version, measure_file

    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Dokument {number}", f"Document {number}"),
        summary=("Ett dokument.", "A document."),
    )
    defaults = {"slug": f"dokument-{number}", "kind": Kind.ACTION_PLAN}
    document = Document.objects.create(**published() | defaults | texts)
    for version in range(1, versions + 1):
        file = ContentFile(make_pdf_file(f"{document.slug} {version}"), name=f"{document.slug}.pdf")
        measures = measure_file(file, _facts_of_pdf_file()._replace(title=f"{document.slug} {version}"))
        add_version(document, file, f"Ändring {version}.", f"Change {version}.", measures)
    return document


@cache
def _facts_of_pdf_file() -> "Facts":
    """What inspection says of such a file: a process that need be started once only."""
    from documents.inspection import inspect_file

    return inspect_file(ContentFile(make_pdf_file("A title")))


def make_pdf_file(title: str = "") -> bytes:
    """A PDF with one empty page; another title makes other bytes."""
    content = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = title
        pdf.save(content, deterministic_id=True)
    return content.getvalue()


def make_readable_pdf_file(title: str = "Plan", language: str = "sv") -> bytes:
    """A PDF that everyone can read: tagged, with text, language and title."""
    from documents.pdf_export import make_pdf

    return make_pdf(
        title=title, language=language, body_html=f"<p>{title}.</p>", author="Frida Bergman", date=date(2026, 5, 4)
    )


def make_news(**given: Any) -> NewsItem:
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Nyhet {number}", f"News {number}"),
        ingress=("Något har hänt.", "Something has happened."),
        body=("<p>Så gick det till.</p>", "<p>How it came about.</p>"),
    )
    return NewsItem.objects.create(**published() | {"slug": f"nyhet-{number}"} | texts)


def make_user(role: "Role | None" = None, **given: Any) -> User:
    """Someone who may log in to the admin, in a role or in none, with the demo's password.

    The roles are there: `migrate` makes them.
    """
    defaults = {"username": f"user-{next(numbers)}", "is_staff": True}
    user = User.objects.create_user(password=PASSWORD, **defaults | given)
    if role is not None:
        user.groups.set([role.group()])
    return user


def make_login_lock(**given: Any) -> LoginLock:
    """An account, or a name that nobody has, locked for the next hour."""
    now = timezone.now()
    defaults = {"kind": "account", "key": f"key-{next(numbers)}", "failures": 9, "failed_at": now}
    return LoginLock.objects.create(**defaults | {"locked_until": now + timedelta(hours=1)} | given)


def any_strategy() -> Strategy:
    return Strategy.objects.filter(is_current=True).first() or make_strategy()
