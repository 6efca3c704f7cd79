"""Pasting into the rich text editor, in Chromium: what other programs copy comes in as lists, tables and links."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_admin import NEW, logged_in
from tests.portal_process import Portal
from tests.publishing.test_pasted_text import KEPT, read_clipboard

pytestmark = pytest.mark.needs_program("chromium-headless-shell")
PASTE = """([editor, html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste(page: Page, html: str, text: str = "text") -> None:
    editor = page.get_by_role("textbox", name="Text på svenska")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    with page.expect_response("**/admin/pasted/"):
        page.evaluate(PASTE, [editor.element_handle(), html, text])
    expect(editor).not_to_have_attribute("aria-busy", "true")


def read_editor(page: Page) -> str:
    """The text of the form; the editor adds to ordered lists that they are plain, and turns attributes around."""
    written = page.locator("#id_body_sv").input_value().replace("&nbsp;", "\xa0")
    written = written.replace(' data-type="decimal"', "")
    return written.replace('data-type="lower-alpha" type="a"', 'type="a" data-type="lower-alpha"')


def test_twelve_programs_are_pasted_from_and_what_is_left_out_is_told(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(NEW)
        found = {}
        for name in KEPT:
            paste(page, read_clipboard(name))
            found[name] = read_editor(page)
        told = page.locator(".pasted").first
        paste(page, read_clipboard("word_list"))

        assert found == {name: html for name, (html, _lost) in KEPT.items()}
        expect(told).to_have_text("Detta följde inte med: 1 bild och 2 färger.")
        assert complaints == []


def test_plain_text_is_joined_and_what_the_server_cannot_clean_is_pasted_as_it_is(
    browser: Browser, portal: Portal
) -> None:
    with logged_in(browser, portal) as page:
        page.goto(NEW)
        paste(page, "", "• Ett\n• Två")
        assert read_editor(page) == "<ul><li><p>Ett</p></li><li><p>Två</p></li></ul>"

        page.route("**/admin/pasted/", lambda route: route.fulfill(status=503))
        paste(page, "<h2>Rubrik</h2><p>Text</p>")

        expect(page.locator(".pasted").first).to_contain_text("Servern svarade inte")
        assert read_editor(page) == "<h2>Rubrik</h2><p>Text</p>"


def test_table_is_made_with_the_toolbar_with_a_header_row(browser: Browser, portal: Portal) -> None:
    with logged_in(browser, portal) as page:
        page.goto(NEW)
        page.get_by_role("textbox", name="Text på svenska").click()
        page.locator(".prose-editor").first.get_by_role("button", name="Lägg in tabell").click()
        dialog = page.get_by_role("dialog")
        assert (
            dialog.get_by_label("Första raden är rubriker").evaluate("field => field.selectedOptions[0].text") == "Ja"
        )
        dialog.get_by_label("Rader").fill("2")
        dialog.get_by_label("Kolumner").fill("2")
        dialog.get_by_role("button", name="Lägg in tabellen").click()
        page.keyboard.type("Mål")
        page.keyboard.press("Tab")
        page.keyboard.type("Utfall")

        empty = "<tr><td><p></p></td><td><p></p></td></tr>"
        heads = "<tr><th><p>Mål</p></th><th><p>Utfall</p></th></tr>"
        assert read_editor(page) == f"<table><tbody>{heads}{empty}</tbody></table>"
