"""Logging in, in a real browser: an app, a passkey, recovery codes, single sign-on; the policy refuses nothing."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.e2e.inspection import axe_violations
from tests.factories import PASSWORD
from tests.oidc_provider import Provider, running_provider
from tests.portal_process import Portal, demo_portal

pytestmark = pytest.mark.needs_program("chromium-headless-shell")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def guarded(database_server: None, provider: Provider) -> Iterator[Portal]:
    """A portal that demands a second step as one in production does, and knows a single sign-on."""
    variables = {
        "MFA_REQUIRED_ROLES": "registrar,archivist,administrator",
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": "rus",
        "OIDC_CLIENT_SECRET": "secret",
        "OIDC_NAME": "Regionen",
        "OIDC_ROLES_CLAIM": "groups",
        "OIDC_ROLES": "rus=coordinator",
    }
    with demo_portal(**variables) as running:
        yield running


@pytest.fixture
def window(browser: Browser, guarded: Portal) -> Iterator[Callable[[], Page]]:
    """Returns a function that opens a window without cookies, in which the browser may refuse nothing."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        url = said.location["url"]
        is_by_axe = "/widgets." in url  # which looks for imported style sheets beside the page
        if said.type == "error" and url.startswith(guarded.base_url) and not is_by_axe:
            complaints.append(f"{url}: {said.text}")

    def window() -> Page:
        context = browser.new_context(base_url=guarded.base_url, locale="sv-SE", viewport={"width": 390, "height": 720})
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield window
    for context in opened:
        context.close()
    assert complaints == []


def enter_password(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Användarnamn").fill(name)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Logga ut").click()


def make_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_registrar_sets_up_an_app_then_logs_in_with_it_and_once_with_a_recovery_code(
    window: Callable[[], Page],
) -> None:
    page = window()
    enter_password(page, "registrator")
    expect(page.locator("h1")).to_have_text("Ditt konto")
    assert axe_violations(page) == []
    page.get_by_role("link", name="Lägg till en app").click()
    assert axe_violations(page) == []
    secret = page.locator(".steps code").inner_text()
    page.get_by_label("Kod").fill(make_code(secret))
    page.get_by_role("button", name="Lägg till appen").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert axe_violations(page) == []
    page.get_by_role("link", name="Jag har sparat dem").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    log_out(page)

    results = []
    for code in (codes[0], codes[0], format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))):
        again = window()
        enter_password(again, "registrator")
        expect(again.locator("h1")).to_have_text("Andra steget")
        assert axe_violations(again) == []
        again.get_by_label("Kod").fill(code)
        again.get_by_role("button", name="Logga in").click()
        again.wait_for_load_state()
        results.append(again.url.endswith("/admin/"))
    assert results == [True, False, True]


def test_an_administrator_sets_up_a_passkey_and_then_needs_no_password(window: Callable[[], Page]) -> None:
    page = window()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    enter_password(page, "administrator")
    page.get_by_role("link", name="Lägg till en nyckel").click()
    assert axe_violations(page) == []
    page.get_by_label("Nyckelns namn").fill("Min dator")
    page.get_by_role("button", name="Lägg till nyckeln").click()
    expect(page.locator(".codes code")).to_have_count(10)
    page.get_by_role("link", name="Jag har sparat dem").click()
    log_out(page)

    page.goto("/admin/auth/user/")
    page.get_by_role("button", name="Använd nyckel i stället").click()

    expect(page).to_have_url(re.compile("/admin/auth/user/$"))
    log_out(page)
    enter_password(page, "administrator")
    page.get_by_role("button", name="Använd en nyckel").click()
    expect(page).to_have_url(re.compile("/admin/$"))


def test_a_passkey_that_is_not_used_is_told_in_words(window: Callable[[], Page]) -> None:
    page = window()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR | {"isUserVerified": False}})
    page.goto("/admin/login/")

    page.get_by_role("button", name="Använd nyckel i stället").click()

    expect(page.get_by_role("alert")).to_contain_text("Nyckeln användes inte.")


def test_roles_without_the_demand_come_in_with_a_password_alone(window: Callable[[], Page]) -> None:
    page = window()
    enter_password(page, "samordnare")

    expect(page).to_have_url(re.compile("/admin/$"))
    page.get_by_role("link", name="Ditt konto").click()
    page.get_by_role("link", name="Här är du inloggad").click()
    expect(page.locator("#content tbody tr")).to_have_count(1)
    assert axe_violations(page) == []


def test_single_sign_on_leads_there_and_back(window: Callable[[], Page], provider: Provider) -> None:
    provider.tell("s-1", email="frida@example.org", email_verified=True, preferred_username="frida", groups=["rus"])
    page = window()
    page.goto("/admin/actionplans/actionplan/")
    assert axe_violations(page) == []
    page.get_by_role("link", name="Logga in med Regionen").click()
    page.locator("[name=sub]").fill("s-1")
    page.locator("[name=sub] ~ button, form button[type=submit], form button").first.click()

    expect(page).to_have_url(re.compile("/admin/actionplans/actionplan/$"))
    expect(page.locator("#user-tools")).to_contain_text("frida")
