"""Who works here and how they get in: failed logins and locks, and the account log."""

from accounts.models.account_event import AccountEvent
from accounts.models.device import Device
from accounts.models.known_right import KnownRight
from accounts.models.login_lock import LoginLock

NEVER_CHANGED = ["accounts_accountevent"]
"""Tables whose rows are never changed, only removed when their time is out."""

__all__ = ["NEVER_CHANGED", "AccountEvent", "Device", "KnownRight", "LoginLock"]
