"""What waits for those who keep the accounts and the contact pages."""

from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import LoginLock
from contacts.models import StaffMember
from mailroom.waiting_mail import explain_waiting
from publishing.models import Publication

UNFINISHED = (Publication.DRAFT, Publication.REVIEW)


def build_administrator_context() -> dict[str, Any]:
    """Return counts of what is unfinished among logins and staff; what needs nothing is left out."""
    todos = [
        (LoginLock.objects.in_force(), _("locked logins"), "accounts_loginlock", "locked=now"),
        (User.objects.filter(is_active=True, groups=None, is_superuser=False), _("user accounts without a role"),
         "auth_user", "groups__isnull=True"),
        (StaffMember.objects.filter(publication__in=UNFINISHED), _("staff whose page is not published"),
         "contacts_staffmember", "publication__exact=draft"),
    ]  # fmt: skip
    rows = [(things.count(), words, reverse(f"admin:{view}_changelist"), query) for things, words, view, query in todos]
    shown = [(count, words, f"{url}?{query}".rstrip("?")) for count, words, url, query in rows if count]
    return {"todos": shown, "waiting_mail": explain_waiting()}
