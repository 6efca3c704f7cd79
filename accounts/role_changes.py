"""Giving and taking roles: each change stands in the account log, and the registrars are told of what concerns them."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction
from django.http import HttpRequest

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.rights import tell_changed_rights


@transaction.atomic
def set_roles(
    user: User,
    groups: Iterable[Group],
    *,
    actor: User | AnonymousUser | None = None,
    request: HttpRequest | None = None,
    how: str = "",
) -> None:
    """Give an account exactly these roles. Without an actor `how` says what gave them."""
    before = set(user.groups.values_list("name", flat=True))
    after = {group.name for group in groups}
    if before != after:
        user.groups.set(Group.objects.filter(name__in=after))
        note_role_changes(user, before, after, actor=actor, request=request, how=how)


def note_role_changes(
    user: User,
    before: set[str],
    after: set[str],
    *,
    actor: User | AnonymousUser | None = None,
    request: HttpRequest | None = None,
    how: str = "",
) -> None:
    """Write down what an account has been given and what was taken from it, and tell the registrars."""
    for kind, names in (
        (AccountEvent.Kind.ROLE_GIVEN, after - before),
        (AccountEvent.Kind.ROLE_TAKEN, before - after),
    ):
        if names:
            told = ", ".join(filter(None, [*sorted(names), how]))
            write_entry(kind, account=user, actor=actor, request=request, details=told)
    tell_changed_rights(actor, how)
