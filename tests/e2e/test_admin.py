"""The admin in a real browser: rich text under the strict policy, the language switch, axe on every kind of page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.inspection import CONTRAST, axe_violations, open_settled, too_wide
from tests.factories import PASSWORD
from tests.portal_process import Portal

pytestmark = pytest.mark.needs_program("chromium-headless-shell")

NEW = "/admin/news/newsitem/add/"
PAGES = {
    "samordnare": (
        "/admin/",
        "/admin/actionplans/activity/",
        "/admin/actionplans/activity/add/",
        "/admin/actionplans/activity/matrix/",
        "/admin/actionplans/activity/24/change/",
        "/admin/actionplans/activity/24/report/",
        "/admin/actionplans/statusupdate/",
        "/admin/actionplans/activity/import/",
        "/admin/documents/document/",
        "/admin/documents/document/add/",
        "/admin/documents/document/1/change/",
        "/admin/documents/document/version/1/withdraw/",
        "/admin/followup/assessment/1/change/",
        "/admin/search/synonymgroup/1/change/",
        NEW,
    ),
    "registrator": (
        "/admin/",
        "/admin/registry/case/",
        "/admin/registry/intake/",
        "/admin/mailroom/outgoingmail/",
        "/admin/registry/case/1/change/",
        "/admin/registry/case/4/change/",
        "/admin/registry/case/1/sheet/",
        "/admin/registry/case/daily/",
    ),
    "handlaggare": (
        "/admin/",
        "/admin/registry/case/3/change/",
        "/admin/registry/case/3/answer/",
        "/admin/registry/case/3/sheet/",
    ),
    "arkivarie": (
        "/admin/",
        "/admin/registry/case/reports/",
        "/admin/registry/delivery/",
        "/admin/registry/disposal/add/",
        "/admin/registry/event/",
        "/admin/registry/retentionplan/1/change/",
    ),
    "administrator": (
        "/admin/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/accounts/accountevent/",
        "/admin/operations/",
        "/admin/contacts/staffmember/add/",
        "/admin/password_change/",
        "/admin/strategy/strategy/2/adopt/",
        "/admin/strategy/goalcrosswalk/",
        "/admin/actionplans/actionplan/1/change/",
        "/admin/funding/fundingprogramme/1/change/",
    ),
}


@contextmanager
def logged_in(browser: Browser, portal: Portal, name: str = "samordnare", **options: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=portal.base_url, locale="sv-SE", **options)
    page = context.new_page()
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    yield page
    context.close()


def faults(page: Page) -> list[str]:
    """What axe says of the narrow page, what does not fit it, and the contrast of the wide one in the dark.

    The narrow page is a wide one at 400 %, where no bar of buttons covers a part of something to click.
    """
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 256})
    found = [*axe_violations(page), *too_wide(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    return [f"{page.url}: {fault}" for fault in (*found, *axe_violations(page, CONTRAST))]


def test_bold_lists_headings_and_links_are_written_saved_and_nothing_is_reported(
    browser: Browser, portal: Portal
) -> None:
    with logged_in(browser, portal) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(NEW)
        page.fill("#id_title_sv", "Skrivet i webbläsaren")
        page.fill("#id_ingress_sv", "Ingress.")
        page.get_by_role("textbox", name="Text på svenska").click()
        toolbar = page.locator(".prose-editor").first
        toolbar.get_by_role("button", name="Stycketyp").press("Enter")
        toolbar.get_by_role("button", name="Rubrik 2").click()
        page.keyboard.type("Rubriken")
        page.keyboard.press("Enter")
        toolbar.get_by_role("button", name="Fetstil").click()
        page.keyboard.type("Fet")
        toolbar.get_by_role("button", name="Fetstil").click()
        page.keyboard.press("Enter")
        toolbar.get_by_role("button", name="Punktlista").click()
        page.keyboard.type("Punkt")
        page.keyboard.press("Shift+Home")
        page.wait_for_timeout(300)  # the editor learns of a selection by an event of its own
        toolbar.get_by_role("button", name="Lägg in länk").click()
        page.get_by_role("dialog").get_by_label("Adress").fill("https://example.org/")
        page.get_by_role("dialog").get_by_role("button", name="Spara").click()
        page.get_by_text("Fler val").click()
        page.get_by_role("button", name="Spara och fortsätt redigera").click()
        page.wait_for_url("**/change/")

        saved = page.locator("#id_body_sv").input_value()

        assert "<h2>Rubriken</h2>" in saved
        assert "<strong>Fet</strong>" in saved
        assert "<li>" in saved
        assert '<a href="https://example.org/"' in saved
        assert complaints == []


def test_language_switch_shows_one_language_or_both_by_keyboard(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        page.goto(NEW)
        swedish, english = page.locator("#id_title_sv"), page.locator("#id_title_en")

        shown = [(swedish.is_visible(), english.is_visible())]
        page.get_by_role("radio", name="båda språken").focus()
        page.keyboard.press("ArrowLeft")
        shown.append((swedish.is_visible(), english.is_visible()))
        page.keyboard.press("ArrowLeft")
        shown.append((swedish.is_visible(), english.is_visible()))
        page.reload()
        shown.append((swedish.is_visible(), english.is_visible()))

        assert shown == [(True, True), (False, True), (True, False), (True, False)]


def test_document_is_sought_and_chosen_by_keyboard_under_the_strict_policy(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/documents/document/1/change/")
        page.locator("summary").get_by_text("Andra dokument").click()
        page.get_by_role("combobox", name="Ersätter").press("Enter")
        page.get_by_role("searchbox", name="Ersätter").fill("bredbandsutbyggnad")
        page.get_by_role("option", name="Handlingsplan bredbandsutbyggnad (handlingsplan, svenska)").wait_for()

        said = list(complaints)
        while_open = faults(page)  # axe complains of the policy by itself, so only what was said before counts
        page.keyboard.press("Enter")

        assert page.locator("#id_replaces option:checked").text_content() == (
            "Handlingsplan bredbandsutbyggnad (handlingsplan, svenska)"
        )
        assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
        assert (while_open, said) == ([], [])


def test_error_in_the_hidden_language_is_shown(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        page.goto(NEW)
        page.get_by_role("radio", name="Engelska").check()
        page.fill("#id_title_en", "Only in English")
        page.get_by_role("button", name="Spara utkastet").click()
        page.locator("#id_title_sv").wait_for()  # the script shows it once the page is there

        assert page.locator("#id_title_en").input_value() == "Only in English"
        assert page.get_by_role("radio", name="båda språken").is_checked()
        assert page.locator("#language-switch [role=status]").inner_text() != ""


def test_without_javascript_every_text_is_there_and_saves(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, java_script_enabled=False) as page:
        page.goto(NEW)
        page.fill("#id_title_sv", "Utan skript")
        page.fill("#id_title_en", "Without scripts")
        page.locator("summary").get_by_text("Adress och publicering").click()
        page.fill("#id_slug", "utan-skript")
        page.fill("#id_ingress_sv", "Ingress.")
        page.fill("#id_body_sv", "<p>Text.</p>")
        assert page.locator("#language-switch").is_hidden()

        page.get_by_role("button", name="Spara utkastet").click()

        expect(page.get_by_role("link", name="Utan skript").first).to_be_visible()


@pytest.mark.parametrize("user", PAGES)
def test_pages_pass_axe_and_fit_the_screen(browser: Browser, portal: Portal, user: str) -> None:
    with logged_in(browser, portal, user) as page:
        found = []
        for address in PAGES[user]:
            open_settled(page, address)
            found += faults(page)

        assert found == []


def test_login_passes_axe_with_and_without_an_error(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(base_url=portal.base_url)
    page = context.new_page()
    page.goto("/admin/login/")
    found = faults(page)
    page.fill("#id_username", "ingen")
    page.fill("#id_password", "fel")
    page.click("[type=submit]")
    found += faults(page)

    assert found == []
    assert page.title().startswith("Fel:")
    context.close()


def test_large_file_that_is_refused_stays_chosen(browser: Browser, portal: Portal) -> None:
    large = {"name": "plan.docx", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" + bytes(3 * 2**20)}
    with logged_in(browser, portal) as page:
        page.goto("/admin/documents/document/add/")
        page.fill("#id_summary_sv", "Finns kvar.")
        page.set_input_files("[type=file]", large)
        page.fill("#id_versions-0-change_note_sv", "Första versionen.")

        page.click("[name=_save]")

        page.locator(".errornote").wait_for()
        assert page.locator("#versions-0 .field-file .errorlist").count() == 1
        assert page.evaluate("document.querySelector('[type=file]').files[0].name") == "plan.docx"
        assert page.input_value("#id_summary_sv") == "Finns kvar."
        assert page.locator("[name=_save]").is_enabled()
