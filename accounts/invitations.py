"""Links by which a person chooses their own password: once, and within some days.

Nobody types a password for somebody else. The link is signed, and names the account, its password as it was and the
time: it stops working when a password has been chosen, somebody has logged in, or the days are over.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.notices import name_person, notify_registrars, send_link
from accounts.rights import holds_rights

INVITED = gettext_noop("You have an account at %(site)s")
INVITED_BODY = gettext_noop(
    "%(by)s has made you an account at %(site)s.\n\nYour username: %(account)s\n\n"
    "Choose your password here. The link works once, and for %(days)s days:\n%(link)s\n"
)
NEW_LINK = gettext_noop("A new link to your account at %(site)s")
NEW_LINK_BODY = gettext_noop(
    "%(by)s has sent you a link by which you choose a new password. Until then the one you have works.\n\n"
    "Your username: %(account)s\n\nThe link works once, and for %(days)s days:\n%(link)s\n"
)
TOLD = gettext_noop("A new link was sent to %(account)s")
TOLD_BODY = gettext_noop(
    "%(by)s has sent a link by which a new password is chosen for %(account)s, who has rights in the registry. "
    "It went to %(email)s.\n\nIf %(account)s has not asked for it, ask the administrator.\n"
)


class InvitationTokenGenerator(PasswordResetTokenGenerator):
    key_salt = "accounts.invitations"


token_generator = InvitationTokenGenerator()


@transaction.atomic
def send_invitation(user: User, by: User | AnonymousUser, request: HttpRequest) -> None:
    """Mail a link to a new account, or to someone who has forgotten their password. The user has an address."""
    is_new = user.last_login is None and not user.has_usable_password()
    values = {
        "by": name_person(by),
        "site": settings.REGION_SITE_NAME,
        "account": user.get_username(),
        "days": str(settings.INVITATION_DAYS),
        "link": make_link(user),
    }
    subject, body = (INVITED, INVITED_BODY) if is_new else (NEW_LINK, NEW_LINK_BODY)
    send_link(user.email, subject, body, values)
    write_entry(AccountEvent.Kind.INVITED, account=user, actor=by, request=request, details=user.email)
    if not is_new and holds_rights(user):
        told = {"by": name_person(by), "account": user.get_username(), "email": user.email}
        notify_registrars(TOLD, TOLD_BODY, told, about=user)


def make_link(user: User) -> str:
    """Return the address by which the person chooses a password."""
    arguments = [urlsafe_base64_encode(force_bytes(user.pk)), token_generator.make_token(user)]
    return settings.BASE_URL + reverse("account_invitation", args=arguments)
