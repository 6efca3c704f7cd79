"""Who must have a second step at login, and who has one: an authenticator app, or a passkey."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.notices import name_person, notify_registrars, notify_user
from accounts.rights import holds_rights
from accounts.roles import Role
from accounts.sessions import end_sessions

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
CONFIRMED = "has_second_factor"
"""In the session: that there is a second step has been seen, and need not be asked at every page."""
RESET = gettext_noop("The second step of your account was reset")
RESET_BODY = gettext_noop(
    "%(by)s has removed your authenticator app, keys and recovery codes. You set up new ones at your next login.\n\n"
    "If you did not ask for it, tell a colleague who keeps the registry at once."
)
ON_THE_SERVER = gettext_noop("Someone who runs the server")
TOLD = gettext_noop("The second step of %(account)s was reset")
TOLD_BODY = gettext_noop(
    "%(by)s has removed the second step at login of %(account)s, who has rights in the registry.\n\n"
    "If %(account)s has not asked for it, ask the administrator.\n"
)


def list_required_roles() -> list[Role]:
    """Return the roles of `MFA_REQUIRED_ROLES`; `accounts.checks` says if a name is none."""
    return [Role[name.upper()] for name in settings.MFA_REQUIRED_ROLES]


def must_have_second_factor(user: User) -> bool:
    """Whether one of the user's roles demands it. A superuser has all roles."""
    required = list_required_roles()
    if not required:
        return False
    return user.is_superuser or user.groups.filter(name__in=[role.value for role in required]).exists()


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


@transaction.atomic
def reset_second_factor(user: User, by: User | AnonymousUser | None = None, request: HttpRequest | None = None) -> None:
    """Remove every app, key and code of someone who has lost them, and end their sessions.

    Without `by` it was done on the server, by whoever runs it.
    """
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    write_entry(AccountEvent.Kind.FACTORS_RESET, account=user, actor=by, request=request)
    with translation.override(settings.LANGUAGE_CODE):
        told = {"by": name_person(by) if by else _(ON_THE_SERVER), "account": user.get_username()}
    if holds_rights(user):
        notify_registrars(TOLD, TOLD_BODY, told, about=user)
    notify_user(user, RESET, RESET_BODY, told)
