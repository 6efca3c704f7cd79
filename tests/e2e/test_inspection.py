"""The inspection finds what it is there to find: pages with one fault each."""

import pytest
from playwright.sync_api import Browser

from tests.e2e.inspection import CONTRAST, axe_violations, keyboard_faults, too_wide

pytestmark = pytest.mark.needs_program("chromium-headless-shell")
RING = "<style>:focus { outline: 2px solid }</style>"
TWO = '<a href="/1">Ett</a> <a href="/2">Två</a>'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (RING + TWO, []),
        (
            "<style>a:focus { outline: 0 }</style>" + TWO,
            ['no ring: <a href="/1">Ett</a>', 'no ring: <a href="/2">Två</a>'],
        ),
        (RING + '<input type="checkbox">' + TWO, ['no name: <input type="checkbox">']),
        (RING + '<div style="position: fixed; inset: 0"></div><a href="/1">Ett</a>', ['covered: <a href="/1">Ett</a>']),
        (RING + '<a href="/1" style="position: absolute; top: -99px">Ett</a>', ['out of view: <a href="/1"']),
        (
            RING + '<a href="/0">Noll</a> <a href="/3" tabindex="2">Tre</a> <a href="/1">Ett</a>',
            ["the order of stops is not that of the page"],
        ),
        (RING + '<a href="/1" onkeydown="event.preventDefault()">Fast</a>' + TWO, ["1 stops, but 3 things"]),
    ],
    ids=["sound", "no ring", "no name", "covered", "out of view", "order", "trap"],
)
def test_walk_with_tab_tells_of_the_fault(browser: Browser, body: str, told: list[str]) -> None:
    page = browser.new_page()
    page.set_content(f"<!doctype html><body>{body}</body>")

    faults = keyboard_faults(page)

    page.close()
    assert len(faults) == len(told), faults
    assert [fault for fault, start in zip(faults, told, strict=True) if not fault.startswith(start)] == []


def test_axe_and_width_tell_of_the_fault(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<!doctype html><html lang="sv"><title>Sida</title><p style="color: #aaa; width: 3000px">Svagt</p>'
    )

    rules = {fault.partition(":")[0] for fault in axe_violations(page)}
    contrast = [fault.partition(":")[0] for fault in axe_violations(page, CONTRAST)]
    wide = too_wide(page)

    page.close()
    assert rules >= {"color-contrast", "landmark-one-main", "page-has-heading-one"}
    assert contrast == ["color-contrast"]
    assert wide[0].endswith("px wide")
