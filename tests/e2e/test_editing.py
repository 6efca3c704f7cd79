"""Whole tasks of editors in a browser, with their clicks counted: going back, reading a colleague's draft, the bin."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.test_admin import faults, logged_in
from tests.portal_process import Portal

pytestmark = pytest.mark.needs_program("chromium-headless-shell")

ACTIVITY = "/admin/actionplans/activity/23/change/"


class Clicks:
    """Counts what somebody clicks."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        target.click()
        self.count += 1


@pytest.fixture(autouse=True)
def restore_portal(portal: Portal) -> Iterator[None]:
    """The running portal is shared: other tests open the same forms."""
    yield
    portal.sql("DELETE FROM publishing_draft")
    portal.sql("UPDATE actionplans_actionplan SET needs_review = false")


@contextmanager
def kept_title(portal: Portal) -> Iterator[str]:
    before = portal.sql("SELECT title_sv FROM actionplans_activity WHERE id = 23")[0][0]
    yield before
    portal.sql("UPDATE actionplans_activity SET title_sv = %s WHERE id = 23", before)


def save_minor(page: Page, title: str) -> None:
    page.goto(ACTIVITY)
    page.fill("#id_title_sv", title)
    page.check("#id_log_minor")
    page.get_by_role("button", name="Publicera ändringarna", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(title)


def test_an_earlier_text_is_brought_back_in_four_clicks(browser: Browser, portal: Portal) -> None:
    with kept_title(portal) as before, logged_in(browser, portal) as page:
        save_minor(page, "En tillfällig rubrik")
        page.goto(ACTIVITY)
        clicks = Clicks()
        clicks.on(page.get_by_role("link", name="Historik"))
        assert faults(page) == []
        clicks.on(page.get_by_role("button", name="Gå tillbaka till detta").first)
        expect(page.locator("#id_title_sv")).to_have_value(before)
        clicks.on(page.locator("#id_log_minor"))
        clicks.on(page.get_by_role("button", name="Publicera ändringarna", exact=True))

        expect(page.locator(".messagelist")).to_contain_text(before)
        assert clicks.count <= 4


def test_a_colleague_reads_a_draft_comments_on_it_and_publishes_it(browser: Browser, portal: Portal) -> None:
    portal.sql("UPDATE actionplans_actionplan SET needs_review = true")
    with kept_title(portal), logged_in(browser, portal) as page:
        page.goto(ACTIVITY)
        page.fill("#id_title_sv", "Läst av två")
        page.check("#id_log_minor")
        page.get_by_role("button", name="Be om granskning").click()
        assert faults(page) == []
        page.select_option("#id_reviewer", label="administrator")
        page.get_by_role("button", name="Be om granskning").click()
        expect(page.locator(".messagelist")).to_contain_text("har blivit ombedd att granska")
        assert faults(page) == []

        with logged_in(browser, portal, name="administrator") as other:
            other.goto("/admin/")
            clicks = Clicks()
            clicks.on(other.get_by_role("link", name="Läst av två"))
            other.locator(".changes summary").first.click()
            other.locator(".changes textarea").first.fill("Bra rubrik!")
            assert faults(other) == []
            other.get_by_role("button", name="Kommentera").locator("visible=true").first.click()
            expect(other.locator(".comments")).to_contain_text("Bra rubrik!")
            clicks.on(other.get_by_role("button", name="Publicera", exact=True))
            expect(other.locator(".messagelist")).to_contain_text("”Läst av två” är publicerat.")
            assert clicks.count <= 2


def test_what_was_deleted_is_back_in_two_clicks(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal, name="administrator") as page:
        page.goto("/admin/news/newsitem/?publication__exact=published")
        link = page.locator("#result_list tbody th a").first
        title = link.inner_text()
        link.click()
        page.locator("summary").get_by_text("Fler val").click()
        page.locator(".deletelink").click()
        page.get_by_role("button", name="Ja, jag är säker").click()

        clicks = Clicks()
        clicks.on(page.locator(".messagelist").get_by_role("link", name="papperskorgen"))
        assert faults(page) == []
        clicks.on(page.get_by_role("button", name="Ta tillbaka").first)

        expect(page.locator(".messagelist")).to_contain_text(f"”{title}” är tillbaka.")
        assert clicks.count == 2
    portal.sql("UPDATE news_newsitem SET publication = 'published' WHERE title_sv = %s", title)  # as others expect it
