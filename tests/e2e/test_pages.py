"""Every kind of page, narrow and wide, light and dark. `make audit` runs this and leaves pictures and a report."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from tests.e2e.inspection import (
    CONTRAST,
    WATCH_SHIFTS,
    Traffic,
    axe_violations,
    keyboard_faults,
    lost_with_spacing,
    open_settled,
    too_wide,
)
from tests.e2e.kinds import EVERY
from tests.portal_process import Portal

pytestmark = [pytest.mark.needs_program("chromium-headless-shell"), pytest.mark.audit]
AUDIT = Path(settings.BASE_DIR) / "build" / "audit"
WIDTHS = [320, 1280]
BYTES_AT_MOST = 50_000
REQUESTS_AT_MOST = 7
SHIFT_AT_MOST = 0.01


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest) -> Iterator[Callable[[str, int, Page, dict[str, Any]], None]]:
    """Returns a function that keeps what was found about a page, where an audit was asked for."""
    found: dict[str, dict[str, Any]] = {}
    wanted = request.config.getoption("markexpr") == "audit"

    def keep(kind: str, width: int, page: Page, facts: dict[str, Any]) -> None:
        if not wanted:
            return
        found[f"{kind}, {width} px"] = facts
        name = re.sub(r"\W+", "-", f"{kind} {width}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=AUDIT / f"{name}-{scheme}.png", full_page=True)

    yield keep
    if wanted:
        AUDIT.mkdir(parents=True, exist_ok=True)
        (AUDIT / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("kind", "path"), EVERY.items(), ids=EVERY)
def test_page_has_no_fault(
    portal: Portal, new_page: Callable[..., Page], token: str, report: Any, kind: str, path: str, width: int
) -> None:
    page = new_page(width=width)
    page.add_init_script(WATCH_SHIFTS)
    traffic = Traffic(page)
    open_settled(page, path.format(token=token, year=timezone.localdate().year))
    facts = {"bytes": traffic.bytes, "requests": len(traffic.fetched), "shifted": page.evaluate("window.shifted")}
    faults = {"from elsewhere": traffic.from_elsewhere(portal.base_url), "console": _unexpected(traffic.said, kind)}
    if "errors" in kind:
        page.locator("form.form button").click()
        page.wait_for_selector(".ds-error-summary")
        page.wait_for_load_state("load")  # the style sheet too: without it no focus has a ring
    faults |= _faults(page)

    report(kind, width, page, facts | faults)
    faults["text spacing"] = lost_with_spacing(page)
    assert {what: found for what, found in faults.items() if found} == {}
    assert facts["bytes"] <= BYTES_AT_MOST
    assert facts["requests"] <= REQUESTS_AT_MOST
    assert facts["shifted"] <= SHIFT_AT_MOST


def _faults(page: Page) -> dict[str, list[str]]:
    faults = {"too wide": too_wide(page), "keyboard": keyboard_faults(page), "axe, light": axe_violations(page)}
    page.emulate_media(color_scheme="dark")
    return faults | {"contrast, dark": axe_violations(page, CONTRAST)}


def _unexpected(said: list[str], kind: str) -> list[str]:
    """What the console said, but for the status of a page that is meant to be missing."""
    expected = "status of 404" if kind.startswith("not found") else "\0"
    return [line for line in said if expected not in line]
