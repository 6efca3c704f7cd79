"""What visitors and the registrar do, from end to end, in a browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.kinds import SWEDISH
from tests.factories import PASSWORD, make_pdf_file

pytestmark = pytest.mark.needs_program("chromium-headless-shell")
NUMBER = re.compile(r"RUS \d{4}/\d{4,}")
HIDDEN_ON_PAPER = ".menu, .find, .language, .ds-breadcrumbs, form, .page-tools ul, .site-footer nav, .ds-skip-link"


@pytest.mark.parametrize("path", ["/", "/handlingsplaner/innovation/", "/en/contact/"])
def test_skip_link_leads_past_the_menu(new_page: Callable[..., Page], path: str) -> None:
    page = new_page()
    page.goto(path)

    page.keyboard.press("Tab")
    expect(page.locator(".ds-skip-link")).to_be_focused()
    expect(page.locator(".ds-skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#innehall")).to_be_focused()
    page.keyboard.press("Tab")

    assert page.evaluate("!!document.activeElement.closest('main')")


def test_language_switch_keeps_the_page_and_the_filter(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/aktiviteter/")
    page.get_by_label("Läge").select_option("done")
    page.get_by_role("button", name="Visa aktiviteter").click()
    count = page.get_by_role("status").inner_text().split()[0]

    page.get_by_role("link", name="In English").click()

    expect(page).to_have_url(re.compile(r"/en/activities/\?.*status=done"))
    assert page.get_by_role("status").inner_text() == f"{count} activities"
    expect(page.get_by_label("Status")).to_have_value("done")


def test_red_thread_is_clicked_down_and_up(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/")

    page.locator("main article a").first.click()
    goal = page.locator("h1").inner_text()
    page.locator(".priority h4 a").first.click()
    activity = page.locator("h1").inner_text()
    page.locator(".thread").get_by_role("link", name=goal, exact=True).click()
    assert page.locator("h1").inner_text() == goal
    page.get_by_role("link", name=activity, exact=True).first.click()
    page.locator(".ds-breadcrumbs li:nth-child(3) a").click()

    expect(page.locator("h1")).to_contain_text("andlingsplan")
    expect(page.get_by_role("link", name=activity, exact=True).first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "words"), [("/kontakt/", "Skriv ditt meddelande."), ("/en/contact/", "Enter your message.")]
)
def test_empty_form_says_what_to_mend_and_keeps_what_was_typed(
    new_page: Callable[..., Page], path: str, words: str
) -> None:
    page = new_page()
    page.goto(path)
    page.locator("#id_subject").fill("Fråga om fiber")
    page.locator("form.form button").click()

    summary = page.locator(".ds-error-summary")
    expect(summary).to_be_focused()
    assert page.locator("#id_subject").input_value() == "Fråga om fiber"
    summary.get_by_role("link", name=words).click()
    expect(page.locator("#id_message")).to_be_focused()
    expect(page.locator("#id_message")).to_have_attribute("aria-invalid", "true")
    assert (
        words
        in page.locator(f"#{page.locator('#id_message').get_attribute('aria-describedby')}".split()[0]).inner_text()
    )


def test_message_with_attachments_reaches_the_registrar(new_page: Callable[..., Page], tmp_path: Path) -> None:
    pdf, text = tmp_path / "karta.pdf", tmp_path / "fråga.txt"
    pdf.write_bytes(make_pdf_file("Karta"))
    text.write_text("Hur går det?")
    page = new_page(java_script_enabled=False)
    page.goto("/kontakt/frida-bergman/")
    page.get_by_label("Vad gäller det?").fill("Fiber till Junsele")
    page.get_by_label("Meddelande").fill("När kommer fibern?")
    page.locator("input[type=file]").set_input_files([pdf, text])
    page.locator("form.form button").click()

    expect(page.locator("main")).to_contain_text("Meddelandet har skickats.")
    found = NUMBER.search(page.locator("main").inner_text())
    assert found, "the receipt has no number"
    assert "När kommer fibern?" not in page.content()

    staff = new_page()
    staff.goto("/admin/")
    staff.get_by_label("Användarnamn").fill("registrator")
    staff.get_by_label("Lösenord").fill(PASSWORD)
    staff.get_by_role("button", name="Logga in").click()
    staff.get_by_role("link", name=re.compile("öpp(et|na) ärende")).click()
    staff.get_by_role("link", name=found[0]).click()
    expect(staff.locator("#content")).to_contain_text("När kommer fibern?")
    expect(staff.locator("#content")).to_contain_text("karta.pdf")
    expect(staff.locator("#content")).to_contain_text("fråga.txt")


@pytest.mark.parametrize(
    "kind", ["start", "plan", "activities", "documents", "search results", "contact", "staff", "strategy"]
)
def test_page_needs_no_javascript(new_page: Callable[..., Page], kind: str) -> None:
    with_it, without = new_page(), new_page(java_script_enabled=False)
    with_it.goto(SWEDISH[kind])
    without.goto(SWEDISH[kind])
    printing = with_it.get_by_role("button", name="Skriv ut")

    expect(printing).to_be_visible()
    expect(without.get_by_role("button", name="Skriv ut")).to_be_hidden()
    text = with_it.locator("main").inner_text().removesuffix("Skriv ut")
    assert without.locator("main").inner_text().split() == text.split()
    assert without.locator("a[href='#'], a[href^='javascript:']").count() == 0
    assert without.locator("form").count() == without.locator("form:has(button:not([type=button]))").count()


@pytest.mark.parametrize("kind", ["strategy", "plan", "activities", "document", "search results", "contact"])
def test_paper_gets_the_text_without_the_ways_around_it(new_page: Callable[..., Page], kind: str) -> None:
    page = new_page()
    page.goto(SWEDISH[kind])

    page.emulate_media(media="print")

    for found in page.locator(HIDDEN_ON_PAPER).all():
        expect(found).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')") == "#fff"
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_reader_without_animation_or_colour_scheme_sees_every_status_in_words(new_page: Callable[..., Page]) -> None:
    page = new_page(forced_colors="active")
    page.goto("/handlingsplaner/innovation/")

    statuses = page.locator(".status").all()

    assert len(statuses) > 5
    assert [status for status in statuses if not status.inner_text().strip()] == []


def test_browser_proves_its_work_before_it_sends(new_page: Callable[..., Page]) -> None:
    page = new_page(width=1280)
    page.goto("/kontakt/")

    page.get_by_label("Meddelande", exact=True).focus()

    page.wait_for_function("document.querySelector('[name=proof]').value.length > 100", timeout=30_000)
