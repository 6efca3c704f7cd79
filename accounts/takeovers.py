"""A new e-mail address, to which links go, could let somebody else in: the person and the registrars are told."""

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.notices import name_person, notify_address, notify_registrars
from accounts.rights import holds_rights

NEW_ADDRESS = gettext_noop("The e-mail address of your account was changed")
NEW_ADDRESS_BODY = gettext_noop(
    "%(by)s has changed it to %(email)s. If you did not know of it, tell a colleague at once."
)
TOLD_ADDRESS = gettext_noop("The e-mail address of %(account)s was changed")
TOLD_ADDRESS_BODY = gettext_noop(
    "%(by)s has changed the e-mail address of %(account)s, who has rights in the registry, to %(email)s. Links to a "
    "new password go there.\n\nIf %(account)s does not know of it, ask the administrator.\n"
)


def note_new_address(user: User, former: str, by: User | AnonymousUser, request: HttpRequest) -> None:
    """Tell the former address, and the registrars where the account has rights in the registry."""
    write_entry(AccountEvent.Kind.ADDRESS_CHANGED, account=user, actor=by, request=request, details=user.email)
    told = {"by": name_person(by), "account": user.get_username(), "email": user.email}
    if former:
        notify_address(former, user, NEW_ADDRESS, NEW_ADDRESS_BODY, told)
    if holds_rights(user):
        notify_registrars(TOLD_ADDRESS, TOLD_ADDRESS_BODY, told, about=user)
