"""Mail about user accounts, to the person or to the administrators, in the site's language."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.roles import Role
from mailroom import outbox

NOT_YOU = gettext_noop("If it was not you, tell an administrator at once.")


def notify_user(user: User, subject: str, body: str, values: Mapping[str, str] | None = None) -> None:
    """Queue a mail to the person about their own account, with the account and the time. Both texts are translated."""
    if user.email:
        notify_address(user.email, user, subject, body, values or {})


def notify_address(email: str, user: User, subject: str, body: str, values: Mapping[str, str]) -> None:
    """Do the same by another address than the account's own."""
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Account: %(account)s\nWhen: %(time)s") % {
            "account": user.get_username(), "time": date_format(timezone.localtime(), "DATETIME_FORMAT"),
        }  # fmt: skip
        title = _(subject) % values
        _queue([email], title, f"{title}.\n\n{words}\n\n{_(body) % values}\n")


def send_link(email: str, subject: str, body: str, values: Mapping[str, str]) -> None:
    """Queue a mail with a link that nobody but the recipient may use: it cannot be read in the outbox."""
    with translation.override(settings.LANGUAGE_CODE):
        _queue([email], _(subject) % values, _(body) % values, is_secret=True)


def name_person(user: User | AnonymousUser) -> str:
    """Return the name of a person, or of the account if it has none."""
    return (user.get_full_name() if isinstance(user, User) else "") or user.get_username()


def find_administrators() -> QuerySet[User]:
    """Return those who keep the user accounts and can be written to."""
    keeps = Q(groups__name=Role.ADMINISTRATOR.value) | Q(is_superuser=True)
    return User.objects.filter(keeps, is_active=True).exclude(email="").distinct()


def notify_administrators(subject: str, body: str, values: Mapping[str, str]) -> None:
    """Queue a mail to each. The texts hold the names of the values, and are translated here."""
    with translation.override(settings.LANGUAGE_CODE):
        emails = find_administrators().values_list("email", flat=True)
        _queue(list(emails), _(subject) % values, _(body) % values)


def notify_registrars(subject: str, body: str, values: Mapping[str, str], *, about: User) -> None:
    """Queue a mail to every registrar but the one it is about, and to the registrar's function address."""
    registrars = User.objects.filter(groups__name=Role.REGISTRAR.value, is_active=True).exclude(pk=about.pk)
    emails = {email.lower() for email in registrars.exclude(email="").values_list("email", flat=True)}
    with translation.override(settings.LANGUAGE_CODE):
        _queue(sorted({*emails, settings.REGISTRAR_EMAIL.lower()}), _(subject) % values, _(body) % values)


def _queue(emails: list[str], subject: str, body: str, *, is_secret: bool = False) -> None:
    for email in emails:
        outbox.queue_mail(to=email, subject=subject, body=body, language=settings.LANGUAGE_CODE, is_secret=is_secret)
