"""One of each thing, as plain functions: published, in both languages, at an address of its own.

Every argument is a field of the model; `title="X"` fills the text in both languages, `title_en="X"` one.
"""

import hashlib
import itertools
import uuid
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

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
from contacts.models import StaffMember
from documents.models import Document, Kind
from followup.models import FollowUp, Verdict
from funding.models import Call, FundingProgramme, Guidance, ThemeWords
from indicators.models import Area, Direction, Indicator, IndicatorValue, OutcomeOverride, ValueStatus
from mailroom.inbox import message_id_of
from mailroom.models import IncomingMail, MailboxReading
from news.models import NewsItem
from publishing.models import Publication
from registry.models import CannedText, Case, Delivery, Disposal, DocumentType, RetentionPlan
from registry.services.disposal import propose
from registry.services.receiving import Message, receive
from strategy.models import Goal, GoalCrosswalk, Priority, Strategy

if TYPE_CHECKING:
    from rus_portal.roles import Role

PASSWORD = "strandlinjer"
MINOR = {"log_minor": "on"}
"""What every form of something published asks for: a change note, or this."""
_numbers = itertools.count(1)


def make_area(code: str = "0022", **given: Any) -> Area:
    """The county, unless told; the same one however often it is asked for."""
    names = {"0022": ("Västernorrland", "Västernorrland"), "0000": ("Riket", "Sweden")}.get(code, (code, code))
    texts = _in_both_languages(given, name=names)
    area, _is_new = Area.objects.get_or_create(
        code=code, defaults={"position": {"0022": 0, "0000": 9}.get(code, 5), **texts}
    )
    return area


def make_indicator(
    values: dict[int, Any] | None = None, targets: dict[int, Any] | None = None, **given: Any
) -> Indicator:
    """An indicator entered by hand, with a value a year for the county (None is missing), and what follows from them.

    `goals` and `areas` take lists; without areas it is shown for the county and the nation.
    """
    from indicators.services import take_stock

    number = next(_numbers)
    goals, areas = given.pop("goals", []), given.pop("areas", None) or [make_area("0022"), make_area("0000")]
    texts = _in_both_languages(
        given,
        title=(f"Indikator {number}", f"Indicator {number}"),
        summary=("Hur många som arbetar.", "How many people work."),
        unit=("procent", "per cent"),
        source_name=("Egen statistik", "Our own statistics"),
    )
    defaults = {
        "slug": f"indikator-{number}",
        "direction": Direction.HIGHER,
        "baseline_year": 2015,
        "decimals": 1,
    }
    indicator = Indicator.objects.create(**_published() | defaults | texts)
    indicator.goals.set(goals)
    indicator.areas.set(areas)
    for year, value in (targets or {}).items():
        indicator.targets.create(year=year, value=value)
    for year, value in (values or {}).items():
        make_value(indicator, year, value)
    take_stock(indicator)
    indicator.refresh_from_db()
    return indicator


def make_value(indicator: Indicator, year: int, value: Any, **given: Any) -> IndicatorValue:
    status = ValueStatus.MISSING if value is None else ValueStatus.FINAL
    area = given.pop("area", None) or make_area("0022")
    return IndicatorValue.objects.create(
        **{"indicator": indicator, "year": year, "value": value, "status": status, "area": area} | given
    )


def make_override(indicator: Indicator, **given: Any) -> OutcomeOverride:
    """A person's judgement of an outcome, with what follows from it."""
    from indicators.services import take_stock

    texts = _in_both_languages(given, reason=("Pandemin stör jämförelsen.", "The pandemic disturbs the comparison."))
    defaults = {"verdict": OutcomeOverride.Verdict.UNKNOWN, "signed_by": "Frida Bergman, samordnare"}
    override = OutcomeOverride.objects.create(indicator=indicator, **defaults | texts)
    take_stock(indicator)
    return override


def make_strategy(**given: Any) -> Strategy:
    """A strategy for 2011 to 2020, in force if no other is."""
    number = next(_numbers)
    texts = _in_both_languages(
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
    return Strategy.objects.create(**_published() | defaults | texts)


def make_goal(strategy: Strategy | None = None, **given: Any) -> Goal:
    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Mål {number}", f"Goal {number}"),
        summary=("Fler ska ha ett arbete.", "More people have a job."),
        body=("<p>Därför finns målet.</p>", "<p>Why the goal exists.</p>"),
    )
    defaults = {"slug": f"mal-{number}", "code": f"M{number}", "target_year": 2020}
    return Goal.objects.create(strategy=strategy or make_strategy(), **_published() | defaults | texts)


def make_crosswalk(old_goal: Goal, new_goal: Goal | None = None, **given: Any) -> GoalCrosswalk:
    """Where a goal leads; without a new goal it is dropped."""
    kind = GoalCrosswalk.Kind.SAME if new_goal else GoalCrosswalk.Kind.DROPPED
    return GoalCrosswalk.objects.create(**{"old_goal": old_goal, "new_goal": new_goal, "kind": kind} | given)


def make_priority(goal: Goal | None = None, **given: Any) -> Priority:
    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Prioritering {number}", f"Priority {number}"),
        summary=("Det här går först.", "This comes first."),
    )
    return Priority.objects.create(
        goal=goal or make_goal(), **_published() | {"slug": f"prioritering-{number}"} | texts
    )


def make_theme(**given: Any) -> Theme:
    number = next(_numbers)
    texts = _in_both_languages(given, title=(f"Tema {number}", f"Theme {number}"), summary=("Ett tema.", "A theme."))
    return Theme.objects.create(**{"slug": f"tema-{number}"} | texts)


def make_plan(theme: Theme | None = None, strategy: Strategy | None = None, **given: Any) -> ActionPlan:
    """An adopted plan for 2016 to 2020. `coordinators` and `documents` take lists."""
    number = next(_numbers)
    coordinators, documents = given.pop("coordinators", []), given.pop("documents", [])
    texts = _in_both_languages(
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
        theme=theme or make_theme(), strategy=strategy or _any_strategy(), **_published() | defaults | texts
    )
    plan.coordinators.set(coordinators)
    plan.documents.set(documents)
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
    number = next(_numbers)
    texts = _in_both_languages(
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
    activity = Activity.objects.create(plan=plan or make_plan(), **_published() | defaults | texts)
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
    texts = _in_both_languages(given, title=("Första spadtaget", "The ground is broken"))
    defaults = {"due_on": date(2016, 12, 31)}
    return Milestone.objects.create(activity=activity or make_activity(), **defaults | texts)


def make_update(activity: Activity | None = None, **given: Any) -> StatusUpdate:
    """A public report that all goes on, written into the log alone: `reporting.report` also changes the activity."""
    texts = _in_both_languages(given, text=("Arbetet går enligt plan.", "The work is on schedule."))
    defaults = {"before": "ongoing", "after": "ongoing", "signed_by": "Frida Bergman, Samordnare"}
    return StatusUpdate.objects.create(activity=activity or make_activity(), **defaults | texts)


def make_organisation(**given: Any) -> Organisation:
    number = next(_numbers)
    texts = _in_both_languages(given, name=(f"Organisation {number}", f"Organisation {number}"))
    defaults = {"slug": f"organisation-{number}", "kind": Organisation.Kind.MUNICIPALITY}
    return Organisation.objects.create(**defaults | texts)


def make_staff(**given: Any) -> StaffMember:
    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=("Samordnare", "Coordinator"),
        area=("Fråga mig om planen.", "Ask me about the plan."),
    )
    defaults = {"slug": f"person-{number}", "name": f"Person {number}", "email": f"person-{number}@example.org"}
    return StaffMember.objects.create(**_published() | defaults | texts)


def make_followup(strategy: Strategy | None = None, *, assessed: bool = True, **given: Any) -> FollowUp:
    """A draft, with every goal assessed unless told otherwise. `publish_followup` freezes it."""
    from followup.services import add_missing_assessments

    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Uppföljning {number}", f"Follow-up {number}"),
        summary=("Så gick det.", "How it went."),
        body=("<p>Det lärde vi oss.</p>", "<p>What we learnt.</p>"),
    )
    defaults = {
        "slug": f"uppfoljning-{number}",
        "strategy": strategy or _any_strategy(),
        "year": 2025,
        "as_of": date(2025, 12, 31),
        "signed_by": "Anna Ek, analytiker",
        "signed_on": date(2026, 2, 1),
    }
    followup = FollowUp.objects.create(**defaults | texts)
    add_missing_assessments(followup)
    if assessed:
        followup.assessments.update(
            verdict=Verdict.PARTLY,
            text_sv="Vi når en bit.",
            text_en="We get some of the way.",
            signed_by="Anna Ek, analytiker",
            signed_on=date(2026, 2, 1),
        )
    return followup


def publish_followup(followup: FollowUp, **given: Any) -> FollowUp:
    from followup.services import freeze_for_publishing

    freeze_for_publishing(followup)
    for name, value in (_published() | given).items():
        setattr(followup, name, value)
    followup.save()
    return followup


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
    from documents.versions import add_version

    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Dokument {number}", f"Document {number}"),
        summary=("Ett dokument.", "A document."),
    )
    defaults = {"slug": f"dokument-{number}", "kind": Kind.ACTION_PLAN}
    document = Document.objects.create(**_published() | defaults | texts)
    for version in range(1, versions + 1):
        file = ContentFile(make_pdf_file(f"{document.slug} {version}"), name=f"{document.slug}.pdf")
        add_version(document, file, change_note_sv=f"Ändring {version}.", change_note_en=f"Change {version}.")
    return document


def make_pdf_file(title: str = "") -> bytes:
    """A PDF with one empty page; another title makes other bytes."""
    content = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = title
        pdf.save(content)
    return content.getvalue()


def make_news(**given: Any) -> NewsItem:
    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Nyhet {number}", f"News {number}"),
        ingress=("Något har hänt.", "Something has happened."),
        body=("<p>Så gick det till.</p>", "<p>How it came about.</p>"),
    )
    return NewsItem.objects.create(**_published() | {"slug": f"nyhet-{number}"} | texts)


def make_programme(**given: Any) -> FundingProgramme:
    """A programme that every kind of organisation may apply to. `themes` and `activities` take lists."""
    number = next(_numbers)
    themes, activities = given.pop("themes", []), given.pop("activities", [])
    texts = _in_both_languages(
        given,
        name=(f"Program {number}", f"Programme {number}"),
        summary=("Pengar till projekt.", "Money for projects."),
        body=("<p>Programmets text.</p>", "<p>The text of the programme.</p>"),
        authority=("Tillväxtverket", "The agency"),
        geography=("Länet", "The county"),
    )
    defaults = {
        "slug": f"program-{number}",
        "fund": FundingProgramme.Fund.GROWTH,
        "applicants": list(Organisation.Kind),
    }
    programme = FundingProgramme.objects.create(**_published() | defaults | texts)
    programme.themes.set(themes)
    programme.activities.set(activities)
    return programme


def make_call(programme: FundingProgramme | None = None, **given: Any) -> Call:
    """A call that is open all the time."""
    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Utlysning {number}", f"Call {number}"),
        summary=("Sök nu.", "Apply now."),
    )
    defaults = {"programme": programme or make_programme(), "opens_on": date(2026, 1, 1)}
    return Call.objects.create(**_published() | defaults | texts)


def make_guidance(programme: FundingProgramme | None = None, **given: Any) -> Guidance:
    """How a programme serves a plan of its own, unless a goal or plan is given."""
    if not {"goal", "plan"} & given.keys():
        given["plan"] = make_plan()
    texts = _in_both_languages(given, how=("Så tjänar pengarna.", "How the money serves."))
    return Guidance.objects.create(programme=programme or make_programme(), **texts)


def make_theme_words(theme: Theme | None = None, **given: Any) -> ThemeWords:
    texts = _in_both_languages(given, telling=("bredband", "broadband"), hints=("kabel", "cable"))
    return ThemeWords.objects.create(theme=theme or make_theme(), **texts)


def make_user(role: "Role | None" = None, **given: Any) -> User:
    """Someone who may log in to the admin, in a role or in none, with the demo's password."""
    defaults = {"username": f"user-{next(_numbers)}", "is_staff": True}
    user = User.objects.create_user(password=PASSWORD, **defaults | given)
    if role is not None:
        from rus_portal.roles import ensure_roles

        ensure_roles()
        user.groups.set([role.group()])
    return user


def make_message(**given: Any) -> Message:
    """A message as the contact form hands it to the registry, with a token of its own."""
    defaults = {
        "token": uuid.uuid4(),
        "subject": "En fråga",
        "body": "Hur går det med planen?",
        "language": "sv",
        "addressee": "Registrator",
        "addressee_email": "registrator@example.org",
        "name": "Anna Andersson",
        "email": "anna@example.org",
    }
    return Message(**defaults | given)


def make_incoming_mail(raw: bytes = b"Subject: Hej\r\n\r\nText.\r\n", **given: Any) -> IncomingMail:
    """A mail as the mailbox hands it over, not yet taken by the registry."""
    now = timezone.now()
    defaults = {
        "mailbox": "diariet@example.org/INBOX",
        "uid_validity": 1,
        "uid": next(_numbers),
        "message_id": message_id_of(raw),
        "checksum": hashlib.sha256(raw).hexdigest(),
        "size": len(raw),
        "received_at": now,
        "due_at": now,
    }
    return IncomingMail.objects.create(raw=raw, **defaults | given)


def make_mailbox_reading(**given: Any) -> MailboxReading:
    return MailboxReading.objects.create(**{"mailbox": f"diariet{next(_numbers)}@example.org/INBOX"} | given)


def make_case(status: "Case.Status | None" = None, **given: Any) -> Case:
    """A registered case; with a status, put there directly as if its acts had been done."""
    case = receive(make_message(**given)).record.case
    if status:
        times = {"closed_at": timezone.now()} if status in ("closed", "voided") else {}
        Case.objects.filter(pk=case.pk).update(status=status, **times)
        case.refresh_from_db()
    return case


def make_retention_plan(**given: Any) -> RetentionPlan:
    """A decided plan with one type of document, kept for two years."""
    version = next(_numbers)
    defaults = {"version": version, "decided_on": date(2026, 1, 1), "decision": f"RUN 2026/{version:04d}"}
    plan = RetentionPlan.objects.create(**defaults | given)
    titles = {"title_sv": "Fråga", "title_en": "Question", "public_title_sv": "Fråga", "public_title_en": "Question"}
    plan.types.create(code="fraga", retention_years=2, **titles)
    return plan


def make_due_case() -> Case:
    """A closed case that need no longer be kept."""
    case = make_case(Case.Status.CLOSED)
    kind = DocumentType.objects.filter(code="fraga").first() or make_retention_plan().types.get()
    Case.objects.filter(pk=case.pk).update(document_type=kind, closed_at=datetime(2000, 1, 1, tzinfo=UTC))
    case.refresh_from_db()
    return case


def make_disposal(**what: Any) -> Disposal:
    """One that is proposed: of a case of its own, unless told of what."""
    what = what or {"cases": [make_case(Case.Status.CLOSED)]}
    proposer = User.objects.create_superuser(f"proposer-{next(_numbers)}")
    return propose(ground="Plan 1", user=proposer, **what)


def make_delivery() -> Delivery:
    """A delivery of a case of its own, as if its package had been made."""
    delivery = Delivery.objects.create(package=f"SE_{next(_numbers)}", checksum="0" * 64, delivered_by="arkivarie")
    delivery.cases.add(make_case(Case.Status.DELIVERED))
    return delivery


def make_canned_text(**given: Any) -> CannedText:
    number = next(_numbers)
    texts = _in_both_languages(
        given,
        title=(f"Tack {number}", f"Thanks {number}"),
        body=("Tack för ditt meddelande.", "Thank you for writing."),
    )
    return CannedText.objects.create(**{"slug": f"text-{number}"} | texts)


def _any_strategy() -> Strategy:
    return Strategy.objects.filter(is_current=True).first() or make_strategy()


def _published() -> dict[str, Any]:
    return {"publication": Publication.PUBLISHED, "publish_from": datetime(2026, 1, 1, tzinfo=UTC)}


def _in_both_languages(given: dict[str, Any], **texts: tuple[str, str]) -> dict[str, Any]:
    """The given fields, with what they leave out of the texts filled in both languages."""
    fields = dict(given)
    for name, (swedish, english) in texts.items():
        same = fields.pop(name, None)
        fields.setdefault(f"{name}_sv", swedish if same is None else same)
        fields.setdefault(f"{name}_en", english if same is None else same)
    return fields
