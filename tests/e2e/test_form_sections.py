"""Long forms of the admin in a browser: their height, what their folded sections hide, and their bar of buttons."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.inspection import open_settled, too_wide
from tests.e2e.test_admin import faults, logged_in
from tests.portal_process import Portal

pytestmark = pytest.mark.needs_program("chromium-headless-shell")

ACTIVITY = "/admin/actionplans/activity/24/change/"
LONG = (
    ACTIVITY,
    "/admin/actionplans/actionplan/1/change/",
    "/admin/strategy/strategy/2/change/",
    "/admin/documents/document/1/change/",
    "/admin/indicators/indicator/1/change/",
    "/admin/funding/fundingprogramme/1/change/",
    "/admin/followup/followup/1/change/",
)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
HIGHEST = {1280: 2500, 390: 5000}
SEEN = "element => element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})"
BEHIND_THE_BAR = """() => {
  const focus = document.activeElement.getBoundingClientRect();
  const bar = document.querySelector(".submit-row");
  const seen = Math.min(focus.bottom, focus.top + 60); // an editor may be higher than what is left of the screen
  return !bar.contains(document.activeElement) && seen > bar.getBoundingClientRect().top + 1;
}"""


def find_section(page: Page, name: str) -> Locator:
    return page.locator("fieldset.module").filter(has=page.get_by_role("heading", name=name))


def test_long_forms_open_folded(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, "administrator") as page:
        found = []
        for address in LONG:
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                open_settled(page, address)
                height = page.evaluate("document.documentElement.scrollHeight")
                if height > HIGHEST[size["width"]]:
                    found.append(f"{address} is {height} pixels high at {size['width']}")
                found += [f"{address} {fault}" for fault in too_wide(page)]

        assert found == []


def test_folded_section_with_a_fault_is_open_and_says_how_many(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, viewport=WIDE) as page:
        page.goto(ACTIVITY)
        time, milestones = find_section(page, "Tid och pengar"), find_section(page, "Milstolpar")
        expect(milestones.get_by_role("heading", name="Milstolpar")).to_contain_text("(3)")
        for section in (time, milestones):
            section.locator("summary").focus()
            page.keyboard.press("Enter")
        page.fill("#id_planned_amount", "mycket")
        page.fill("#id_milestones-0-title_sv", "")
        page.click("[name=_save]")

        expect(time.get_by_text("1 fel")).to_be_visible()
        expect(milestones.get_by_text("1 fel")).to_be_visible()
        expect(find_section(page, "Bidrag till mål").locator("details")).not_to_have_attribute("open", "")
        page.locator(".errornote").get_by_role("link", name="Milstolpe 1").click()
        expect(page.locator("#id_milestones-0-title_sv")).to_be_in_viewport()
        assert faults(page) == []
        page.get_by_role("button", name="Kasta utkastet").click()


def test_count_beside_a_heading_goes_when_a_row_comes(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, viewport=WIDE) as page:
        page.goto(ACTIVITY)
        milestones = find_section(page, "Milstolpar")
        milestones.locator("summary").click()
        expect(milestones.get_by_text("(3)")).to_be_visible()

        page.get_by_role("button", name="Lägg till ytterligare Milstolpe").click()

        expect(milestones.get_by_text("(3)")).to_have_count(0)


def test_folded_sections_are_printed(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, viewport=WIDE) as page:
        page.goto(ACTIVITY)
        field = page.locator("#id_milestones-0-title_sv")
        shown = [field.evaluate(SEEN)]
        page.emulate_media(media="print")
        shown.append(field.evaluate(SEEN))

        assert shown == [False, True]


def test_bar_of_buttons_stays_in_sight_on_a_phone_and_covers_no_field(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, viewport=NARROW) as page:
        page.goto(ACTIVITY)
        page.locator("#id_title_sv").focus()
        covered = []
        for _press in range(30):
            page.keyboard.press("Tab")
            if page.evaluate(BEHIND_THE_BAR):
                covered.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))

        bar = page.locator(".submit-row").bounding_box()

        assert covered == []
        assert bar
        assert bar["height"] < NARROW["height"] / 4
        expect(page.get_by_role("button", name="Publicera ändringarna")).to_be_in_viewport()
