"""Searching in a browser: by keyboard with suggestions, and with scripts off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.inspection import axe_violations

pytestmark = pytest.mark.needs_program("chromium-headless-shell")


def field(page: Page) -> Locator:
    return page.locator("main input[type=search]")


def options(page: Page) -> Locator:
    return page.locator("main [role=option]")


def type_slowly(page: Page, words: str) -> None:
    field(page).focus()
    expect(field(page)).to_have_role("combobox")
    page.keyboard.type(words)


def test_search_works_without_scripts(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/nyheter/")

    page.locator("header").get_by_role("link", name="Sök").click()
    page.get_by_label("Sök på hela webbplatsen").fill("bredband")
    page.keyboard.press("Enter")
    everything = int(page.get_by_role("status").filter(has_text="träff").inner_text().split()[0])
    page.get_by_label(re.compile(r"^\s*Aktiviteter\s+\(\d+\)")).check()
    page.get_by_role("button", name="Visa träffar").click()

    expect(page).to_have_url(re.compile(r"/sok/\?.*q=bredband.*kind=activity"))
    activities = int(page.get_by_role("status").filter(has_text="träff").inner_text().split()[0])
    assert 0 < activities < everything
    expect(page.locator(".results .kicker")).to_have_text(["Aktivitet"] * activities)
    page.locator(".chosen a").click()
    expect(page.get_by_role("status").filter(has_text="träff")).to_have_text(f"{everything} träffar")
    expect(field(page)).to_have_value("bredband")
    expect(field(page)).not_to_have_attribute("role", "combobox")


@pytest.mark.parametrize("path", ["/", "/sok/", "/en/search/"])
def test_arrow_keys_choose_a_suggestion_and_enter_opens_it(new_page: Callable[..., Page], path: str) -> None:
    page = new_page()
    page.goto(path)
    words = "broadb" if path.startswith("/en/") else "bredb"
    expect(field(page)).not_to_have_attribute("role", "combobox")
    type_slowly(page, words)

    expect(options(page).first).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(field(page)).to_have_attribute("aria-controls", options(page).locator("..").first.get_attribute("id") or "")
    expect(page.locator("main form [role=status]")).to_have_text(re.compile(r"^\d+ (förslag|suggestions?)"))
    count = options(page).count()
    page.keyboard.press("ArrowDown")
    expect(field(page)).to_have_attribute("aria-activedescendant", options(page).nth(0).get_attribute("id") or "")
    expect(options(page).nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(options(page).nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("main [aria-selected]")).to_have_count(1)
    expect(field(page)).to_be_focused()
    title = options(page).nth(0).locator("span").inner_text()
    assert axe_violations(page) == []
    page.keyboard.press("Enter")

    expect(page).not_to_have_url(re.compile(r"/(sok|search)/"))
    expect(page.locator("main")).to_contain_text(title)


def test_escape_closes_the_suggestions_and_enter_searches(new_page: Callable[..., Page]) -> None:
    page = new_page(width=320)
    page.goto("/sok/")
    type_slowly(page, "bredb")
    expect(options(page).first).to_be_visible()

    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("bredb")
    page.keyboard.type("and")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/sok/\?q=bredband$"))


def test_arrow_opens_the_list_that_was_closed(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/sok/")
    type_slowly(page, "bredb")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)

    page.keyboard.press("ArrowDown")

    expect(options(page).first).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")


def test_field_of_documents_suggests_documents_only(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/dokument/")
    type_slowly(page, "handl")

    expect(options(page).first).to_be_visible()
    assert set(options(page).locator("small").all_inner_texts()) == {"Dokument"}


def test_suggestion_can_be_clicked(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/")
    type_slowly(page, "bredb")
    title = options(page).last.locator("span").inner_text()

    options(page).last.click()

    expect(page).not_to_have_url(re.compile(r"localhost:\d+/$"))
    expect(page.locator("main")).to_contain_text(title)


def test_leaving_the_field_closes_the_suggestions(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/sok/")
    type_slowly(page, "bredb")
    expect(options(page).first).to_be_visible()

    page.keyboard.press("Tab")

    expect(page.locator("main [role=listbox]")).to_be_hidden()
    expect(page.get_by_role("button", name="Sök")).to_be_focused()


def test_one_letter_asks_nothing_and_quick_typing_asks_once(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/sok/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/forslag" in request.url else None)
    type_slowly(page, "b")
    page.wait_for_timeout(400)
    assert asked == []

    page.keyboard.type("redband")
    expect(options(page).first).to_be_visible()

    assert [url.partition("?q=")[2] for url in asked] == ["bredband"]


def test_network_that_fails_leaves_a_plain_field(new_page: Callable[..., Page]) -> None:
    page = new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/sok/")

    def fail(route: Route) -> None:
        route.abort()

    page.route("**/forslag*", fail)
    with page.expect_event("requestfailed"):
        type_slowly(page, "bredband")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/sok/\?q=bredband$"))
    assert errors == []


def test_filters_are_folded_away_only_where_it_is_narrow(new_page: Callable[..., Page]) -> None:
    wide, narrow = new_page(width=1280), new_page(width=320)
    for page in (wide, narrow):
        page.goto("/sok/?q=bredband")

    expect(wide.locator(".facets .choice").first).to_be_visible()
    expect(wide.locator(".facets > summary")).to_be_hidden()
    expect(narrow.locator(".facets .choice").first).to_be_hidden()
    narrow.locator(".facets > summary").click()
    expect(narrow.locator(".facets .choice").first).to_be_visible()
