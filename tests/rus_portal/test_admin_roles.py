"""The permissions of the roles, and what nobody may do in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from accounts.models import AccountEvent
from accounts.roles import PERMISSIONS, Role, ensure_roles
from actionplans.models import Organisation
from contacts.models import StaffMember, Substitution
from mailroom.models import MailboxReading, OutgoingMail
from registry.models import Case
from registry.services.registration import receive_message
from tests import factories
from tests.roles_table import read_rights

pytestmark = pytest.mark.django_db

SUPERUSER = "superuser"
ROLES = [*Role, SUPERUSER]
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
KINDS = sorted(read_rights())


def make_worker(role: Role | str) -> User:
    if role == SUPERUSER:
        return User.objects.create_superuser("overordnad")
    assert isinstance(role, Role)
    return factories.make_user(role)


def hand_over(worker: User) -> None:
    """Give the worker what the superuser owns."""
    StaffMember.objects.filter(user__username="overordnad").update(user=worker)
    Case.objects.filter(assigned_to__username="overordnad").update(assigned_to=worker)
    Substitution.objects.filter(person__username="overordnad").update(person=worker)
    for organisation in Organisation.objects.filter(reporters__username="overordnad"):
        organisation.reporters.add(worker)


def make_one_of_each(worker: User) -> dict[str, Any]:
    """Create one row of everything, owned by the user where possible."""
    return make_content_of_each(worker) | make_register_of_each(worker)


def make_content_of_each(worker: User) -> dict[str, Any]:
    """Create one row of everything that is published, or that says who may work with it."""
    goal = factories.make_goal()
    staff = factories.make_staff(user=worker)
    plan = factories.make_plan(coordinators=[staff])
    indicator = factories.make_indicator({2015: "70"}, goals=[goal], owner=staff)
    programme = factories.make_programme(contact=staff)
    followup = factories.make_followup(goal.strategy)
    organisation = factories.make_organisation()
    organisation.reporters.add(worker)
    activity = factories.make_activity(plan, goal=goal, responsible=organisation)
    return {
        "actionplans.theme": plan.theme,
        "actionplans.organisation": organisation,
        "actionplans.actionplan": plan,
        "actionplans.activity": activity,
        "actionplans.statusupdate": factories.make_update(factories.make_activity(plan, responsible=organisation)),
        "contacts.staffmember": factories.make_staff(),
        "contacts.substitution": factories.make_substitution(worker),
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
        "news.newsitem": factories.make_news(),
        "search.synonymgroup": factories.make_synonyms("RUS", "regional utvecklingsstrategi"),
        "strategy.strategy": goal.strategy,
        "strategy.goal": goal,
        "strategy.goalcrosswalk": factories.make_crosswalk(goal),
        "strategy.priority": factories.make_priority(goal),
    }


def make_register_of_each(worker: User) -> dict[str, Any]:
    """Create one row of everything that registry, mail and accounts keep; the mail belongs to the message."""
    case = receive_message(factories.make_message(assign_to=worker)).record.case
    return {
        "accounts.accountevent": AccountEvent.objects.create(kind=AccountEvent.Kind.LOGGED_IN),
        "accounts.loginlock": factories.make_login_lock(),
        "auth.group": Role.OFFICER.group(),
        "auth.user": factories.make_user(),
        "jobs.failure": factories.make_failure(),
        "mailroom.incomingmail": factories.make_incoming_mail(),
        "mailroom.mailboxreading": MailboxReading.objects.create(mailbox="diariet@example.org/INBOX"),
        "mailroom.outgoingmail": OutgoingMail.objects.get(dispatch__kind="notice"),
        "registry.cannedtext": factories.make_canned_text(),
        "registry.case": case,
        "registry.delivery": factories.make_delivery(),
        "registry.disposal": factories.make_disposal(),
        "registry.event": case.events.get(),
        "registry.intake": case.records.get().intake,
        "registry.retentionplan": factories.make_retention_plan(),
    }


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


@pytest.mark.parametrize("label", KINDS)
def test_nobody_deletes_reports_or_what_the_registry_or_the_outbox_keeps(
    superuser: Client, things: dict[str, Any], label: str
) -> None:
    thing = things[label]

    response = superuser.post(reverse(f"admin:{label.replace('.', '_')}_delete", args=[thing.pk]), {"post": "yes"})

    kept = label.split(".", maxsplit=1)[0] in ("registry", "mailroom") or label in KEPT
    assert (response.status_code == 403) == kept
    assert type(thing).objects.filter(pk=thing.pk).exists() or not kept


@pytest.mark.parametrize("label", KINDS)
def test_every_list_can_be_sorted_by_every_column_that_offers_it(superuser: Client, label: str) -> None:
    changelist = reverse(f"admin:{label.replace('.', '_')}_changelist")
    columns = range(len(superuser.get(changelist).context["cl"].list_display))

    upwards, downwards = ".".join(str(n) for n in columns), ".".join(f"-{n}" for n in columns)  # all in one statement

    assert {superuser.get(changelist, {"o": order}).status_code for order in (upwards, downwards)} == {200}
