"""What allauth asks us: who may log in, from where, with what words; how secrets are kept."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import secret_box
from accounts.failed_logins import count_or_refuse, note_failure
from accounts.lockout import forgive_attempt, list_password_targets
from accounts.second_factor import must_have_second_factor
from visitors.addresses import find_address

WRONG_NAME_OR_PASSWORD = _("The username or the password is wrong. Check both and try again.")
RECENT = 5 * 60
"""Seconds after a login in which the password is not asked for again."""


def may_enter(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators, are for staff alone, and are locked when they are guessed at."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG_NAME_OR_PASSWORD,
        "email_password_mismatch": WRONG_NAME_OR_PASSWORD,
        "incorrect_password": _("The password is wrong. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return find_address(request) or "0.0.0.0"  # noqa: S104 - the list of sessions demands an address

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the user whose password it is. Each attempt is counted, whichever form it comes from."""
        targets = list_password_targets(request, credentials["username"])
        count_or_refuse(targets)
        user = authenticate(request, username=credentials["username"], password=credentials["password"])
        if not isinstance(user, User) or not may_enter(user):
            note_failure(request, targets)
            return None
        forgive_attempt(targets)
        return user

    def pre_login(self, request: HttpRequest, user: User, **_hooks: Any) -> HttpResponse | None:
        """Refuse those who are no longer staff, whichever way they come."""
        if may_enter(user):
            return None
        messages.error(request, _("Your account is closed. Ask an administrator if you need it again."))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """Whether to ask for the password again: not right after the login."""
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - record["at"] < RECENT for record in records)


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted, and the last one stays where the role demands it."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is wrong, or has been used. Wait for the next one and try again."),
        "cannot_delete_authenticator": _(
            "Your role demands a second step. Add another one before you remove the last."
        ),
    }

    def encrypt(self, text: str) -> str:
        return secret_box.encrypt_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secret_box.decrypt_text(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = (
            Authenticator.objects.filter(user=authenticator.user)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .exclude(pk=authenticator.pk)
        )
        return others.exists() or not must_have_second_factor(authenticator.user)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Key %(number)d") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return settings.REGION_SITE_NAME
