"""Pages of the running portal, in Chromium."""

import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.crawling import fetch
from tests.portal_process import Portal


@pytest.fixture(scope="session")
def token(portal: Portal) -> str:
    """The token of a message that was sent: its receipt is a page."""
    form = f"{portal.base_url}/kontakt/frida-bergman/"
    found = re.search(r'name="token" value="([^"]+)"', fetch(form).content.decode())
    assert found
    fields = {"subject": "Fråga", "message": "Hur går det?", "token": found[1]}
    with urllib.request.urlopen(form, urllib.parse.urlencode(fields).encode()) as receipt:
        return receipt.url.rstrip("/").rpartition("/")[2]


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Returns a function that gives a window of the browser with some settings: one for all tests of a module."""
    made: dict[tuple[Any, ...], BrowserContext] = {}

    def context(width: int = 1280, **settings: Any) -> BrowserContext:
        key = (width, *sorted(settings.items()))
        if key not in made:
            viewport = {"width": width, "height": 720 if width < 600 else 900}
            made[key] = browser.new_context(viewport=viewport, reduced_motion="reduce", locale="sv-SE", **settings)
            made[key].set_default_timeout(10_000)
        return made[key]

    yield context
    for opened in made.values():
        opened.close()


@pytest.fixture
def new_page(contexts: Callable[..., BrowserContext], portal: Portal) -> Iterator[Callable[..., Page]]:
    """Returns a function that opens an empty page, which is closed after the test."""
    opened: list[Page] = []

    def new_page(**settings: Any) -> Page:
        page = contexts(base_url=portal.base_url, **settings).new_page()
        opened.append(page)
        return page

    yield new_page
    for page in opened:
        page.close()
