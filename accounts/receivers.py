"""What Django and allauth say has happened, written to the account log and told to the person."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed
from allauth.account.signals import user_logged_in as logged_in_by_allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.devices import remember_device
from accounts.models import AccountEvent
from accounts.notices import NOT_YOU, notify_user
from accounts.passwords import note_new_password
from accounts.second_factor import CONFIRMED
from accounts.session_limits import start_session
from accounts.single_sign_on import had_second_step

Kind = AccountEvent.Kind
PASSWORD, SINGLE_SIGN_ON = _("with password"), _("with single sign-on")
NAMES = {
    Authenticator.Type.TOTP: _("authenticator app"),
    Authenticator.Type.WEBAUTHN: _("key"),
    Authenticator.Type.RECOVERY_CODES: _("recovery codes"),
}
ADDED = gettext_noop("A second step was added to your account")
REMOVED = gettext_noop("A second step was removed from your account")
RENEWED = gettext_noop("New recovery codes were made for your account")
USED = gettext_noop("A recovery code was used to log in to your account")


@receiver(user_logged_in)
def note_login(request: HttpRequest | None, user: User, **_signal: Any) -> None:
    write_entry(Kind.LOGGED_IN, account=user, request=request, details=_describe_methods(request, user))
    if request is not None:
        start_session(request.session)


@receiver(logged_in_by_allauth)
def finish_login(
    request: HttpRequest, response: HttpResponse, user: User, sociallogin: SocialLogin | None = None, **_signal: Any
) -> None:
    """Remember the browser, and ask for no second step of our own where single sign-on has told of one."""
    remember_device(request, user, response)
    if sociallogin is not None and had_second_step(sociallogin.account):
        request.session[CONFIRMED] = True


@receiver(user_logged_out)
def note_logout(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    if user is not None:
        write_entry(Kind.LOGGED_OUT, account=user, request=request)


@receiver(password_changed)
def note_password(request: HttpRequest, user: User, **_signal: Any) -> None:
    note_new_password(user, request)


@receiver(authenticator_added)
def note_added(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _note(Kind.FACTOR_ADDED, request, user, authenticator, ADDED)


@receiver(authenticator_removed)
def note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session.pop(CONFIRMED, None)
        _note(Kind.FACTOR_REMOVED, request, user, authenticator, REMOVED)


@receiver(authenticator_reset)
def note_reset(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _note(Kind.CODES_MADE, request, user, authenticator, RENEWED)


@receiver(authenticator_used)
def note_used(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _note(Kind.CODE_USED, request, user, authenticator, USED)


def _describe_methods(request: HttpRequest | None, user: User) -> str:
    """Return by what somebody has shown who they are, such as `with password, authenticator app`."""
    records = get_authentication_records(request, user) if request is not None else []
    names = {"password": PASSWORD, "socialaccount": SINGLE_SIGN_ON} | NAMES
    with translation.override(settings.LANGUAGE_CODE):
        return ", ".join(str(names.get(record.get("type") or record["method"], "")) for record in records)


def _note(kind: Kind, request: HttpRequest, user: User, authenticator: Authenticator, subject: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        details = str(NAMES[authenticator.type])
    write_entry(kind, account=user, actor=user, request=request, details=details)
    notify_user(user, subject, NOT_YOU)
