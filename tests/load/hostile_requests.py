"""Hostile requests to a running portal, over public pages and, signed in as each role, the admin: none may be a 500.

    python -m tests.load.hostile_requests http://localhost:8000 --requests 50000 --seed 1

Without an address it starts a portal with the example content, and stops it. It changes what it meets: never ask a
portal that is used. The same seed asks the same of the same content. Ends with 1 if anything is answered by 5xx, or not
at all.
"""

import argparse
import http.client
import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urldefrag, urlencode, urljoin, urlsplit

from lxml import html

from tests.load.hostile_values import CONTENTS, FILE_NAMES, HEADERS, METHODS, NAMES, SPELLINGS, VALUES

VISITORS = ("", "samordnare", "huvudredaktor", "rapportor", "registrator", "handlaggare", "arkivarie", "administrator")
"""A visitor without a login, then the example's logins."""
PASSWORD = "strandlinjer"
STARTS = (
    "/",
    "/en/",
    "/mal/",
    "/aktiviteter/",
    "/aktiviteter.csv",
    "/aktiviteter.json",
    "/dokument/",
    "/indikatorer/",
    "/sok/?q=mal",
    "/sok/forslag?q=mal",
    "/diarium/",
    "/diarium/huvuden.json",
    "/diarium/begar-ut/",
    "/kontakt/",
    "/nyheter/",
    "/nyheter/flode.xml",
    "/finansiering/",
    "/passar-mitt-projekt/",
    "/uppfoljning/",
    "/andringar/",
    "/sitemap.xml",
    "/healthz",
)
KEPT_OUT = re.compile(r"/logout/|/password|/auth/user/|/sessions/|/mfa|/2fa|/oidc|/email/|/static/|/jsi18n/")
"""What would end or lock out a visitor of our own, and what is no page of the portal's."""
TOKEN = "csrfmiddlewaretoken"
PAGES_READ = 120
"""Of each visitor, to find addresses, parameters and forms."""
SECONDS_FOR_AN_ANSWER = 60
SECONDS_BETWEEN_WORDS = 30
"""To whoever waits for the end."""
SERVER_ERROR = 500
BUSY = 503
"""Only so many log in at once (`PASSWORD_HASHES_AT_ONCE`)."""
LOGINS_TRIED, SECONDS_WHILE_BUSY = 30, 2.0


@dataclass
class Form:
    """A form that sends by POST: its address and its fields as a browser would send them."""

    address: str
    fields: list[tuple[str, str]]
    has_files: bool


@dataclass
class Known:
    """What a visitor has found on the pages."""

    addresses: list[str] = field(default_factory=list)
    parameters: set[str] = field(default_factory=set)
    forms: list[Form] = field(default_factory=list)


class Visitor:
    """Somebody with cookies who remembers the pages that he has read."""

    def __init__(self, base_url: str, login: str, seed: str) -> None:
        self.parts = urlsplit(base_url)
        self.login = login
        self.random = random.Random(seed)  # noqa: S311 - the same seed asks the same
        self.cookies: dict[str, str] = {}
        self.known = Known()
        self.found: Counter[tuple[str, int]] = Counter()
        self.broken: dict[str, list[str]] = defaultdict(list)
        if login:
            self.log_in()
        self.read_pages()

    def log_in(self) -> None:
        page = self.ask("GET", "/admin/login/")[1]
        (form,) = [
            form for form in read_forms("/admin/login/", page) if any(name == "password" for name, _ in form.fields)
        ]
        given = dict(form.fields) | {"username": self.login, "password": PASSWORD}
        for _ in range(LOGINS_TRIED):
            status, _body, _kind = self.ask("POST", "/admin/login/", urlencode(given).encode())
            if status != BUSY:
                break
            time.sleep(SECONDS_WHILE_BUSY)
        if status != 302:
            raise RuntimeError(f"{self.login} could not log in: {status}.")

    def read_pages(self) -> None:
        """Follow links at random, and note addresses, parameters and forms."""
        waiting, seen = list(("/admin/",) if self.login else STARTS), set()
        while waiting and len(seen) < PAGES_READ:
            address = waiting.pop(self.random.randrange(len(waiting)))
            seen.add(address)
            self.known.addresses.append(address)
            _status, body, kind = self.ask("GET", address)
            if "html" not in kind or not body:
                continue
            page = html.document_fromstring(body)
            links = {urldefrag(urljoin(address, link)).url for link in page.xpath("//a/@href")}
            waiting += sorted({link for link in links if self.is_inside(link)} - seen - set(waiting))
            self.known.parameters |= {name for link in links for name in re.findall(r"[?&]([^=&#]+)=", link)}
            self.known.parameters |= {str(name) for name in page.xpath("//form[not(@method='post')]//@name")}
            self.known.forms += [form for form in read_forms(address, body) if self.is_inside(form.address)]

    def is_inside(self, link: str) -> bool:
        return (
            link.startswith("/admin/" if self.login else "/")
            and not link.startswith("//")
            and not KEPT_OUT.search(link)
        )

    def ask(self, method: str, address: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
        """Return status, body and type of the answer; status 0 if there is none."""
        told = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"{self.parts.scheme}://{self.parts.netloc}/",
            **({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}),
            **headers,
        }
        with closing(
            http.client.HTTPConnection(self.parts.hostname or "", self.parts.port, timeout=SECONDS_FOR_AN_ANSWER)
        ) as server:
            server.putrequest(method, address, skip_host="Host" in told)
            for name, value in told.items():
                server.putheader(name, value.encode("latin-1", "replace"))
            if body is not None:
                server.putheader("Content-Length", str(len(body)))
            server.endheaders(body)
            with server.getresponse() as answer:
                for cookie in answer.headers.get_all("Set-Cookie") or ():
                    name, _, value = cookie.partition(";")[0].partition("=")
                    self.cookies[name] = value
                return answer.status, answer.read(), answer.headers.get("Content-Type", "")

    def attack(self, number: int) -> None:
        """Ask hostile things, and count the answers by kind and status."""
        kinds = [
            self.twist_query,
            self.twist_query,
            self.twist_path,
            self.twist_form,
            self.twist_form,
            self.twist_headers,
            self.send_rubbish,
        ]
        for _ in range(number):
            kind = self.random.choice(kinds)
            method, address, body, headers = kind()
            try:
                status, _body, _type = self.ask(method, address, body, **headers)
            except (OSError, http.client.HTTPException) as error:
                status = 0
                self.broken[f"{type(error).__name__}"].append(f"{method} {address[:300]}")
            self.found[kind.__name__.replace("_", " "), status] += 1
            if status >= SERVER_ERROR:
                sent = (body or b"")[:600].decode("latin-1")
                self.broken[str(status)].append(
                    f"{self.login or 'visitor'}: {method} {address[:600]} {headers or ''} {sent}"
                )
            if self.login and status in (302, 403) and self.is_out():
                self.log_in()

    def is_out(self) -> bool:
        try:
            return self.ask("GET", "/admin/")[0] == 302
        except (OSError, http.client.HTTPException):
            return False

    def twist_query(self) -> tuple[str, str, None, dict[str, str]]:
        address = self.random.choice(self.known.addresses).partition("?")[0]
        given = [(self.pick_name(), self.pick_value()) for _ in range(self.random.choice((1, 1, 1, 2, 5)))]
        return "GET", f"{address}?{encode(given, self.random)}", None, {}

    def twist_path(self) -> tuple[str, str, None, dict[str, str]]:
        address, _, query = self.random.choice(self.known.addresses).partition("?")
        parts = address.split("/")
        place = self.random.randrange(1, len(parts))
        parts[place] = quote(self.pick_value().encode("utf-8", "surrogatepass")[:300], safe="")
        if self.random.random() < 0.2:
            parts.insert(place, self.random.choice(SPELLINGS).decode("latin-1").replace("\xe5", "%e5"))
        return "GET", "/".join(parts) + (f"?{query}" if query else ""), None, {}

    def twist_form(self) -> tuple[str, str, bytes | None, dict[str, str]]:
        if not self.known.forms:
            return self.twist_query()
        form = self.random.choice(self.known.forms)
        fields = self.renew_token(form.fields)
        for _ in range(self.random.choice((1, 1, 2, 5, 20))):
            place = self.random.randrange(len(fields) + 1)
            if place == len(fields):
                fields.append((self.pick_name(), self.pick_value()))
            elif fields[place][0] != TOKEN:
                act = self.random.random()
                if act < 0.7:
                    fields[place] = (fields[place][0], self.pick_value())
                elif act < 0.85:
                    del fields[place]
                else:
                    fields.insert(place, (fields[place][0], self.pick_value()))
        if form.has_files or self.random.random() < 0.1:
            return "POST", form.address, *self.encode_parts(fields)
        return "POST", form.address, encode(fields, self.random).encode("latin-1"), {}

    def renew_token(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the fields with the token of the present session: without it, no view would be reached."""
        token = next((value for name, value in self.cookies.items() if "csrf" in name), "")
        return [(name, token if name == TOKEN else value) for name, value in fields]

    def encode_parts(self, fields: list[tuple[str, str]]) -> tuple[bytes, dict[str, str]]:
        """Return a multipart body with some rubbish files in it."""
        boundary = "b0undary"
        head = f"--{boundary}\r\nContent-Disposition: form-data; name="
        pieces = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields]
        for name, _value in self.random.sample(fields, k=min(len(fields), self.random.choice((0, 1, 1, 2)))):
            label, content = self.random.choice(FILE_NAMES), self.random.choice(CONTENTS)
            pieces.append(f'{head}"{name}"; filename="{label}"\r\n\r\n{content}\r\n')
        body = "".join(pieces).encode("utf-8", "surrogatepass") + f"--{boundary}--\r\n".encode()
        if self.random.random() < 0.1:
            body = body[: self.random.randrange(len(body))]
        return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    def twist_headers(self) -> tuple[str, str, bytes | None, dict[str, str]]:
        name = self.random.choice(list(HEADERS))
        method = self.random.choice(["GET", "GET", "POST", *METHODS])
        body = b"a=1" if method in ("POST", "PUT", "PATCH") else None
        return method, self.random.choice(self.known.addresses), body, {name: self.random.choice(HEADERS[name])}

    def send_rubbish(self) -> tuple[str, str, bytes, dict[str, str]]:
        form = self.random.choice(self.known.forms) if self.known.forms else None
        address = form.address if form else self.random.choice(self.known.addresses)
        given = [pair for pair in self.renew_token(form.fields) if pair[0] == TOKEN] if form else []
        body = urlencode(given).encode() + b"&" + self.random.randbytes(self.random.choice((0, 10, 2_000)))
        kind = self.random.choice(
            ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
        )
        return "POST", address, body, {"Content-Type": kind}

    def pick_name(self) -> str:
        known = sorted(self.known.parameters)
        name = self.random.choice(known if known and self.random.random() < 0.7 else NAMES)
        return name + (
            self.random.choice(["__exact", "__in", "__isnull", "__range", "__gte", "[]"])
            if self.random.random() < 0.15
            else ""
        )

    def pick_value(self) -> str:
        return self.random.choice(VALUES)


def read_forms(address: str, body: bytes) -> Iterator[Form]:
    """Yield the forms of a page that are sent by POST, each once more with each of its buttons and actions."""
    for form in html.document_fromstring(body).xpath("//form[@method='post' or @method='POST']"):
        fields = [(str(name), str(value or "")) for name, value in form.form_values() if name]
        empty = {one.name for one in form.inputs if one.name and one.get("type") not in ("submit", "checkbox", "radio")}
        fields += [(name, "") for name in sorted(empty - dict(fields).keys())]
        sent_to = urldefrag(urljoin(address, form.get("action") or address)).url
        has_files = bool(form.xpath(".//input[@type='file']"))
        pressed = [
            (str(name), str(one.get("value") or "1"))
            for one in form.xpath(".//button|.//input[@type='submit']")
            if (name := one.get("name"))
        ]
        chosen = [("action", str(value)) for value in form.xpath(".//select[@name='action']/option/@value") if value]
        rows = [
            ("_selected_action", str(value)) for value in form.xpath(".//input[@name='_selected_action']/@value")[:3]
        ]
        without = [pair for pair in fields if pair[0] != "action"] if chosen else fields
        for extra in [*([pair] for pair in pressed), *([pair, *rows] for pair in chosen)] or [[]]:
            yield Form(sent_to, [*without, *extra], has_files)


def encode(fields: list[tuple[str, str]], chance: random.Random) -> str:
    """Return fields as in a query, sometimes with bytes that are no text."""
    text = "&".join(f"{_escape(name)}={_escape(value)}" for name, value in fields)
    return text + chance.choice(SPELLINGS).decode("latin-1").replace("\xe5", "%e5") if chance.random() < 0.05 else text


def _escape(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--requests", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with portal_at(given.address) as base_url:
        visitors = [Visitor(base_url, login, f"{given.seed} {login}") for login in VISITORS]
        threads = [
            threading.Thread(target=visitor.attack, args=(given.requests // len(visitors),)) for visitor in visitors
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(SECONDS_BETWEEN_WORDS)
                done = sum(visitor.found.total() for visitor in visitors)
                print(f"{done} of {given.requests} requests", file=sys.stderr, flush=True)
    sys.exit(report(visitors))


@contextmanager
def portal_at(address: str) -> Iterator[str]:
    """The address given, or that of a portal with the example content that lives as long as the block."""
    if address:
        yield address.rstrip("/")
        return
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from rus_portal import postgres
    from tests.portal_process import demo_portal

    with postgres.running_server(), demo_portal() as portal:
        try:
            yield portal.base_url
        finally:
            print_errors(portal.log)


def print_errors(log: str) -> None:
    """Print what a portal's log says went wrong, the most frequent first."""
    errors = Counter(line for line in log.splitlines() if re.match(r"[\w.]+(Error|Exception)\b", line))
    for line, number in errors.most_common(20):
        print(f"{number:>7}  {line[:300]}")


def report(visitors: list[Visitor]) -> int:
    """Print the answers by kind and status, and what was broken. Return the exit code."""
    total = sum((visitor.found for visitor in visitors), Counter[tuple[str, int]]())
    for (kind, status), number in sorted(total.items()):
        print(f"{number:>7}  {status or 'no answer'}  {kind}")
    broken = [(what, one) for visitor in visitors for what, ones in visitor.broken.items() for one in ones]
    for what, one in broken[:50]:
        print(f"{what}: {one!r}"[:1_500])
    print(f"{sum(total.values())} hostile requests, {len(broken)} answered by an error of ours or not at all.")
    return bool(broken)


if __name__ == "__main__":
    main()
