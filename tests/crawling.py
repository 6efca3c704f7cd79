"""Following every link of the site, as a search engine or a patient reader would."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from lxml import html

LINKS = ("a", "link", "img", "script", "source")
STYLE_ADDRESS = re.compile(r"url\(\s*['\"]?([^)'\"]+)")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What came back for one address."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def is_page(self) -> bool:
        return self.kind == "text/html" and bool(self.content)

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.content.decode())

    @cached_property
    def anchors(self) -> set[str]:
        return set(self.tree.xpath("//@id"))

    def one(self, path: str) -> str:
        """The only thing that the XPath finds, as text."""
        found = self.tree.xpath(path)
        assert len(found) == 1, f"{self.url}: {len(found)} of {path}"
        text = found[0] if isinstance(found[0], str) else found[0].text_content()
        return " ".join(text.split())

    def links(self) -> set[str]:
        """Addresses, absolute, of all that the page leads to or loads."""
        if not self.is_page:
            return {urljoin(self.url, link) for link in self._links_of_other_kinds()}
        tags = " or ".join(f"self::{tag}" for tag in LINKS)
        found = self.tree.xpath(f"//*[{tags}]/@href | //*[{tags}]/@src | //form[not(@method='post')]/@action")
        return {urljoin(self.url, link) for link in found}

    def _links_of_other_kinds(self) -> list[str]:
        text = self.content.decode(errors="replace")
        if self.kind == "text/css":
            return [address for address in STYLE_ADDRESS.findall(text) if not address.startswith("data:")]
        if self.kind == "application/atom+xml":
            return re.findall(r'<link [^>]*href="([^"]+)"', text)
        return []


@cache
def fetch(url: str) -> Answer:
    """One address of a running portal, once for all tests that ask. Redirects are shown, not followed."""
    try:
        response = urllib.request.build_opener(_Stay).open(url, timeout=30)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return Answer(url, response.status, response.headers, response.read())


def crawl(base_url: str, starts: Iterable[str], get: Callable[[str], Answer] = fetch) -> dict[str, Answer]:
    """Every answer within the site that links lead to, by its path and query.

    Of pages that differ in the values of their filters alone all are read, but the links of one only are followed:
    the others lead to as many copies again of every view, page and file of the list.
    """
    seen: dict[str, Answer] = {}
    followed: set[tuple[object, ...]] = set()
    waiting = [base_url + start for start in starts]
    while waiting:
        path = inside(base_url, waiting.pop())
        if path is None or path in seen:
            continue
        seen[path] = answer = get(base_url + path)
        if answer.status in {301, 302, 303, 307, 308}:
            waiting.append(urljoin(answer.url, answer.headers["Location"]))
        elif answer.status == 200 and (shape := _shape(path)) not in followed:
            followed.add(shape)
            waiting.extend(answer.links())
    return seen


def _shape(path: str) -> tuple[object, ...]:
    """What of an address tells its page from others of a kind: all but the values of its filters."""
    parts = urlsplit(path)
    asked = dict(parse_qsl(parts.query))
    return (parts.path, frozenset(asked), asked.get("page"), asked.get("visa"))


def inside(base_url: str, url: str) -> str | None:
    """The path and query of an address of the site; None for one outside it, or for the staff's pages."""
    parts = urlsplit(urldefrag(url).url)
    if f"{parts.scheme}://{parts.netloc}" != base_url or parts.path.startswith("/admin/"):
        return None
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
