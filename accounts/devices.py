"""Browsers in which someone has logged in before.

A cookie under /admin/ tells them. Whoever logs in elsewhere is told by mail; and guesses from elsewhere, which lock the
account, do not lock its owner out of their own browser (`accounts.lockout`).
"""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.clients import describe_device
from accounts.models import AccountEvent, Device
from accounts.models.device import FORGOTTEN_AFTER
from accounts.notices import notify_user
from visitors.addresses import find_address

NEW = gettext_noop("Someone logged in to your account on a new device")
NEW_BODY = gettext_noop(
    "Device: %(device)s\nNetwork address: %(address)s\n\n"
    "If it was you, all is well. If not: log out everywhere, change your password, and tell an administrator.\n\n"
    "%(link)s"
)


def find_device(request: HttpRequest, user_id: int) -> Device | None:
    """Return the browser of the request, if the account has been logged in to there before."""
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
    return Device.objects.filter(user=user_id, key=_hash_value(value)).first() if value else None


def remember_device(request: HttpRequest, user: User, response: HttpResponse) -> None:
    """Remember the browser after a login. Mail the person, unless it is known or their very first."""
    known = find_device(request, user.pk)
    if known is not None:
        known.save()
        return
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME) or secrets.token_urlsafe(32)
    is_first = not Device.objects.filter(user=user).exists()
    Device.objects.create(user=user, key=_hash_value(value), name=describe_device(request))
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        value,
        max_age=FORGOTTEN_AFTER,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if not is_first:
        _tell_of_new(request, user)


def _tell_of_new(request: HttpRequest, user: User) -> None:
    write_entry(AccountEvent.Kind.NEW_DEVICE, account=user, request=request)
    told = {"device": describe_device(request) or "–", "address": find_address(request) or "–"}
    notify_user(user, NEW, NEW_BODY, told | {"link": f"{settings.BASE_URL}{settings.SESSION_COOKIE_PATH}sessions/"})


def _hash_value(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
