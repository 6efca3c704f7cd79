"""Single sign-on against a real provider: whose account it is, which roles it gives, what is said when it fails."""

import re
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client, RequestFactory
from requests import Session, TooManyRedirects

from accounts.allauth_settings import describe_single_sign_on
from accounts.identity_tokens import SignedTokenAdapter
from accounts.models import AccountEvent
from accounts.roles import Role
from accounts.single_sign_on import SingleSignOnAdapter, read_claims
from tests.factories import make_user
from tests.oidc_provider import Provider, running_provider

pytestmark = [pytest.mark.django_db, pytest.mark.process]

LOGIN = "/admin/login/"
KNOWN = {"email": "anna@example.org", "email_verified": True, "given_name": "Anna", "family_name": "Alm"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture(autouse=True)
def _single_sign_on(settings: Any, provider: Provider) -> None:
    use_provider(settings, provider.issuer, provider.id)
    settings.OIDC_ROLES_CLAIM = "groups"
    settings.OIDC_ROLES = {"rus-samordnare": "coordinator", "rus-diariet": "registrar"}


def use_provider(settings: Any, issuer: str, id_: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_ID, settings.OIDC_NAME = issuer, id_, "Region"
    settings.SOCIALACCOUNT_PROVIDERS = describe_single_sign_on(id_, "Region", issuer, "rus", "secret")


@pytest.fixture
def enter(client: Client, provider: Provider) -> Callable[..., Any]:
    """Returns a function that logs in as a subject of whom the provider says something; returns the last answer."""

    def enter(subject: str = "s-1", **claims: Any) -> Any:
        client.logout()
        provider.tell(subject, **claims)
        away = client.get(f"/admin/oidc/{provider.id}/login/?next=/admin/password_change/")
        return client.get(provider.authorize(away["Location"], sub=subject))

    return enter


def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_the_page_to_log_in_offers_it(client: Client, provider: Provider) -> None:
    page = client.get(f"{LOGIN}?next=/admin/registry/case/").content.decode()

    assert f'href="/admin/oidc/{provider.id}/login/?next=%2Fadmin%2Fregistry%2Fcase%2F"' in page
    assert "Logga in med Region" in page


def test_somebody_with_a_role_gets_an_account_at_the_first_login(enter: Callable[..., Any]) -> None:
    response = enter(preferred_username="anna", groups=["rus-samordnare", "other"], **KNOWN)

    user = User.objects.get(username="anna")
    assert (response.status_code, response["Location"]) == (302, "/admin/password_change/")
    assert (user.first_name, user.last_name, user.email) == ("Anna", "Alm", "anna@example.org")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert roles(user) == {Role.COORDINATOR}
    kinds = AccountEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["created", "role_given", "logged_in"]


def test_somebody_without_a_role_or_an_account_is_told_what_to_do(client: Client, enter: Callable[..., Any]) -> None:
    response = enter(**KNOWN)

    assert response["Location"] == LOGIN
    assert "Region känner till dig, men du har inget konto här." in client.get(LOGIN).content.decode()
    assert not User.objects.exists()


def test_an_account_is_found_by_a_verified_address_once_and_then_by_the_subject(enter: Callable[..., Any]) -> None:
    user = make_user(username="anna.alm", email="Anna@example.org")

    enter(**KNOWN)
    enter(**KNOWN | {"email": "new@example.org"})

    assert SocialAccount.objects.get().user == user
    assert list(User.objects.all()) == [user]
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.LOGGED_IN, account="anna.alm").count() == 2


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_opens_no_account(
    client: Client, enter: Callable[..., Any], verified: Any
) -> None:
    user = make_user(Role.REGISTRAR, email="anna@example.org")

    enter(groups=["rus-samordnare"], **KNOWN | {"email_verified": verified})

    made = User.objects.exclude(pk=user.pk).get()
    assert (client.session["_auth_user_id"], made.email) == (str(made.pk), "")
    assert roles(made) == {Role.COORDINATOR}


def test_another_subject_with_the_same_address_does_not_get_the_account(enter: Callable[..., Any]) -> None:
    user = make_user(email="anna@example.org")
    enter("s-1", **KNOWN)

    enter("s-2", preferred_username=user.username, groups="rus-samordnare", **KNOWN)

    assert SocialAccount.objects.get(uid="s-1").user == user
    assert SocialAccount.objects.get(uid="s-2").user.username == f"{user.username}2"


def test_an_address_that_two_accounts_have_opens_neither(client: Client, enter: Callable[..., Any]) -> None:
    make_user(email="anna@example.org")
    make_user(email="anna@example.org")

    enter(**KNOWN)

    assert "_auth_user_id" not in client.session


def test_roles_follow_the_claims_at_every_login_and_others_stay(enter: Callable[..., Any]) -> None:
    user = make_user(Role.ARCHIVIST, email="anna@example.org")

    seen = []
    for groups in (["rus-samordnare"], ["rus-diariet"], "rus-diariet", [], None, {"x": 1}, [7, None]):
        enter(groups=groups, **KNOWN)
        seen.append(roles(user) - {Role.ARCHIVIST})

    assert seen == [{Role.COORDINATOR}, {Role.REGISTRAR}, {Role.REGISTRAR}, set(), set(), set(), set()]
    assert Role.ARCHIVIST in roles(user)
    changes = AccountEvent.objects.filter(kind__startswith="role").order_by("pk").values_list("kind", "details")
    assert list(changes) == [
        ("role_given", "Samordnare, Region"),
        ("role_given", "Registrator, Region"),
        ("role_taken", "Samordnare, Region"),
        ("role_taken", "Registrator, Region"),
    ]


def test_without_a_claim_for_roles_administrators_give_them(enter: Callable[..., Any], settings: Any) -> None:
    settings.OIDC_ROLES_CLAIM = ""
    user = make_user(Role.REGISTRAR, email="anna@example.org")

    enter(groups=["rus-samordnare"], **KNOWN)

    assert roles(user) == {Role.REGISTRAR}


def test_a_closed_account_stays_closed(client: Client, enter: Callable[..., Any]) -> None:
    user = make_user(email="anna@example.org")
    enter(**KNOWN)
    User.objects.update(is_active=False)

    response = enter(groups=["rus-samordnare"], **KNOWN)

    assert response["Location"] == LOGIN
    assert "Ditt konto är stängt." in client.get(LOGIN).content.decode()
    assert list(User.objects.all()) == [user]


def test_the_second_step_is_asked_for_unless_the_provider_has_asked(
    client: Client, enter: Callable[..., Any], settings: Any
) -> None:
    settings.MFA_REQUIRED_ROLES = ["registrar"]
    places = []
    for claims in ({}, {"amr": ["pwd"]}, {"amr": ["pwd", "mfa"]}, {"acr": "mfa"}):
        enter(groups=["rus-diariet"], **KNOWN, **claims)
        places.append(client.get("/admin/").status_code)

    assert places == [302, 302, 200, 200]


def test_ones_own_second_step_is_asked_for_too(client: Client, enter: Callable[..., Any]) -> None:
    TOTP.activate(make_user(email="anna@example.org"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    response = enter(**KNOWN)

    assert (response["Location"], "_auth_user_id" in client.session) == ("/admin/second-step/authenticate/", False)


def test_a_cancelled_login_is_told(client: Client, provider: Provider) -> None:
    away = client.get(f"/admin/oidc/{provider.id}/login/")

    state = re.search("state=([^&]+)", away["Location"])
    assert state
    client.get(f"/admin/oidc/{provider.id}/login/callback/?error=access_denied&state={state[1]}")

    assert "Du avbröt inloggningen." in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=y", "?error=server_error&state=z", "?state=%00&code=%00"]
)
def test_an_answer_that_nobody_asked_for_is_refused(client: Client, provider: Provider, query: str) -> None:
    response = client.get(f"/admin/oidc/{provider.id}/login/callback/{query}")

    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert "Det gick inte att logga in med Region." in client.get(LOGIN).content.decode()


def test_an_answer_to_somebody_elses_login_is_refused(client: Client, provider: Provider) -> None:
    away = client.get(f"/admin/oidc/{provider.id}/login/")
    back = provider.authorize(away["Location"], sub="s-1")

    response = Client().get(back)

    assert response["Location"] == LOGIN
    assert not User.objects.exists()


def test_a_provider_that_is_away_is_told_and_passwords_still_work(client: Client, settings: Any) -> None:
    use_provider(settings, "http://localhost:1", "localhost-1")

    response = client.get("/admin/oidc/localhost-1/login/")

    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert "Det gick inte att logga in med Region." in client.get(LOGIN).content.decode()


def test_a_link_from_another_site_logs_nobody_in(client: Client, provider: Provider) -> None:
    response = client.get(f"/admin/oidc/{provider.id}/login/", headers={"Sec-Fetch-Site": "cross-site"})

    assert response["Location"] == LOGIN


def test_an_unknown_provider_is_not_found(client: Client) -> None:
    assert client.get("/admin/oidc/other/login/").status_code == 404


def test_a_role_that_is_none_is_refused_at_start(settings: Any) -> None:
    settings.OIDC_ROLES = {"x": "regisrtar"}

    with pytest.raises(SystemCheckError, match="OIDC_ROLES names regisrtar"):
        call_command("check")


@pytest.mark.parametrize("issuer", ["https://other.example.org", "", None])
def test_what_another_issuer_says_is_refused(provider: Provider, issuer: str | None) -> None:
    ours = SocialAccount(extra_data={"id_token": {"sub": "s-1", "iss": f"{provider.issuer}/"}})
    others = SocialAccount(extra_data={"id_token": {"sub": "s-1", "iss": issuer}})

    assert read_claims(ours)["sub"] == "s-1"
    with pytest.raises(ImmediateHttpResponse):
        read_claims(others)


@pytest.fixture
def issue_token(monkeypatch: pytest.MonkeyPatch, provider: Provider) -> Callable[..., str]:
    """Returns a function that makes an ID token of a provider with a key of our own, which it publishes."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    published = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "1", "alg": "RS256"}

    class Answer:
        raise_for_status = staticmethod(lambda: None)
        json = staticmethod(lambda: {"keys": [published]})

    ask = Session.get

    def get(session: Session, url: str, **named: Any) -> Any:
        return Answer if url.endswith("/jwks") else ask(session, url, **named)

    monkeypatch.setattr(Session, "get", get)
    claims = {"sub": "s-1", "iss": provider.issuer, "aud": "rus", "iat": int(time.time()), "exp": int(time.time()) + 60}

    def issue(signed_by: Any = key, algorithm: str = "RS256", **changes: Any) -> str:
        return jwt.encode(claims | changes, signed_by, algorithm=algorithm, headers={"kid": "1"})

    return issue


def decode(provider: Provider, token: str) -> dict[str, Any]:
    adapter = SignedTokenAdapter(RequestFactory().get("/"), provider.id)
    adapter.did_fetch_access_token = True
    return adapter._decode_id_token(adapter.get_provider().app, token)


def test_an_id_token_of_the_provider_is_taken(provider: Provider, issue_token: Callable[..., str]) -> None:
    assert decode(provider, issue_token())["sub"] == "s-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"exp": 1_700_000_000},
        {"iss": "https://a.example"},
        {"signed_by": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
        {"signed_by": "the secret that the provider and we share", "algorithm": "HS256"},
        {"signed_by": "", "algorithm": "none"},
    ],
    ids=["another audience", "expired", "another issuer", "another key", "a shared secret", "not signed"],
)
def test_an_id_token_is_for_us_and_now_and_signed(
    provider: Provider, issue_token: Callable[..., str], changes: dict[str, Any]
) -> None:
    with pytest.raises(OAuth2Error):
        decode(provider, issue_token(**changes))


def test_nobody_is_known_by_plain_http_in_production(settings: Any) -> None:
    settings.HTTPS, settings.OIDC_ISSUER = True, "http://login.example.org"

    with pytest.raises(SystemCheckError, match="OIDC_ISSUER must begin with https://"):
        call_command("check")


def test_the_provider_cannot_send_us_elsewhere() -> None:
    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with SingleSignOnAdapter().get_requests_session() as session, pytest.raises(TooManyRedirects):
            session.get(f"http://127.0.0.1:{server.server_port}/.well-known/openid-configuration", timeout=5)
        server.shutdown()
