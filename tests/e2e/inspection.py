"""What a browser can tell about a page: each function returns what is wrong, in words."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
"""What a reader may set without losing anything (WCAG 1.4.12)."""
ADD_STYLE = """css => {
  const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
CONTRAST = ["color-contrast"]
"""The rules whose result depends on the colour scheme."""
RUN_AXE = "runOnly => axe.run(document, { runOnly, resultTypes: ['violations'] })"
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1);
  return [`${document.documentElement.scrollWidth} px wide`, ...wide.slice(-4).map(e => e.outerHTML.slice(0, 80))];
}"""
CUT_OFF = """() => [...document.querySelectorAll('header *, main *, footer *')].filter(element => {
  const style = getComputedStyle(element);
  const hides = style.overflow !== 'visible' && style.clipPath === 'none' && style.position !== 'absolute';
  const spills = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
  const typed = element.matches('input, select, textarea');
  return hides && spills && !typed && !element.children.length && element.textContent.trim();
}).map(element => element.outerHTML.slice(0, 80))"""
CAN_HAVE_FOCUS = """() => [...document.querySelectorAll(
  'a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select, textarea, summary, [tabindex]'
)].filter(element => element.tabIndex >= 0 && element.checkVisibility({ checkVisibilityCSS: true })).length"""
RECORD_STOPS = """() => {
  const describe = element => {
    const box = element.getBoundingClientRect();
    const ringed = [element, element.closest('article:focus-within')].filter(Boolean)
      .map(part => getComputedStyle(part));
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const there = document.elementFromPoint(x, y);
    const labels = [...element.labels ?? []];
    return {
      place: places.get(element),
      what: element.outerHTML.slice(0, 80),
      name: (element.getAttribute('aria-label') || labels[0]?.innerText || element.innerText || '').trim(),
      ring: ringed.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
      inView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
      free: !!there && (element.contains(there) || there.contains(element) || labels.includes(there)),
    };
  };
  const places = new Map([...document.querySelectorAll('*')].map((element, place) => [element, place]));
  window.stops = [];
  window.addEventListener('keydown', () => {
    const element = document.activeElement;
    if (element && element !== document.body) window.stops.push(describe(element));
  }, true);
}"""
"""Notes each stop when the key is pressed again: by then focus has moved, and the page has scrolled to it."""
START_OVER = """() => {
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0);
}"""
"""Puts the keyboard before the first stop, wherever it was."""
WATCH_SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => { for (const shift of list.getEntries()) window.shifted += shift.value; })
  .observe({ type: 'layout-shift', buffered: true });"""
SETTLE = "() => document.fonts.ready.then(() => new Promise(done => requestIdleCallback(done, { timeout: 500 })))"


def open_settled(page: Page, address: str) -> None:
    """Visit an address and wait until all that it loads is there, its fonts too, and its scripts have nothing to do."""
    page.goto(address)
    page.evaluate(SETTLE)


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def axe_violations(page: Page, rules: list[str] = RULES) -> list[str]:
    """What breaks the rules of these tags, or, with `CONTRAST`, that rule alone."""
    if page.evaluate("typeof axe") == "undefined":  # half a megabyte, which a page looked at again still has
        page.evaluate(_axe())
    result = page.evaluate(RUN_AXE, {"type": "rule" if rules is CONTRAST else "tag", "values": rules})
    return [f"{found['id']}: {node['html'][:120]}" for found in result["violations"] for node in found["nodes"]]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return list(page.evaluate(TOO_WIDE))


def lost_with_spacing(page: Page) -> list[str]:
    """What is cut off or pushed out when the reader spaces the text (WCAG 1.4.12)."""
    page.evaluate(ADD_STYLE, SPACED)
    return too_wide(page) + list(page.evaluate(CUT_OFF))


def keyboard_faults(page: Page) -> list[str]:
    """Walk the page with Tab: every stop is named, seen, in order, and none is left out."""
    wanted = page.evaluate(CAN_HAVE_FOCUS)
    stops = _tab_stops(page, wanted + 1)
    places = [stop["place"] for stop in stops]
    faults = [] if len(stops) == wanted else [f"{len(stops)} stops, but {wanted} things can have focus"]
    if places != sorted(places):
        faults.append("the order of stops is not that of the page")
    for fault, check in (("no ring", "ring"), ("out of view", "inView"), ("covered", "free"), ("no name", "name")):
        faults += [f"{fault}: {stop['what']}" for stop in stops if not stop[check]]
    return faults


def _tab_stops(page: Page, presses: int) -> list[dict[str, Any]]:
    """Where so many presses lead, up to the first stop that was there before."""
    page.evaluate(RECORD_STOPS)
    page.evaluate(START_OVER)
    for _ in range(presses + 1):  # held down, as fast as the page answers
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    stops: dict[int, dict[str, Any]] = {}
    for stop in page.evaluate("window.stops"):
        if stop["place"] in stops:
            break
        stops[stop["place"]] = stop
    return list(stops.values())


class Traffic:
    """What a page fetches, as it goes over the wire, and what the console says. Attach it before the visit."""

    def __init__(self, page: Page) -> None:
        self.fetched: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.said: list[str] = []
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.responseReceived", self._note_answer)
        wire.on("Network.loadingFinished", self._note_size)
        page.on("console", lambda said: self.said.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", lambda request: self.said.append(f"failed: {request.url}"))

    def _note_answer(self, event: dict[str, Any]) -> None:
        if not event["response"]["url"].startswith("data:"):
            self.fetched[event["requestId"]] = event["response"]["url"]

    def _note_size(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    @property
    def bytes(self) -> int:
        return sum(size for request, size in self.sizes.items() if request in self.fetched)

    def from_elsewhere(self, base_url: str) -> list[str]:
        return [url for url in self.fetched.values() if not url.startswith(base_url)]
