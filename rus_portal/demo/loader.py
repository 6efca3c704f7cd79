"""Load the demo content from the TOML files beside this module.

Only what is missing is created: loading again changes nothing, and never undoes an editor's work.
"""

import tomllib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from accounts.rights import accept_present_rights
from accounts.roles import Role, ensure_roles
from actionplans.models import ActionPlan, Activity, Contribution, Involvement, Organisation, Theme
from contacts.models import StaffMember
from documents.models import Document
from documents.versions import add_version
from news.models import NewsItem
from publishing.models import Publication
from rus_portal.demo.changes import load_changes
from rus_portal.demo.files import make_file
from rus_portal.demo.followup import load_followups
from rus_portal.demo.funding import load_funding
from rus_portal.demo.indicators import load_indicators
from rus_portal.demo.registry import load_registry
from rus_portal.demo.retention import load_retention_plan
from rus_portal.demo.successor import load_successor
from rus_portal.demo.synonyms import load_synonyms
from rus_portal.demo.work import load_work
from strategy.models import Goal, Priority, Strategy

FOLDER = Path(__file__).parent
PASSWORD = "strandlinjer"  # noqa: S105 - printed by `make run`; made only in the demonstration
LOGINS = {
    "samordnare": Role.COORDINATOR,
    "huvudredaktor": Role.EDITOR,
    "rapportor": Role.REPORTER,
    "registrator": Role.REGISTRAR,
    "handlaggare": Role.OFFICER,
    "arkivarie": Role.ARCHIVIST,
    "administrator": Role.ADMINISTRATOR,
}
PUBLISHED_AT = datetime(2026, 1, 1, tzinfo=UTC)
PUBLISHED = {"publication": Publication.PUBLISHED, "publish_from": PUBLISHED_AT}
M = TypeVar("M", bound=models.Model)
Tell = Callable[[str], None]


@transaction.atomic
def load_content(tell: Tell) -> None:
    """Load everything, in the order of references, or nothing."""
    tell("Making roles and logins …")
    load_logins()
    tell("Loading staff, organisations and news …")
    load_staff()
    load_organisations()
    load_news()
    load_retention_plan()
    load_documents(tell)
    tell("Loading the strategy and its goals …")
    load_strategy()
    load_successor()
    tell("Loading indicators …")
    load_indicators(PUBLISHED)
    for path in sorted((FOLDER / "plans").glob("*.toml")):
        plan = load_plan(_read(path))
        tell(f"Loading {plan.title_sv} …")  # type: ignore[attr-defined]
    tell("Loading milestones and reports …")
    load_work()
    tell("Publishing follow-ups …")
    load_followups()
    tell("Loading programmes and calls …")
    load_funding()
    load_changes()
    load_synonyms()
    tell("Registering messages …")
    load_registry()


def load_logins() -> None:
    ensure_roles()
    for name, role in LOGINS.items():
        user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        if is_new:
            user.set_password(PASSWORD)
            user.save()
            user.groups.set([role.group()])
    accept_present_rights()


def load_staff() -> None:
    for position, row in enumerate(_read(FOLDER / "staff.toml")["staff"]):
        login = row.pop("login", None)
        user = _named_login(login, row["name"]) if login else None
        extra = {"position": position, "is_registrar": row["slug"] == "registrator", "user": user}
        _make(StaffMember, row | extra | PUBLISHED)


def _named_login(username: str, name: str) -> User:
    user = User.objects.get(username=username)
    if not user.first_name:
        user.first_name, _, user.last_name = name.partition(" ")
        user.save()
    return user


def load_organisations() -> None:
    for row in _read(FOLDER / "organisations.toml")["organisation"]:
        reporter = row.pop("reporter", None)
        organisation = _make(Organisation, row)
        if reporter:
            organisation.reporters.add(_named_login("rapportor", reporter))


def load_news() -> None:
    for row in _read(FOLDER / "news.toml")["news"]:
        published = timezone.make_aware(row.pop("published"))
        _make(NewsItem, row | PUBLISHED | {"publish_from": published})


def load_documents(tell: Tell) -> None:
    paths = sorted((FOLDER / "documents").glob("*.toml"))
    for number, path in enumerate(paths, 1):
        row = {"slug": path.stem, "reference": "", **_read(path)}
        tell(f"Making document {number} of {len(paths)}: {row['title_sv']} …")
        load_document(row)


def load_document(row: dict[str, Any]) -> None:
    """Create a document and its file, after those that it replaces or translates."""
    source: dict[str, Any] = {name: row.pop(name) for name in ("body", "sheet", "table_of") if name in row}
    notes = {key: row.pop(key) for key in ("change_note_sv", "change_note_en")}
    added = row.pop("added", None)
    tied = {name: Document.objects.get(slug=row[name]) for name in ("replaces", "translation_of") if name in row}
    responsible = StaffMember.objects.get(slug=row.pop("responsible"))
    document = _make(Document, row | tied | PUBLISHED | {"responsible": responsible})
    if document.versions.exists():
        return
    ending, content = make_file(document, source)
    version = add_version(document, ContentFile(content, name=f"{document.slug}.{ending}"), **notes)
    # Dated as in the change log, so that a new demonstration does not list every document as news.
    version.created_at = timezone.make_aware(added) if added else PUBLISHED_AT
    version.save()


def load_strategy() -> None:
    content = _read(FOLDER / "strategy.toml")
    row = content["strategy"]
    documents = row.pop("documents")
    strategy = _make(Strategy, row | PUBLISHED | {"is_current": not Strategy.objects.filter(is_current=True).exists()})
    strategy.documents.add(*Document.objects.filter(slug__in=documents))
    for row in content["goal"]:
        priorities = row.pop("priority", [])
        goal = _make(Goal, row | PUBLISHED | {"strategy": strategy})
        for position, priority in enumerate(priorities):
            _make(Priority, priority | PUBLISHED | {"goal": goal, "position": position}, within={"goal": goal})


def load_plan(content: dict[str, Any]) -> ActionPlan:
    theme = _make(Theme, content["theme"])
    row = content["plan"]
    coordinators, documents = row.pop("coordinators"), row.pop("documents")
    strategy = Strategy.objects.get(slug="framtid-vasternorrland")
    plan = _make(ActionPlan, row | PUBLISHED | {"theme": theme, "strategy": strategy})
    plan.coordinators.add(*StaffMember.objects.filter(slug__in=coordinators))
    plan.documents.add(*Document.objects.filter(slug__in=documents))
    for activity in content["activity"]:
        load_activity(plan, activity)
    return plan


def load_activity(plan: ActionPlan, row: dict[str, Any]) -> None:
    contributions = row.pop("contribution")
    roles = {role: row.pop(role, []) for role in Involvement.Role.values}
    contact = StaffMember.objects.get(slug=row.pop("contact"))
    is_new = not Activity.objects.filter(plan=plan, slug=row["slug"]).exists()
    activity = _make(Activity, row | PUBLISHED | {"plan": plan, "contact": contact}, within={"plan": plan})
    if not is_new:
        return
    for contribution in contributions:
        goal = Goal.objects.get(slug=contribution.pop("goal"))
        priority = goal.priorities.filter(slug=contribution.pop("priority", "")).first()
        _save(Contribution(activity=activity, goal=goal, priority=priority, **contribution))
    for role, slugs in roles.items():
        for organisation in _organisations(slugs):
            _save(Involvement(activity=activity, organisation=organisation, role=role))


def _organisations(slugs: Iterable[str]) -> list[Organisation]:
    return [Organisation.objects.get(slug=slug) for slug in slugs]


def _make(model: type[M], fields: dict[str, Any], within: dict[str, Any] | None = None) -> M:
    """Return the object with that slug, created with an editor's checks if it is missing."""
    found = model._default_manager.filter(slug=fields["slug"], **(within or {})).first()
    return found or _save(model(**fields))


def _save(thing: M) -> M:
    thing.full_clean()
    thing.save()
    return thing


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
