"""Whole tasks of reporters, editors-in-chief and coordinators in a browser, with their clicks counted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.test_admin import faults, logged_in
from tests.e2e.test_editing import Clicks
from tests.portal_process import Portal

pytestmark = pytest.mark.needs_program("chromium-headless-shell")
PHONE = {"viewport": {"width": 390, "height": 844}}
ACTIVITY_OF_OTHERS = "/admin/actionplans/activity/1/change/"


@pytest.fixture
def led(portal: Portal) -> Iterator[tuple[int, str]]:
    """The activity that waits first for the example's reporter: its key and title. It is as before afterwards."""
    led_by_own = """
        SELECT a.id, a.title_sv, a.delivery_status, a.last_confirmed_at
        FROM actionplans_activity a
        JOIN actionplans_involvement i ON i.activity_id = a.id AND i.role = 'responsible'
        JOIN actionplans_organisation_reporters r ON r.organisation_id = i.organisation_id
        WHERE a.ends_on < current_date AND a.delivery_status IN ('planned', 'ongoing')
    """
    key, title, status, confirmed = portal.sql(led_by_own)[0]
    yield key, title
    portal.sql(
        "UPDATE actionplans_milestone SET reached_on = NULL, reached_in_id = NULL WHERE reached_in_id IS NOT NULL"
    )
    portal.sql("DELETE FROM actionplans_statusupdate WHERE activity_id = %s AND text_sv = 'Kurserna är igång.'", key)
    restored = "UPDATE actionplans_activity SET delivery_status = %s, last_confirmed_at = %s WHERE id = %s"
    portal.sql(restored, status, confirmed, key)


def report_link(page: Page, title: str) -> Locator:
    return page.locator(".waiting tr").filter(has_text=title).get_by_role("link", name="Rapportera")


def test_a_reporter_reports_a_late_activity_on_a_phone_in_four_clicks(
    browser: Browser, portal: Portal, led: tuple[int, str]
) -> None:
    _key, title = led
    with logged_in(browser, portal, name="rapportor", **PHONE) as page:
        expect(report_link(page, title)).to_be_visible()
        assert faults(page) == []
        page.set_viewport_size(PHONE["viewport"])
        clicks = Clicks()
        clicks.on(report_link(page, title))
        page.get_by_role("button", name="Spara rapporten").click()  # too soon: nothing is written yet
        expect(page.locator(".errornote li")).to_contain_text(
            "Vad som har hänt, på svenska: Skriv på svenska vad som har hänt."
        )
        assert faults(page) == []
        page.set_viewport_size(PHONE["viewport"])
        page.fill("[name=text_sv]", "Kurserna är igång.")
        clicks.on(page.locator("label:has([name=after][value=ongoing])"))
        clicks.on(page.locator("[name=milestones]").first)
        clicks.on(page.get_by_role("button", name="Spara rapporten"))

        expect(page.locator(".messagelist")).to_contain_text(f"Din rapport om ”{title}” är sparad.")
        assert faults(page) == []
        assert clicks.count <= 4


def test_a_reporter_reports_by_keyboard_alone(browser: Browser, portal: Portal, led: tuple[int, str]) -> None:
    _key, title = led
    with logged_in(browser, portal, name="rapportor") as page:
        report_link(page, title).focus()
        page.keyboard.press("Enter")
        page.locator("[name=text_sv]").focus()
        page.keyboard.type("Kurserna är igång.")
        for _step in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.type") == "submit":
                break
        page.keyboard.press("Enter")

        expect(page.locator(".messagelist")).to_contain_text("är sparad.")


def test_an_editor_in_chief_sees_who_is_behind_searches_and_names_a_substitute(
    browser: Browser, portal: Portal
) -> None:
    with logged_in(browser, portal, name="huvudredaktor") as page:
        expect(page.get_by_role("heading", name="Så går det för planerna")).to_be_visible()
        assert faults(page) == []
        page.fill("#content-search", "bredband")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Aktiviteter")).to_be_visible()
        assert faults(page) == []
        page.goto("/admin/contacts/substitution/add/")
        page.select_option("#id_person", label="Frida Bergman")
        page.select_option("#id_substitute", label="huvudredaktor")
        page.fill("#id_last_day", "2099-12-31")
        page.get_by_role("button", name="Spara", exact=True).click()
        expect(page.locator(".errornote")).to_contain_text("Välj någon med samma roll")
        assert faults(page) == []


def test_a_coordinator_is_told_who_can_change_what_is_not_hers(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        page.goto(ACTIVITY_OF_OTHERS)
        expect(page.locator(".errornote")).to_contain_text("De som kan, och kan hjälpa dig, är:")
        assert faults(page) == []
