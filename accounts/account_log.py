"""Writing to the account log. Never hand it anything that was typed."""

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from accounts.clients import describe_device
from accounts.models import AccountEvent
from visitors.addresses import find_address


def write_entry(
    kind: AccountEvent.Kind,
    *,
    account: User | None = None,
    actor: User | AnonymousUser | None = None,
    request: HttpRequest | None = None,
    details: str = "",
) -> AccountEvent:
    """Write an entry about an account; `request` is that of whoever did it."""
    return AccountEvent.objects.create(
        kind=kind,
        account=account.get_username() if account else "",
        actor=actor.get_username() if actor else "",
        address=find_address(request) if request else None,
        device=describe_device(request) if request else "",
        details=details[:500],
    )
