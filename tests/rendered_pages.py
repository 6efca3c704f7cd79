"""Every kind of page as it is rendered, to see that a change of the templates changes none of them.

    python -m tests.rendered_pages save FOLDER       before the change, and after it in another folder
    python -m tests.rendered_pages compare FOLDER FOLDER

The demo is crawled in process: the public site in both languages and the admin in each role, a few pages of every
view, and every form sent empty. Whitespace that no browser shows is left out; whitespace that it shows is kept.
"""

import difflib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

ROLES = ("", "samordnare", "huvudredaktor", "rapportor", "registrator", "handlaggare", "arkivarie", "administrator")
"""The demo's logins; the public has none."""
PAGES_OF_A_VIEW = 3
ADMIN = "/admin/"
RECEIPT = "5f0a0000-0000-4000-8000-000000000001"
ERRORS = ("400", "403", "403_csrf", "404", "405", "413", "500", "503")
VOLATILE = [
    (re.compile(r"T\d\d:\d\d:\d\d\.\d+(\+\d\d:\d\d)?"), "T(time)"),
    (re.compile(r"\b\d\d[.:]\d\d([.:]\d\d)?\b"), "(time)"),
    (re.compile(r"\d+\\xa0(timm|hour|minut|second|sekund)\w*(, \d+\\xa0\w+)?"), "(time)"),
    (re.compile(r"\?expires=\d+"), "(time)"),
    (re.compile(r"<\d+\.\d+\.\d+@"), "<(number)@"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "(uuid)"),
    (re.compile(r"\b[0-9a-f]{12,}\b"), "(hash)"),
]
"""What differs from one loading of the demo to the next."""
SECRETS = {"csrfmiddlewaretoken", "token", "_snapshot"}
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside base blockquote body br caption circle col colgroup dd defs details div dl dt fieldset "
        "figcaption figure footer form g h1 h2 h3 h4 h5 h6 head header hr html li line link main meta nav ol optgroup "
        "option p path pattern rect script section style summary table tbody td template text tfoot th thead title tr "
        "ul use",
    )
)
"""Whitespace beside these, inside and outside, is never shown. So it is with the elements of BLOCK_CLASSES."""
BLOCK_CLASSES = frozenset({"column"})
BOXES = frozenset({"button", "select", "svg"})
BOX_CLASSES = frozenset({"status", "ds-button", "button"})
"""Whitespace at the edges inside these is never shown, outside it is. So it is with the elements of these classes."""
VERBATIM = frozenset({"pre", "textarea", "script", "style"})
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


def main() -> None:
    match sys.argv[1:]:
        case ["save", folder]:
            _save(Path(folder))
        case ["compare", before, after]:
            sys.exit(_compare(Path(before), Path(after)))
        case ["render", folder]:  # the process that `save` starts
            _render(Path(folder))
        case _:
            sys.exit(__doc__)


def _save(folder: Path) -> None:
    """Copy the demo's database and files, and crawl them in a process that uses the copies."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from rus_portal import postgres
    from tests import databases
    from tests.template_databases import demo_template

    with postgres.running_server(), tempfile.TemporaryDirectory() as var:
        template = demo_template()
        shutil.copytree(template.var, var, dirs_exist_ok=True)
        with databases.temporary_database(template.database) as database:
            environment = os.environ | databases.environment(database) | {"VAR_DIR": var}
            command = [sys.executable, "-m", "tests.rendered_pages", "render", str(folder)]
            subprocess.run(command, env=environment, check=True)


def _render(folder: Path) -> None:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable()  # of pages that a role may not open
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for role in ROLES:
        pages = 0
        for name, content in crawl_as(role):
            (folder / f"{quote(f'{role}{name}', safe='')[:200]}.html").write_text(normalize_page(content))
            pages += 1
        print(f"{pages} pages for {role or 'the public'}", flush=True)
    for name in ERRORS:
        (folder / f"error {name}.html").write_text(normalize_page(_error_page(name)))


def crawl_as(role: str) -> Iterator[tuple[str, str]]:
    """Yield the name and HTML of some pages of every view that a role comes to, and of every form sent empty."""
    from django.contrib.auth.models import User
    from django.test import Client
    from lxml import html

    client = Client(raise_request_exception=False)
    if role:
        client.force_login(User.objects.get(username=role))
    waiting, seen, rendered = _starts(role), set(), Counter[tuple[str, str]]()
    while waiting:
        path = waiting.pop(0)
        if path in seen or path.startswith(ADMIN) != bool(role) or "logout" in path:
            continue
        seen.add(path)
        view = (_view_name(path), path[:4])
        if rendered[view] >= PAGES_OF_A_VIEW and path not in _kinds():
            continue
        response = _rolled_back(client.get, path)
        if response.status_code in {301, 302}:
            waiting.append(urljoin(path, response["Location"]))
        if response.streaming or not response["Content-Type"].startswith("text/html") or not response.content:
            continue
        rendered[view] += 1
        content = response.content.decode()
        yield path, content
        tree = html.document_fromstring(content)
        links = (urldefrag(urljoin(path, link)).url for link in tree.xpath("//a/@href"))
        waiting.extend(link for link in links if not urlsplit(link).scheme)
        if tree.xpath("//form[@method='post']") and rendered[view] == 1:
            answer = _rolled_back(client.post, path)
            if answer.content and answer["Content-Type"].startswith("text/html"):
                yield f"{path} sent empty", answer.content.decode()


def _rolled_back(send: Any, path: str) -> Any:
    """What is answered, with all that it changed taken back."""
    from django.db import transaction

    with transaction.atomic():
        response = send(path)
        transaction.set_rollback(True)
    return response


def _starts(role: str) -> list[str]:
    from tests.e2e.test_admin import PAGES

    return [ADMIN, "/admin/login/", *PAGES.get(role, ())] if role else ["/", "/en/", *sorted(_kinds())]


def _kinds() -> set[str]:
    from django.utils import timezone

    from tests.e2e.kinds import EVERY

    return {path.format(token=RECEIPT, year=timezone.localdate().year) for path in EVERY.values()}


def _view_name(path: str) -> str:
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return "not found"


def _error_page(name: str) -> str:
    from django.http import HttpRequest
    from django.template.loader import render_to_string
    from django.utils import translation

    request = HttpRequest()
    request.path = request.path_info = "/"
    with translation.override("sv"):
        return render_to_string(f"{name}.html", {"request_id": "reference"}, request)


def normalize_page(content: str) -> str:
    """One tag or text a line, without what nobody sees and what is another every time."""
    parser = _Parser()
    parser.feed(content)
    parser.close()
    text = "\n".join(line for line in parser.lines() if line)
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return f"{text}\n"


class _Parser(HTMLParser):
    """Collects tags and texts, and for each tag whether it swallows the whitespace before and after it."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[tuple[str, str, bool, bool]] = []
        self.open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("name") in SECRETS:
            given["value"] = "(secret)"
        if "nonce" in given:
            given["nonce"] = "(nonce)"
        words = " ".join(f'{name}="{" ".join((value or "").split())}"' for name, value in given.items())
        classes = set((given.get("class") or "").split())
        hidden = tag == "input" and given.get("type") == "hidden"
        drawn = tag == "svg" and "svg" in (name for name, *_ in self.open)
        is_block = tag in BLOCKS or hidden or drawn or not BLOCK_CLASSES.isdisjoint(classes)
        is_box = tag in BOXES or not BOX_CLASSES.isdisjoint(classes)
        self.tokens.append(("tag", f"<{tag} {words}>", is_block, is_block or is_box))
        if tag not in VOID:
            self.open.append((tag, is_block, is_box))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        is_block = is_box = False
        while self.open:
            name, is_block, is_box = self.open.pop()
            if name == tag:
                break
        self.tokens.append(("tag", f"</{tag}>", is_block or is_box, is_block))

    def handle_data(self, data: str) -> None:
        if self.tokens and self.tokens[-1][0] == "text":
            data = self.tokens.pop()[1] + data
        self.tokens.append(("text", data, False, False))

    def handle_decl(self, decl: str) -> None:
        self.tokens.append(("tag", f"<!{decl}>", True, True))

    def lines(self) -> Iterator[str]:
        """Yield each tag and shown text. A space that follows a space, or the edge of a block, is not shown."""
        verbatim, after_space = "", True
        for index, (kind, text, _before, after) in enumerate(self.tokens):
            if kind == "tag":
                yield text
                name = text.strip("</>").split()[0]
                verbatim = name if name in VERBATIM and not text.startswith("</") else ""
                after_space = after or (after_space and name not in BOXES | VOID)
            elif verbatim:
                yield repr(text)
            elif shown := self._shown(index, re.sub(r"[ \t\n\r\f]+", " ", text), after_space):
                yield repr(shown)
                after_space = shown.endswith(" ")

    def _shown(self, index: int, text: str, after_space: bool) -> str:
        if after_space:
            text = text.removeprefix(" ")
        if index + 1 == len(self.tokens) or self.tokens[index + 1][2]:
            text = text.removesuffix(" ")
        return text


def _compare(before: Path, after: Path) -> str | int:
    """Print what differs. Return what to say of it, or 0 if nothing does."""
    names = sorted({path.name for folder in (before, after) for path in folder.iterdir()})
    differing = 0
    for name in names:
        texts = [
            (folder / name).read_text().splitlines() if (folder / name).exists() else [] for folder in (before, after)
        ]
        if texts[0] != texts[1]:
            differing += 1
            print(f"== {name}")
            print("\n".join(list(difflib.unified_diff(*texts, "before", "after", lineterm="", n=2))[2:40]))
    print(f"{len(names) - differing} of {len(names)} pages are equal.")
    return f"{differing} differ." if differing else 0


if __name__ == "__main__":
    main()
