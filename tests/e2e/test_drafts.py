"""What is written in the admin's forms survives the window, the session, the server and the machine."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_admin import faults, logged_in
from tests.portal_process import Portal

pytestmark = pytest.mark.needs_program("chromium-headless-shell")

FORM = "/admin/actionplans/activity/24/change/"
NEW = "/admin/news/newsitem/add/"
SECONDS_AT_MOST = 5
KEPT = "Utkast sparat"


@pytest.fixture(autouse=True)
def without_drafts(portal: Portal) -> Iterator[None]:
    """The running portal is shared: other tests open the same forms."""
    yield
    portal.sql("DELETE FROM publishing_draft")


def find_state(page: Page):
    return page.locator("#draft-state")


def write_everywhere(page: Page, words: str) -> None:
    """Write in a text, in rich text and in a new row, and leave before anything is saved."""
    page.fill("#id_title_sv", words)
    page.get_by_role("textbox", name="Text på svenska").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(f"Rikt: {words}")
    page.locator("summary").get_by_text("Milstolpar").click()
    page.get_by_role("button", name="Lägg till ytterligare Milstolpe").click()
    page.locator("[name^=milestones-][name$=-title_sv]").locator("visible=true").last.fill(f"Milstolpe: {words}")


def read_shown(page: Page) -> list[str]:
    page.locator("summary").get_by_text("Milstolpar").click()
    rows = page.locator("[name^=milestones-][name$=-title_sv]").locator("visible=true")
    return [
        page.input_value("#id_title_sv"),
        page.get_by_role("textbox", name="Text på svenska").inner_text().strip(),
        rows.last.input_value(),
    ]


def test_what_was_written_is_there_after_the_window_is_gone_and_on_another_machine(
    browser: Browser, portal: Portal
) -> None:
    (before,) = portal.sql("SELECT title_sv FROM actionplans_activity WHERE id = 24")
    with logged_in(browser, portal) as page:
        page.goto(FORM)
        write_everywhere(page, "Skrivet utan att spara")
        written = time.monotonic()
        expect(find_state(page)).to_contain_text(KEPT, timeout=SECONDS_AT_MOST * 1000)
        assert time.monotonic() - written < SECONDS_AT_MOST
    with logged_in(browser, portal) as page:
        page.goto("/admin/")
        page.get_by_role("link", name="Skrivet utan att spara").click()

        expect(page.locator("#id_title_sv")).to_have_value("Skrivet utan att spara")
        assert read_shown(page) == [
            "Skrivet utan att spara", "Rikt: Skrivet utan att spara", "Milstolpe: Skrivet utan att spara",
        ]  # fmt: skip
        assert portal.sql("SELECT title_sv FROM actionplans_activity WHERE id = 24") == [before]
        assert faults(page) == []


def test_a_session_that_has_ended_loses_nothing_and_the_form_goes_on_after_a_new_login(
    browser: Browser, portal: Portal
) -> None:
    with logged_in(browser, portal) as page:
        page.goto(FORM)
        page.context.clear_cookies()
        page.fill("#id_title_sv", "Skrivet utan session")
        expect(find_state(page)).to_contain_text("kunde inte sparas")

        other = page.context.new_page()
        other.goto("/admin/login/")
        other.fill("#id_username", "samordnare")
        other.fill("#id_password", "strandlinjer")
        other.click("[type=submit]")

        expect(find_state(page)).to_contain_text(KEPT, timeout=15_000)
        other.goto(FORM)
        assert other.input_value("#id_title_sv") == "Skrivet utan session"


def test_a_server_that_is_away_is_told_and_asked_again_and_whoever_leaves_is_warned(
    browser: Browser, portal: Portal
) -> None:
    with logged_in(browser, portal) as page:
        page.goto(FORM)
        page.route("**/draft/", lambda route: route.abort())
        page.fill("#id_title_sv", "Skrivet utan server")
        expect(find_state(page)).to_contain_text("Nytt försök görs strax")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.evaluate("location.assign('/admin/')")
        page.wait_for_timeout(500)

        page.unroute("**/draft/")
        expect(find_state(page)).to_contain_text(KEPT, timeout=15_000)

        assert asked == ["beforeunload"]
        page.goto("/admin/")  # no question: everything is kept
        assert asked == ["beforeunload"]


def test_a_draft_is_kept_by_its_button_discarded_and_brought_back(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        page.goto(FORM)
        before = page.input_value("#id_title_sv")
        page.fill("#id_title_sv", "Ett utkast")
        page.get_by_role("button", name="Spara utkastet").click()
        expect(page.get_by_text("Utkastet är sparat. Allmänheten kan inte se det.")).to_be_visible()
        found = faults(page)

        page.get_by_role("button", name="Kasta utkastet").click()
        expect(page.locator("#id_title_sv")).to_have_value(before)
        found += faults(page)
        page.get_by_role("button", name="Ta tillbaka utkastet").click()

        expect(page.locator("#id_title_sv")).to_have_value("Ett utkast")
        assert found == []


def test_a_new_thing_that_is_being_written_has_an_address_at_once(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        page.goto(NEW)
        page.fill("#id_title_sv", "Påbörjad nyhet")
        expect(find_state(page)).to_contain_text(KEPT)

        page.reload()

        assert page.input_value("#id_title_sv") == "Påbörjad nyhet"
        page.goto(NEW)
        expect(page.get_by_role("link", name="Påbörjad nyhet")).to_be_visible()
        assert faults(page) == []


@pytest.mark.parametrize("address", [FORM, NEW, "/admin/documents/document/1/change/"])
def test_who_only_reads_a_form_makes_no_draft(browser: Browser, portal: Portal, address: str) -> None:
    with logged_in(browser, portal) as page:
        page.goto(address)
        before = page.input_value("#id_title_sv")
        page.wait_for_timeout(SECONDS_AT_MOST * 1000)
        page.fill("#id_title_sv", f"{before}x")
        page.fill("#id_title_sv", before)
        page.wait_for_timeout(SECONDS_AT_MOST * 1000)

        assert portal.sql("SELECT * FROM publishing_draft") == []


def test_the_preview_shows_phone_and_computer_in_both_languages_beside_the_form(
    browser: Browser, portal: Portal
) -> None:
    with logged_in(browser, portal) as page:
        page.goto(FORM)
        page.fill("#id_title_sv", "Rubrik på prov")
        page.fill("#id_title_en", "A title on trial")
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Förhandsvisning").click()
        preview = opened.value

        expect(preview.frame_locator(".phone iframe").get_by_role("heading", name="Rubrik på prov")).to_be_visible()
        expect(preview.frame_locator(".desktop iframe").get_by_role("heading", name="Rubrik på prov")).to_be_visible()
        assert faults(preview) == []
        preview.get_by_role("link", name="In English").click()
        expect(preview.frame_locator(".phone iframe").get_by_role("heading", name="A title on trial")).to_be_visible()
        assert page.input_value("#id_title_sv") == "Rubrik på prov"
        with page.expect_response("**/draft/"):
            page.fill("#id_title_sv", "Skrivet efter förhandsvisningen")


def test_two_who_have_the_same_form_open_are_told_of_each_other(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as one, logged_in(browser, portal, "administrator") as other:
        for page in (one, other):
            with page.expect_response("**/presence/"):
                page.goto(FORM)

        expect(other.locator("#others-here")).to_have_text("Frida Bergman har också det här formuläret öppet")
        one.reload()
        expect(one.locator("#others-here")).to_contain_text("har också det här formuläret öppet")
        assert faults(one) == []
