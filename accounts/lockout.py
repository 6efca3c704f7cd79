"""Failed logins lock an account, and the address that they come from, each time for longer; so do wrong codes.

An attempt is counted before the password or the code is looked at, by one statement, so that however many come at
once and whichever node they reach, no more are let through. A name that nobody has is counted like any other: the
answer never tells whether an account exists. Counts fade, so that a mistake a week never adds up.

Our own rather than django-axes: that has one limit for accounts and addresses alike, counts after the attempt, keeps
what was typed as a name, and asks the database several times for what is one statement.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.devices import find_device
from accounts.models import LoginLock
from visitors.addresses import find_address, find_network

FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)


class Limit(NamedTuple):
    """How many failures are let pass before a lock, and how soon one is forgotten."""

    free: int
    fades_after: timedelta


LIMITS = {
    LoginLock.Kind.ACCOUNT: Limit(5, timedelta(hours=1)),
    LoginLock.Kind.DEVICE: Limit(5, timedelta(hours=1)),
    LoginLock.Kind.CODE: Limit(5, timedelta(hours=1)),
    LoginLock.Kind.ADDRESS: Limit(30, timedelta(minutes=5)),  # a whole office may share one
}
COUNT = """
INSERT INTO accounts_loginlock AS known (kind, key, user_id, address, failures, failed_at, locked_until)
VALUES (%(kind)s, %(key)s, %(user)s, %(address)s, 1, statement_timestamp(), statement_timestamp())
ON CONFLICT (key) DO UPDATE SET failed_at = statement_timestamp(), told_at = CASE WHEN known.failures >= %(free)s
        THEN known.told_at END, (failures, locked_until) = (
    SELECT failures, statement_timestamp() + CASE WHEN failures < %(free)s THEN interval '0'
        ELSE least(%(longest)s, %(first)s * power(2, least(failures - %(free)s, 20))) END
    FROM (SELECT 1 + greatest(0, known.failures - floor(
        extract(epoch FROM statement_timestamp() - known.failed_at) / extract(epoch FROM %(fades_after)s)
    ))::integer AS failures) AS counted
)
WHERE known.locked_until <= statement_timestamp()
RETURNING id
"""
FORGIVE = """
UPDATE accounts_loginlock SET failures = greatest(0, failures - 1),
    locked_until = CASE WHEN failures <= %(free)s THEN statement_timestamp() ELSE locked_until END
WHERE key = %(key)s
"""


class LockedError(Exception):
    """What was tried is locked until a time; neither password nor code was looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M}")
        self.until = until


class Target(NamedTuple):
    """What an attempt counts against: an account, an address, the owner's browser, or the codes of an account."""

    kind: LoginLock.Kind
    value: str
    user_id: int | None = None
    address: str | None = None

    @property
    def key(self) -> str:
        """The key of its lock: a keyed hash, since what was typed as a name may be a password."""
        return salted_hmac("accounts.lockout", f"{self.kind}:{self.value}", algorithm="sha256").hexdigest()


def list_password_targets(request: HttpRequest, name: str) -> list[Target]:
    """Return what a name and a password count against.

    In a browser where the account has been logged in to before they count against that alone: whoever guesses from
    elsewhere, or from the same network, does not lock the owner out.
    """
    address = find_address(request)
    normalized = normalize_name(name)
    user = User.objects.filter(username__iexact=normalized).values_list("pk", flat=True).first()
    device = find_device(request, user) if user else None
    if device is not None:
        return [Target(LoginLock.Kind.DEVICE, str(device.pk), user_id=user)]
    return [
        Target(LoginLock.Kind.ADDRESS, find_network(request), address=address),
        Target(LoginLock.Kind.ACCOUNT, normalized, user_id=user),
    ]


def list_code_targets(user: User) -> list[Target]:
    """Return what the code of the second step counts against: whoever enters one knows the password."""
    return [Target(LoginLock.Kind.CODE, str(user.pk), user_id=user.pk)]


def count_attempt(targets: list[Target]) -> None:
    """Count an attempt as failed until it has succeeded. Raise `LockedError` if it must not be made."""
    for target in targets:
        _count_against(target)


def forgive_attempt(targets: list[Target]) -> None:
    """Take back what was counted: the attempt succeeded. All but an address also forget failures before it."""
    for target in targets:
        if target.kind != LoginLock.Kind.ADDRESS:
            LoginLock.objects.filter(key=target.key).delete()
            continue
        with connection.cursor() as cursor:
            cursor.execute(FORGIVE, {"key": target.key, "free": LIMITS[target.kind].free})


def find_locks(targets: list[Target]) -> list[LoginLock]:
    """Return those of the locks that are in force."""
    return list(LoginLock.objects.in_force().filter(key__in=[target.key for target in targets]))


def normalize_name(name: str) -> str:
    """Return the one spelling of a name under which it is counted."""
    return str(User.normalize_username(name)).strip().casefold()


def _count_against(target: Target) -> None:
    free, fades_after = LIMITS[target.kind]
    parameters: dict[str, Any] = {"kind": target.kind, "key": target.key, "user": target.user_id}
    parameters |= {"address": target.address, "free": free, "fades_after": fades_after}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, parameters | {"first": FIRST_LOCK, "longest": LONGEST_LOCK})
        is_counted = cursor.fetchone() is not None
    if not is_counted:
        lock = LoginLock.objects.filter(key=target.key).first()
        if lock is not None:  # else an administrator has just unlocked it
            raise LockedError(lock.locked_until)
