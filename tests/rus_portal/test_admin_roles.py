"""Every page of the admin, for every role: what opens and what can be saved there."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from accounts.models import AccountEvent
from accounts.roles import PERMISSIONS, Role, ensure_roles
from contacts.models import StaffMember
from mailroom.models import MailboxReading, OutgoingMail
from registry.models import Case
from registry.services.registration import receive_message
from tests import factories

pytestmark = pytest.mark.django_db

SUPERUSER = "superuser"
ROLES = [*Role, SUPERUSER]
ALL = "list add see save"
READ = "list see"
MAY: dict[str, dict[str, str]] = {
    "accounts.accountevent": {Role.ADMINISTRATOR: READ, SUPERUSER: READ},
    "accounts.loginlock": {Role.ADMINISTRATOR: READ, SUPERUSER: READ},
    "actionplans.theme": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "actionplans.organisation": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "actionplans.actionplan": {Role.COORDINATOR: "list see save", Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "actionplans.activity": {Role.COORDINATOR: ALL, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "actionplans.statusupdate": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: READ, SUPERUSER: READ},
    "auth.group": {Role.ADMINISTRATOR: READ, SUPERUSER: READ},
    "auth.user": {Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "contacts.staffmember": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "documents.document": {Role.COORDINATOR: ALL, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "followup.assessment": {
        Role.COORDINATOR: "list see save",
        Role.ADMINISTRATOR: "list see save",
        SUPERUSER: "list see save",
    },
    "followup.followup": {Role.COORDINATOR: "list see save", Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "indicators.area": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "indicators.indicator": {Role.COORDINATOR: "list see save", Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "indicators.outcomeoverride": {
        Role.COORDINATOR: "list add see",
        Role.ADMINISTRATOR: "list add see",
        SUPERUSER: "list add see",
    },
    "funding.call": {Role.COORDINATOR: ALL, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "funding.fundingprogramme": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "funding.guidance": {Role.COORDINATOR: ALL, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "funding.themewords": {Role.COORDINATOR: "list see save", Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "jobs.failure": {Role.REGISTRAR: READ, Role.ADMINISTRATOR: READ, SUPERUSER: READ},
    "mailroom.incomingmail": {Role.REGISTRAR: READ, SUPERUSER: READ},
    "mailroom.mailboxreading": {Role.REGISTRAR: READ, SUPERUSER: READ},
    "mailroom.outgoingmail": {Role.REGISTRAR: READ, SUPERUSER: READ},
    "news.newsitem": {Role.COORDINATOR: ALL, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "registry.cannedtext": {
        Role.REGISTRAR: "list add see save",
        Role.OFFICER: READ,
        SUPERUSER: "list add see save",
    },
    "registry.case": {
        Role.COORDINATOR: "list see save",
        Role.REGISTRAR: "list see save",
        Role.OFFICER: "list see save",
        Role.ARCHIVIST: "list see save",
        SUPERUSER: "list see save",
    },
    "registry.delivery": {Role.REGISTRAR: READ, Role.ARCHIVIST: READ, SUPERUSER: READ},
    "registry.disposal": {Role.REGISTRAR: "list add see", Role.ARCHIVIST: "list add see", SUPERUSER: "list add see"},
    "registry.event": {Role.REGISTRAR: READ, Role.ARCHIVIST: READ, SUPERUSER: READ},
    "registry.intake": {Role.REGISTRAR: READ, Role.ARCHIVIST: READ, SUPERUSER: READ},
    "registry.retentionplan": {Role.ARCHIVIST: "list add see", SUPERUSER: "list add see"},
    "search.synonymgroup": {Role.COORDINATOR: ALL, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "strategy.strategy": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "strategy.goal": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "strategy.goalcrosswalk": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
    "strategy.priority": {Role.COORDINATOR: READ, Role.ADMINISTRATOR: ALL, SUPERUSER: ALL},
}
"""The actions of each role on its own objects; a role that is not listed may do nothing."""
KEPT = (
    "jobs.failure",
    "accounts.accountevent",
    "accounts.loginlock",
    "actionplans.statusupdate",
    "auth.group",
    "followup.assessment",
    "indicators.indicator",
    "indicators.outcomeoverride",
)
"""Models that nobody deletes, besides those of registry and outbox: reports, judgements and their subjects."""
SAVE_BUTTON = {"registry.case": "Hantera ärendet"}


def make_worker(role: Role | str) -> User:
    if role == SUPERUSER:
        return User.objects.create_superuser("overordnad")
    assert isinstance(role, Role)
    return factories.make_user(role)


def hand_over(worker: User) -> None:
    """Give the worker what the superuser owns."""
    StaffMember.objects.filter(user__username="overordnad").update(user=worker)
    Case.objects.filter(assigned_to__username="overordnad").update(assigned_to=worker)


def make_one_of_each(worker: User) -> dict[str, Any]:
    """Create one row of everything, owned by the user where possible; the mail belongs to the message."""
    goal = factories.make_goal()
    staff = factories.make_staff(user=worker)
    plan = factories.make_plan(coordinators=[staff])
    indicator = factories.make_indicator({2015: "70"}, goals=[goal], owner=staff)
    programme = factories.make_programme(contact=staff)
    case = receive_message(factories.make_message(assign_to=worker)).record.case
    followup = factories.make_followup(goal.strategy)
    return {
        "accounts.accountevent": AccountEvent.objects.create(kind=AccountEvent.Kind.LOGGED_IN),
        "accounts.loginlock": factories.make_login_lock(),
        "actionplans.theme": plan.theme,
        "actionplans.organisation": factories.make_organisation(),
        "actionplans.actionplan": plan,
        "actionplans.activity": factories.make_activity(plan, goal=goal),
        "actionplans.statusupdate": factories.make_update(factories.make_activity(plan)),
        "auth.group": Role.OFFICER.group(),
        "auth.user": factories.make_user(),
        "contacts.staffmember": factories.make_staff(),
        "documents.document": factories.make_document(),
        "followup.assessment": followup.assessments.get(goal=goal),
        "followup.followup": followup,
        "indicators.area": factories.make_area("2281"),
        "indicators.indicator": indicator,
        "indicators.outcomeoverride": factories.make_override(indicator),
        "funding.call": factories.make_call(programme),
        "funding.fundingprogramme": programme,
        "funding.guidance": factories.make_guidance(programme, plan=plan),
        "funding.themewords": factories.make_theme_words(plan.theme),
        "jobs.failure": factories.make_failure(),
        "mailroom.incomingmail": factories.make_incoming_mail(),
        "mailroom.mailboxreading": MailboxReading.objects.create(mailbox="diariet@example.org/INBOX"),
        "mailroom.outgoingmail": OutgoingMail.objects.get(dispatch__kind="notice"),
        "news.newsitem": factories.make_news(),
        "registry.cannedtext": factories.make_canned_text(),
        "registry.case": case,
        "registry.delivery": factories.make_delivery(),
        "registry.disposal": factories.make_disposal(),
        "registry.event": case.events.get(),
        "registry.intake": case.records.get().intake,
        "registry.retentionplan": factories.make_retention_plan(),
        "search.synonymgroup": factories.make_synonyms("RUS", "regional utvecklingsstrategi"),
        "strategy.strategy": goal.strategy,
        "strategy.goal": goal,
        "strategy.goalcrosswalk": factories.make_crosswalk(goal),
        "strategy.priority": factories.make_priority(goal),
    }


def what_opens(client: Client, label: str, thing: Any) -> set[str]:
    """Return the pages that answer 200, and `save` if the page of a row can be saved."""
    name = f"admin:{label.replace('.', '_')}"
    changelist = reverse(f"{name}_changelist")
    opened = set()
    if client.get(changelist).status_code == 200:
        assert client.get(changelist, {"q": "något"}).status_code == 200
        opened.add("list")
    if client.get(reverse(f"{name}_add")).status_code == 200:
        opened.add("add")
    page = client.get(reverse(f"{name}_change", args=[thing.pk]))
    if page.status_code == 200:
        opened.add("see")
        if SAVE_BUTTON.get(label, 'name="_save"') in page.content.decode():
            opened.add("save")
    return opened


def test_every_admin_page_is_judged() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(MAY)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_other(client: Client, things: dict[str, Any], role: Role | str) -> None:
    worker = User.objects.get(username="overordnad") if role == SUPERUSER else make_worker(role)
    hand_over(worker)
    client.force_login(worker)

    opened = {label: what_opens(client, label, thing) for label, thing in things.items()}

    assert opened == {label: set(roles.get(role, "").split()) for label, roles in MAY.items()}


@pytest.mark.parametrize("label", sorted(MAY))
def test_visitors_are_asked_to_log_in(client: Client, label: str) -> None:
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={url}")


def test_someone_without_a_role_opens_nothing_but_the_first_page(client: Client, things: dict[str, Any]) -> None:
    hand_over(worker := factories.make_user())
    client.force_login(worker)

    opened = {label: what_opens(client, label, thing) for label, thing in things.items()}

    assert opened == {label: set() for label in MAY}
    assert "Du har ingen roll än." in client.get("/admin/").content.decode()


def test_every_permission_that_a_role_names_exists() -> None:
    ensure_roles()

    for role, models in PERMISSIONS.items():
        named = {f"{label.split('.')[0]}.{act}_{label.split('.')[1]}" for label, acts in models.items() for act in acts}
        has = role.group().permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in has} == named


def test_roles_are_put_right_again() -> None:
    ensure_roles()
    Role.OFFICER.group().permissions.set(Permission.objects.all())

    ensure_roles()

    assert [permission.codename for permission in Role.OFFICER.group().permissions.all()] == [
        "view_cannedtext",
        "view_record",
    ]


@pytest.mark.parametrize("label", sorted(MAY))
def test_nobody_deletes_reports_or_what_the_registry_or_the_outbox_keeps(
    superuser: Client, things: dict[str, Any], label: str
) -> None:
    thing = things[label]

    response = superuser.post(reverse(f"admin:{label.replace('.', '_')}_delete", args=[thing.pk]), {"post": "yes"})

    kept = label.split(".", maxsplit=1)[0] in ("registry", "mailroom") or label in KEPT
    assert (response.status_code == 403) == kept
    assert type(thing).objects.filter(pk=thing.pk).exists() or not kept


@pytest.mark.parametrize("label", MAY)
def test_every_list_can_be_sorted_by_every_column_that_offers_it(superuser: Client, label: str) -> None:
    changelist = reverse(f"admin:{label.replace('.', '_')}_changelist")
    columns = range(len(superuser.get(changelist).context["cl"].list_display))

    upwards, downwards = ".".join(str(n) for n in columns), ".".join(f"-{n}" for n in columns)  # all in one statement

    assert {superuser.get(changelist, {"o": order}).status_code for order in (upwards, downwards)} == {200}
