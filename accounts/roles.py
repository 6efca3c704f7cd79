"""The roles of the staff: groups whose permissions are defined here and nowhere else.

A permission covers all objects of a model. The admin of each app limits them to, say, a coordinator's own plans or an
officer's own cases.
"""

from enum import StrEnum

from django.contrib.auth.models import Group, Permission
from django.db.models import Q


class Role(StrEnum):
    """A role. The value is the name of its group."""

    COORDINATOR = "Samordnare"
    EDITOR = "Huvudredaktör"
    REPORTER = "Rapportör"
    REGISTRAR = "Registrator"
    OFFICER = "Handläggare"
    ARCHIVIST = "Arkivarie"
    ADMINISTRATOR = "Administratör"

    def group(self) -> Group:
        return Group.objects.get(name=self.value)


VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
DISPOSE, DELIVER, APPROVE, READ_SECRET = "dispose", "deliver", "approve", "read_secret"
PUBLISH, REPORT = "publish", "report"
EDIT = (VIEW, ADD, CHANGE)
ALL = (*EDIT, DELETE)
READ_OWN_CASES: dict[str, tuple[str, ...]] = {"registry.record": (VIEW,)}
"""Being assigned cases, and reading those."""
READ_REGISTRY = READ_OWN_CASES | {
    f"registry.{model}": (VIEW,)
    for model in ("case", "delivery", "disposal", "event", "file", "intake", "party", "series")
}

CONTENT: dict[str, tuple[str, ...]] = {
    "actionplans.actionplan": ALL,
    "actionplans.activity": (*ALL, REPORT),
    "actionplans.contribution": ALL,
    "actionplans.involvement": ALL,
    "actionplans.milestone": ALL,
    "actionplans.organisation": ALL,
    "actionplans.statusupdate": (VIEW,),
    "actionplans.theme": ALL,
    "contacts.staffmember": ALL,
    "contacts.substitution": ALL,
    "documents.document": ALL,
    "documents.documentversion": ALL,
    "followup.assessment": (VIEW, CHANGE),
    "followup.correction": (VIEW, ADD),
    "followup.evidence": ALL,
    "followup.followup": (*ALL, PUBLISH),
    "funding.call": ALL,
    "funding.fundingprogramme": ALL,
    "funding.guidance": ALL,
    "funding.themewords": ALL,
    "indicators.area": ALL,
    "indicators.indicator": ALL,
    "indicators.indicatortarget": ALL,
    "indicators.indicatorvalue": ALL,
    "indicators.outcomeoverride": (VIEW, ADD),
    "news.newsitem": ALL,
    "search.synonymgroup": ALL,
    "strategy.goal": ALL,
    "strategy.goalcrosswalk": ALL,
    "strategy.priority": ALL,
    "strategy.strategy": ALL,
}
"""All that is published, and the judgement on it."""

PERMISSIONS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.COORDINATOR: READ_OWN_CASES
    | {
        "actionplans.actionplan": (VIEW, CHANGE),
        "actionplans.activity": (*EDIT, REPORT),
        "actionplans.contribution": ALL,
        "actionplans.involvement": ALL,
        "actionplans.milestone": ALL,
        "actionplans.organisation": (VIEW,),
        "actionplans.statusupdate": (VIEW,),
        "actionplans.theme": (VIEW,),
        "contacts.staffmember": (VIEW,),
        "contacts.substitution": ALL,
        "indicators.area": (VIEW,),
        "indicators.indicator": (VIEW, CHANGE),
        "indicators.indicatortarget": ALL,
        "indicators.indicatorvalue": ALL,
        "indicators.outcomeoverride": (VIEW, ADD),
        "documents.document": EDIT,
        "documents.documentversion": EDIT,
        "followup.assessment": (VIEW, CHANGE),
        "followup.evidence": ALL,
        "followup.followup": (VIEW, CHANGE),
        "funding.call": EDIT,
        "funding.fundingprogramme": (VIEW,),
        "funding.guidance": ALL,
        "funding.themewords": (VIEW, CHANGE),
        "news.newsitem": EDIT,
        "search.synonymgroup": ALL,
        "strategy.goal": (VIEW,),
        "strategy.goalcrosswalk": (VIEW,),
        "strategy.priority": (VIEW,),
        "strategy.strategy": (VIEW,),
    },
    Role.REPORTER: {
        "actionplans.activity": (VIEW, REPORT),
        "actionplans.statusupdate": (VIEW,),
    },
    Role.REGISTRAR: READ_REGISTRY
    | {
        "registry.answer": (VIEW, APPROVE),
        "registry.cannedtext": EDIT,
        "registry.case": (VIEW, CHANGE, READ_SECRET),
        "registry.intake": (VIEW, CHANGE, DISPOSE),
        "registry.series": EDIT,
        "jobs.failure": (VIEW, CHANGE),
        "mailroom.incomingmail": (VIEW,),
        "mailroom.mailboxreading": (VIEW,),
        "mailroom.outgoingmail": (VIEW, CHANGE),
    },
    Role.OFFICER: READ_OWN_CASES | {"registry.cannedtext": (VIEW,)},
    Role.ARCHIVIST: READ_REGISTRY
    | {
        "registry.case": (VIEW, DISPOSE, DELIVER, READ_SECRET),
        "registry.documenttype": ALL,
        "registry.intake": (VIEW, DISPOSE),
        "registry.retentionplan": EDIT,
    },
    Role.EDITOR: READ_OWN_CASES | CONTENT,
    Role.ADMINISTRATOR: CONTENT
    | {
        "accounts.accountevent": (VIEW,),
        "accounts.loginlock": (VIEW, CHANGE),
        "auth.group": (VIEW,),
        "auth.user": EDIT,
        "jobs.failure": (VIEW, CHANGE),
        "jobs.heartbeat": (VIEW,),
    },
}
"""The actions on each model. `case` and `intake` are changed only by registry.services, and never deleted."""


def ensure_roles() -> None:
    """Create the groups and give each exactly the permissions above."""
    for role, models in PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=role.value)
        group.permissions.set(find_permissions(models))


def find_permissions(models: dict[str, tuple[str, ...]]) -> list[Permission]:
    """Return the permissions for a role's models and actions."""
    wanted = Q()
    for label, acts in models.items():
        app_label, model = label.split(".")
        codenames = [f"{act}_{model}" for act in acts]
        wanted |= Q(content_type__app_label=app_label, codename__in=codenames)
    return list(Permission.objects.filter(wanted))
