"""Rights that registrars must know of: who may read, decide on or destroy what the registry holds.

Whoever gains or loses one of them, the registrars are told at once by mail, and the registry's chain of events has it:
an administrator gives roles, but not unseen. What the portal's pages do is told in their own transaction, with who did
it; the worker finds what was done in any other way, such as by SQL.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import KnownRight
from accounts.notices import name_person, notify_registrars
from jobs.locks import Lock, wait_for_advisory_lock
from registry import chain
from registry.models import Event

Right = KnownRight.Right
PERMISSIONS = {
    Right.REGISTRAR: "registry.change_case",
    Right.ARCHIVIST: "registry.deliver_case",
    Right.SECRECY: "registry.read_secret_case",
}
"""The permission by which each is known, whichever role or group it comes from."""
GIVEN = gettext_noop("%(account)s has been given rights in the registry")
GIVEN_BODY = gettext_noop(
    "Account: %(account)s (%(name)s)\nGiven: %(rights)s\nBy: %(by)s\n\n"
    "If you did not expect this, ask the administrator, and look at what the account does. It stands in the registry's "
    "log of events.\n"
)
TAKEN = gettext_noop("%(account)s no longer has rights in the registry")
TAKEN_BODY = gettext_noop("Account: %(account)s (%(name)s)\nTaken: %(rights)s\nBy: %(by)s\n")
UNSEEN = gettext_noop("not on the portal's own pages")


@transaction.atomic
def tell_changed_rights(actor: User | AnonymousUser | None = None, how: str = "") -> int:
    """Tell of every right that somebody has gained or lost since the last time. Return how many there were.

    Without an actor `how` says what gave it, such as single sign-on.
    """
    if find_rights() == _find_known():
        return 0
    wait_for_advisory_lock(Lock.RIGHTS)
    now, before = find_rights(), _find_known()
    given, taken = now - before, before - now
    with translation.override(settings.LANGUAGE_CODE):
        who = name_person(actor) if actor else how or _(UNSEEN)
    for kind, rights, subject, body in (
        (Event.Kind.RIGHTS_GIVEN, given, GIVEN, GIVEN_BODY),
        (Event.Kind.RIGHTS_TAKEN, taken, TAKEN, TAKEN_BODY),
    ):
        for user, names in _by_user(rights):
            labels = _label(names)
            account = user.get_username()
            chain.append_event(kind, actor=actor.get_username() if actor else how, account=account, rights=labels)
            told = {"account": account, "name": user.get_full_name(), "rights": labels, "by": who}
            notify_registrars(subject, body, told, about=user)
    _remember(given, taken)
    return len(given | taken)


@transaction.atomic
def accept_present_rights() -> None:
    """Take all present rights as known: the example content comes with its own."""
    now, before = find_rights(), _find_known()
    _remember(now - before, before - now)


def find_rights() -> set[tuple[int, str]]:
    """Return who has which of the rights now, by whatever way. A closed account has none."""
    users = User.objects.filter(is_active=True)
    found = {(pk, Right.SUPERUSER.value) for pk in users.filter(is_superuser=True).values_list("pk", flat=True)}
    for right, permission in PERMISSIONS.items():
        app_label, codename = permission.split(".")
        wanted = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
        groups = Group.objects.filter(permissions__in=wanted)
        holders = users.filter(Q(groups__in=groups) | Q(user_permissions__in=wanted))
        found |= {(pk, right.value) for pk in holders.values_list("pk", flat=True)}
    return found


def holds_rights(user: User) -> bool:
    """Whether the registrars must know what happens to an account, since it has such rights."""
    return any(pk == user.pk for pk, _right in find_rights())


def _find_known() -> set[tuple[int, str]]:
    return set(KnownRight.objects.values_list("user_id", "right"))


def _remember(given: Iterable[tuple[int, str]], taken: Iterable[tuple[int, str]]) -> None:
    KnownRight.objects.bulk_create(KnownRight(user_id=pk, right=right) for pk, right in given)
    for pk, right in taken:
        KnownRight.objects.filter(user=pk, right=right).delete()


def _by_user(rights: Iterable[tuple[int, str]]) -> list[tuple[User, list[str]]]:
    names: dict[int, list[str]] = defaultdict(list)
    for pk, right in sorted(rights):
        names[pk].append(right)
    return [(user, names[user.pk]) for user in User.objects.filter(pk__in=names).order_by("pk")]


def _label(names: list[str]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return ", ".join(str(Right(name).label) for name in names)
