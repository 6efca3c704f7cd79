"""Single sign-on by OpenID Connect: whose account it is, and which roles the provider's claims give.

An account is known again by the provider's stable subject. The first time it is found by a verified e-mail address;
where there is none, it is made if the claims give a role. Roles that claims can give are given and taken at each login.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from requests import Session

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.role_changes import set_roles
from accounts.roles import Role
from accounts.usernames import find_free_name

FAILED = _("Logging in with %(provider)s did not work. Try again, or log in with your password if you have one.")
CANCELLED = _("You cancelled the login.")
UNKNOWN = _(
    "%(provider)s knows you, but you have no account here. Ask an administrator for one, with the e-mail address that "
    "%(provider)s has for you."
)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """What allauth asks when somebody comes from the provider."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account, and give it the roles of the claims."""
        claims = read_claims(sociallogin.account)
        sociallogin.email_addresses = []  # allauth would look for accounts by them in its own way
        if not sociallogin.is_existing:
            user = _find_by_email(claims)
            if user is not None:
                sociallogin.connect(request, user)
                write_entry(AccountEvent.Kind.LINKED, account=user, request=request, details=sociallogin.account.uid)
        if sociallogin.is_existing and sociallogin.user.is_active:
            give_claimed_roles(sociallogin.user, claims, request)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether to make an account: the claims must give a role."""
        if find_claimed_roles(read_claims(sociallogin.account)):
            return True
        raise ImmediateHttpResponse(refuse_login(request, UNKNOWN))

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:  # noqa: ARG002
        """Fill in a new account from the claims, under a name that nobody has."""
        claims = read_claims(sociallogin.account)
        user: User = sociallogin.user
        user.username = find_free_name(str(claims.get("preferred_username") or claims.get("email") or claims["sub"]))
        user.first_name = str(claims.get("given_name") or "")[:150]
        user.last_name = str(claims.get("family_name") or "")[:150]
        user.email = str(claims.get("email") or "")[:254] if claims.get("email_verified") is True else ""
        user.is_staff = True
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:  # noqa: ARG002
        user: User = sociallogin.user
        user.set_unusable_password()
        sociallogin.save(request)
        write_entry(AccountEvent.Kind.CREATED, account=user, request=request, details=settings.OIDC_NAME)
        give_claimed_roles(user, read_claims(sociallogin.account), request)
        return user

    def get_requests_session(self) -> Session:
        """Return what asks the provider. It follows no redirect: the secret goes to the addresses of its metadata."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def on_authentication_error(self, request: HttpRequest, *_args: Any, **told: Any) -> None:
        words = CANCELLED if str(told.get("error")) == "cancelled" else FAILED
        raise ImmediateHttpResponse(refuse_login(request, words))


def read_claims(account: SocialAccount) -> dict[str, Any]:
    """Return what the provider says of the person.

    Both answers must be about the same one (OpenID Connect Core, 5.3.2), and from the issuer that the settings name,
    not from one that its metadata names (OpenID Connect Discovery, 4.3).
    """
    id_token, userinfo = (account.extra_data.get(name) or {} for name in ("id_token", "userinfo"))
    is_same_subject = not (id_token and userinfo) or id_token.get("sub") == userinfo.get("sub")
    is_our_issuer = not id_token or str(id_token.get("iss", "")).rstrip("/") == settings.OIDC_ISSUER
    if not (is_same_subject and is_our_issuer):
        raise ImmediateHttpResponse(redirect("account_login"))
    return {**id_token, **userinfo}


def find_claimed_roles(claims: dict[str, Any]) -> set[Role]:
    """Return the roles that the values of the claim give."""
    values = claims.get(settings.OIDC_ROLES_CLAIM) or []
    given = {values} if isinstance(values, str) else {value for value in values if isinstance(value, str)}
    return {Role[role.upper()] for value, role in settings.OIDC_ROLES.items() if value in given}


def give_claimed_roles(user: User, claims: dict[str, Any], request: HttpRequest) -> None:
    """Give and take the roles that claims can give; others stay as administrators gave them."""
    if not settings.OIDC_ROLES_CLAIM:
        return
    governed = {Role[role.upper()].value for role in settings.OIDC_ROLES.values()}
    claimed = {role.value for role in find_claimed_roles(claims)}
    kept = set(user.groups.exclude(name__in=governed).values_list("name", flat=True))
    set_roles(user, Group.objects.filter(name__in=kept | claimed), request=request, how=settings.OIDC_NAME)


def had_second_step(account: SocialAccount) -> bool:
    """Whether the provider says that there was a second step (RFC 8176), by `amr` or `acr`."""
    claims = read_claims(account)
    told = claims.get("amr") or []
    methods = {told} if isinstance(told, str) else {method for method in told if isinstance(method, str)}
    return bool({*methods, str(claims.get("acr", ""))} & set(settings.OIDC_SECOND_FACTOR))


def refuse_login(request: HttpRequest, words: Any) -> HttpResponse:
    """Lead back to the page to log in, which says why."""
    messages.error(request, words % {"provider": settings.OIDC_NAME})
    return redirect("account_login")


def _find_by_email(claims: dict[str, Any]) -> User | None:
    """Return the one account with the address, if the provider has verified it and no subject has the account."""
    email = claims.get("email")
    if not isinstance(email, str) or not email or claims.get("email_verified") is not True:
        return None
    users = list(User.objects.filter(email__iexact=email, is_active=True)[:2])
    if len(users) != 1 or SocialAccount.objects.filter(user=users[0]).exists():
        return None
    return users[0]
