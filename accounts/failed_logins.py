"""What a person is told who is locked out, and what follows a failure: an entry in the log, word to administrators."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.lockout import LockedError, Target, count_attempt, find_locks
from accounts.models import AccountEvent, LoginLock
from accounts.notices import notify_administrators

LOCKED = _(
    "Too many attempts to log in have failed, with this username or from your network. Wait until %(time)s and try "
    "again. If you need to get in sooner, ask an administrator to unlock you."
)
"""The same whether the account exists or not."""
LONG_ENOUGH_TO_TELL = timedelta(minutes=15)
"""Shorter locks end before anyone has read a mail; the dashboard shows them."""
SUBJECT = gettext_noop("Many failed attempts to log in: %(who)s")
BODY = gettext_noop(
    "Someone has tried to log in and failed many times. New attempts are refused until %(until)s.\n\n"
    "Account or network address: %(who)s\n\n"
    "If it is a colleague who has forgotten their password, unlock them and send a new link. If nobody knows of it, "
    "leave it locked.\n\n%(link)s\n"
)


def count_or_refuse(targets: list[Target]) -> None:
    """Count an attempt that a form makes. Raise `ValidationError` with a sentence if it must not be made."""
    try:
        count_attempt(targets)
    except LockedError as locked:
        at = time_format(timezone.localtime(locked.until), "TIME_FORMAT")
        raise ValidationError(LOCKED, code="locked", params={"time": at}) from None


@transaction.atomic
def note_failure(request: HttpRequest, targets: list[Target]) -> None:
    """Log a failed attempt and the locks that it led to."""
    known = [target.user_id for target in targets if target.user_id]
    account = User.objects.filter(pk__in=known).first()
    write_entry(AccountEvent.Kind.FAILED, account=account, request=request)
    for lock in find_locks(targets):
        until = date_format(timezone.localtime(lock.locked_until), "DATETIME_FORMAT")
        with translation.override(settings.LANGUAGE_CODE):
            details = f"{lock.get_kind_display()}: {until}"
        write_entry(AccountEvent.Kind.LOCKED, account=lock.user, request=request, details=details)
        if lock.locked_until - lock.failed_at >= LONG_ENOUGH_TO_TELL and _mark_told(lock):
            link = settings.BASE_URL + reverse("admin:accounts_loginlock_changelist")
            notify_administrators(SUBJECT, BODY, {"who": str(lock), "until": until, "link": link})


def _mark_told(lock: LoginLock) -> bool:
    """Whether it was this process that marked the lock as told."""
    return LoginLock.objects.filter(pk=lock.pk, told_at=None).update(told_at=timezone.now()) == 1
