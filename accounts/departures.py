"""Someone leaves: their account is closed in one act, and what was theirs goes to those who are named."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.models import AccountEvent, Device
from accounts.notices import name_person, notify_user
from accounts.role_changes import set_roles
from accounts.sessions import end_sessions
from contacts.models import StaffMember, Substitution
from publishing.models import Publication
from registry.models import Case
from registry.services.case_acts import hand_over_case
from registry.transitions import UNDER_WAY

LEFT = gettext_noop("The officer has left.")
TAKEN_OVER = gettext_noop("You have taken over from %(name)s")
TAKEN_OVER_BODY = gettext_noop("These are yours from now on: %(things)s. You find them when you log in:\n%(link)s")


class Belongings(NamedTuple):
    """What someone answers for: rows of one model, by the field that names the staff member."""

    field: "models.Field[Any, Any]"
    rows: models.QuerySet[Any]


@transaction.atomic
def close_account(
    user: User,
    by: User | AnonymousUser,
    request: HttpRequest,
    *,
    successor: StaffMember | None = None,
    officer: User | None = None,
) -> None:
    """Close an account: its sessions, roles and page. Unfinished cases go to the officer, else to the registrar."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _(LEFT)
    for case in find_unfinished_cases(user):
        hand_over_case(case, officer, by, reason=reason)
    staff = find_page(user)
    if staff is not None:
        if successor is not None:
            _hand_over(staff, successor, name_person(user))
        staff.publication = Publication.ARCHIVED
        staff.save()
    user.is_active = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    set_roles(user, [], actor=by, request=request)
    Substitution.objects.filter(models.Q(person=user) | models.Q(substitute=user)).delete()
    for model in (Authenticator, SocialAccount, Device):
        model.objects.filter(user=user).delete()
    end_sessions(user)
    write_entry(AccountEvent.Kind.CLOSED, account=user, actor=by, request=request)


def find_page(user: User) -> StaffMember | None:
    return StaffMember.objects.filter(user=user).first()


def find_unfinished_cases(user: User) -> models.QuerySet[Case]:
    return Case.objects.filter(assigned_to=user, status__in=UNDER_WAY).order_by("pk")


def list_belongings(staff: StaffMember) -> Iterator[Belongings]:
    """Yield what somebody answers for: everything that names its staff member, of whichever app."""
    for relation in StaffMember._meta.related_objects:
        field = relation.field
        rows = relation.related_model._base_manager.filter(**{field.name: staff})  # noqa: SLF001
        if rows.exists():
            yield Belongings(field, rows)


def describe_belongings(staff: StaffMember) -> str:
    """Return such as `2 action plans, 14 activities`."""
    return ", ".join(
        f"{count} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
        for belongings in list_belongings(staff)
        for count, meta in [(belongings.rows.count(), belongings.rows.model._meta)]
    )


def _hand_over(staff: StaffMember, successor: StaffMember, name: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        things = describe_belongings(staff)
    for field, rows in list(list_belongings(staff)):
        if field.many_to_many:
            for row in rows:
                getattr(row, field.name).add(successor)
                getattr(row, field.name).remove(staff)
        else:
            rows.update(**{field.name: successor})
    if things and successor.user is not None:
        link = f"{settings.BASE_URL}{settings.SESSION_COOKIE_PATH}"
        notify_user(successor.user, TAKEN_OVER, TAKEN_OVER_BODY, {"name": name, "things": things, "link": link})
