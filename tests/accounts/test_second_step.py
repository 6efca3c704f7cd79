"""The second step at login: set up, asked for, demanded of some roles, lost and reset."""

import re
import time
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.context import TITLES
from accounts.models import AccountEvent
from accounts.roles import Role
from mailroom.models import OutgoingMail
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

LOGIN, CODE, SETUP = "/admin/login/", "/admin/second-step/authenticate/", "/admin/second-step/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def _demanded(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["registrar", "archivist", "administrator"]


def make_code(secret: str = SECRET, steps: int = 0) -> str:
    """Return the code that an app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def make_protected(role: Role | None = Role.REGISTRAR, **given: Any) -> User:
    """Someone with an authenticator app and recovery codes."""
    user = make_user(role, **given)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def enter_password(client: Client, user: User) -> Any:
    return client.post(LOGIN, {"username": user.username, "password": PASSWORD})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_password_alone_lets_nobody_in_who_has_a_second_step(client: Client) -> None:
    user = make_protected()

    asked = enter_password(client, user)

    assert (asked.status_code, asked["Location"], is_in(client)) == (302, CODE, False)
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    done = client.post(CODE, {"code": make_code()})
    assert (done.status_code, done["Location"], is_in(client)) == (302, "/admin/", True)


def test_login_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    user = make_protected()
    client.post(f"{LOGIN}?next=/admin/registry/case/", {"username": user.username, "password": PASSWORD})

    assert client.post(CODE, {"code": make_code()})["Location"] == "/admin/registry/case/"


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com", "javascript:alert(1)", "/\\example.com"])
def test_login_leads_to_no_other_site(client: Client, address: str) -> None:
    response = client.post(LOGIN, {"username": make_user().username, "password": PASSWORD, "next": address})

    assert response["Location"] == "/admin/"


def test_a_code_works_once(client: Client) -> None:
    user, code = make_protected(), make_code()
    for browser in (client, Client()):
        enter_password(browser, user)
        browser.post(CODE, {"code": code})

    assert (is_in(client), is_in(browser)) == (True, False)
    entry = AccountEvent.objects.get(kind=AccountEvent.Kind.LOGGED_IN)
    assert entry.details == "med lösenord, kodapp"


def test_wrong_codes_lock_the_step_even_for_the_right_one(client: Client) -> None:
    user = make_protected()
    enter_password(client, user)

    pages = [client.post(CODE, {"code": "000000"}).content.decode() for _n in range(6)]
    client.post(CODE, {"code": make_code()})

    assert [page.count("Koden är fel") for page in pages] == [1] * 5 + [0]
    assert "För många försök" in pages[5]
    assert not is_in(client)


def test_a_recovery_code_works_once(client: Client) -> None:
    user = make_protected()
    first, second = RecoveryCodes.activate(user).get_unused_codes()[:2]
    results = []
    for code in (first, first, second):
        browser = Client()
        enter_password(browser, user)
        browser.post(CODE, {"code": code})
        results.append(is_in(browser))

    assert results == [True, False, True]
    used = AccountEvent.objects.filter(kind=AccountEvent.Kind.CODE_USED)
    assert list(used.values_list("account", flat=True)) == [user.username] * 2


def test_setting_up_an_app_shows_recovery_codes_once(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    user = make_user(email="anna@example.org")
    enter_password(client, user)
    page = client.get("/admin/second-step/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret

    with django_capture_on_commit_callbacks(execute=True):
        added = client.post("/admin/second-step/totp/activate/", {"code": make_code(secret[1])})
    shown = client.get(added["Location"]).content.decode()
    again = client.get(added["Location"]).content.decode()

    codes = re.findall(r"<li><code>(\d{8})</code></li>", shown)
    assert codes == RecoveryCodes.activate(user).get_unused_codes()
    assert [code for code in codes if code in again] == []
    assert OutgoingMail.objects.get().subject == "Ett andra steg har lagts till i ditt konto"
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.FACTOR_ADDED, account=user.username).count() == 1


def test_secrets_are_not_readable_in_the_database(client: Client) -> None:
    user = make_protected()

    stored = str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))

    assert SECRET not in stored
    assert RecoveryCodes.activate(user).generate_codes()[0] not in stored


def test_a_secret_made_with_a_former_key_still_works(client: Client, settings: Any) -> None:
    user = make_protected()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of at least fifty letters"

    enter_password(client, user)
    client.post(CODE, {"code": make_code()})

    assert is_in(client)


@pytest.mark.usefixtures("_demanded")
@pytest.mark.parametrize("role", [*Role, "superuser"])
def test_who_must_have_a_second_step_does_nothing_before(client: Client, role: Role | str) -> None:
    user = make_user(None if role == "superuser" else Role(role), is_superuser=role == "superuser")
    enter_password(client, user)

    answers = [client.get(path) for path in ("/admin/", "/admin/password_change/", "/admin/jsi18n/")]

    if role in (Role.COORDINATOR, Role.EDITOR, Role.REPORTER, Role.OFFICER):
        assert [answer.status_code for answer in answers] == [200] * 3
    else:
        assert [answer["Location"] for answer in answers] == [SETUP] * 3
        assert "I din roll kan du läsa" in client.get(SETUP).content.decode()
        assert client.post("/admin/logout/").status_code in (200, 302)


@pytest.mark.usefixtures("_demanded")
def test_whoever_is_given_a_role_must_set_it_up_at_once(client: Client) -> None:
    user = make_user(Role.COORDINATOR)
    enter_password(client, user)
    assert client.get("/admin/").status_code == 200

    user.groups.add(Role.REGISTRAR.group())

    assert client.get("/admin/")["Location"] == SETUP


@pytest.mark.usefixtures("_demanded")
def test_the_last_second_step_stays_where_the_role_demands_it(client: Client) -> None:
    user = make_protected()
    enter_password(client, user)
    client.post(CODE, {"code": make_code()})

    page = client.post("/admin/second-step/totp/deactivate/").content.decode()

    assert "Din roll kräver ett andra steg." in page
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_others_may_remove_it(client: Client) -> None:
    user = make_protected(Role.OFFICER)
    enter_password(client, user)
    client.post(CODE, {"code": make_code()})

    client.post("/admin/second-step/totp/deactivate/")

    assert not Authenticator.objects.filter(user=user).exists()
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.FACTOR_REMOVED).exists()


def test_the_password_is_asked_for_again_long_after_the_login(client: Client) -> None:
    enter_password(client, make_user())
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 600}]
    session.save()

    asked = client.get("/admin/second-step/totp/activate/")
    refused = client.post(asked["Location"], {"password": "fel"})
    passed = client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith("/admin/login/again/?next=")
    assert "Lösenordet är fel." in refused.content.decode()
    assert passed["Location"] == "/admin/second-step/totp/activate/"


def test_an_administrator_resets_what_is_lost_and_the_person_is_told(client: Client, log_in: Any) -> None:
    user = make_protected(email="rita@example.org")
    lost = Client()
    enter_password(lost, user)
    lost.post(CODE, {"code": make_code()})
    administrator = log_in(Role.ADMINISTRATOR)

    administrator.post("/admin/auth/user/", {"action": "reset_second_step", "_selected_action": user.pk})

    assert not Authenticator.objects.filter(user=user).exists()
    assert not is_in(lost)
    assert OutgoingMail.objects.filter(to="rita@example.org", subject__contains="nollställts").count() == 1
    entry = AccountEvent.objects.get(kind=AccountEvent.Kind.FACTORS_RESET)
    assert (entry.account, entry.actor) == (
        user.username,
        User.objects.get(pk=administrator.session["_auth_user_id"]).username,
    )


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST])
def test_nobody_else_resets_it(client: Client, log_in: Any, role: Role) -> None:
    user = make_protected()

    response = log_in(role).post("/admin/auth/user/", {"action": "reset_second_step", "_selected_action": user.pk})

    assert (response.status_code, Authenticator.objects.filter(user=user).count()) == (403, 2)


def test_an_administrator_resets_neither_her_own_nor_a_superusers(client: Client) -> None:
    administrator, superuser = make_protected(Role.ADMINISTRATOR), make_protected(None, is_superuser=True)
    client.force_login(administrator)

    both = {"action": "reset_second_step", "_selected_action": [administrator.pk, superuser.pk]}
    client.post("/admin/auth/user/", both)

    assert Authenticator.objects.count() == 4


def test_an_unfinished_login_can_be_cancelled(client: Client) -> None:
    enter_password(client, make_protected())
    assert client.get(LOGIN)["Location"] == CODE

    client.post("/admin/login/cancel/")

    assert client.get(LOGIN).status_code == 200


def test_a_closed_account_is_refused_like_a_wrong_password(client: Client) -> None:
    closed, outsider = make_user(is_active=False), make_user(is_staff=False)

    told = [enter_password(client, user).context["form"].non_field_errors() for user in (closed, outsider)]

    assert told == [["Användarnamnet eller lösenordet är fel. Kontrollera båda och försök igen."]] * 2


def test_every_page_has_a_heading_and_opens(client: Client) -> None:
    user = make_user()
    enter_password(client, user)
    others = {"account_login", "account_invitation", "mfa_authenticate", "mfa_edit_webauthn", "mfa_remove_webauthn"}
    for view in TITLES.keys() - others:
        response = client.get(reverse(view))
        assert response.status_code in (200, 302, 404), view
        if response.status_code == 200:
            assert f"<h1>{TITLES[view]}</h1>" in response.content.decode(), view


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"id": 1}', "x" * 1000, '{"response": {"userHandle": "AA"}}']
)
def test_a_hostile_passkey_is_refused(client: Client, credential: str) -> None:
    response = client.post("/admin/second-step/webauthn/login/", {"credential": credential})
    pending = Client()
    enter_password(pending, make_protected())
    asked = pending.post(CODE, {"credential": credential})
    enter_password(client, make_user())
    added = client.post("/admin/second-step/webauthn/add/", {"credential": credential})

    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert (asked.status_code, is_in(pending), added.status_code) == (200, False, 200)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_only_administrator_is_reset_on_the_server() -> None:
    user = make_protected(Role.ADMINISTRATOR, username="adam", email="adam@example.org")

    call_command("reset_second_step", "adam", stdout=StringIO())

    assert not Authenticator.objects.filter(user=user).exists()
    assert "Någon som sköter servern har tagit bort" in OutgoingMail.objects.get(to="adam@example.org").body
    with pytest.raises(CommandError, match="There is no account named bertil"):
        call_command("reset_second_step", "bertil")
