"""Those who use a portal under load: readers, searchers, writers and editors, and what each may expect."""

import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.clients import Answer, Client, read_form
from tests.load.editors import Editor
from tests.load.journal import FINE, Journal, judge_status
from tests.portal_process import Portal

READERS, EDITORS, WRITERS = 4, 5, 5
SECONDS_TO_THINK = 2.0
"""Between two messages of a writer. With half a second to send one, five writers send two a second."""
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
WORDS = (
    "bredband",
    "kompetens",
    "innovation",
    "skola",
    "klimat",
    "kultur",
    "tillgänglighet",
    "företag",
    "hälsa",
    "skog",
)
FORM = "/kontakt/"
NUMBER = re.compile(r"RUS \d{4}/\d{4,}")
SECONDS_BEFORE_ANOTHER_TRY = 1.0
SECONDS_TO_FINISH = 30.0
"""For messages that are being sent when all is over."""


class Visitors:
    """What they do until it is over, and what came of it."""

    def __init__(self, portal: Portal, file: Path) -> None:
        self.portal = portal
        self.file = file
        """What is sent with some messages."""
        self.journal = Journal()
        self.is_over = threading.Event()
        self.over_at = float("inf")
        self.tried: set[str] = set()
        self.acknowledged: set[str] = set()
        addresses = re.findall(r"<loc>(.*?)</loc>", Client(portal).get("/sitemap.xml").content.decode())
        self.pages = [unescape(address).removeprefix(portal.base_url) for address in addresses]
        self.titles: dict[str, str] = {}
        self.editors = [Editor(portal, self.journal, number) for number in range(EDITORS)]

    def list_visits(self) -> list[tuple[str, Callable[[random.Random], Any], float]]:
        """Return who comes: a name, what is done, and how many seconds lie between."""
        return [
            *((f"reader {n}", self.read, 0.1) for n in range(READERS)),
            *((f"editor {n}", editor.work, 3.0) for n, editor in enumerate(self.editors)),
            *((f"writer {n}", lambda _chance: self.write("writing"), SECONDS_TO_THINK) for n in range(WRITERS)),
            ("sender of files", lambda _chance: self.write("sending files", self.file), 5.0),
            ("searcher", self.search, 1.0),
            ("checker", lambda chance: chance.choice(self.editors).check(), 0.5),
        ]

    def repeat(self, name: str, act: Callable[[random.Random], Any], seconds: float) -> None:
        """Do something again and again, at a pace."""
        chance = random.Random(name)  # noqa: S311 - the same visits every time
        while not self.is_over.wait(chance.uniform(0.5, 1.5) * seconds):
            try:
                act(chance)
            except Exception as error:  # noqa: BLE001 - the thread must not end, and nothing may go unseen
                self.journal.note(name, f"{type(error).__name__}: {error}")

    def read(self, chance: random.Random) -> None:
        address = chance.choice(self.pages)
        self.journal.exchange(
            "reading", lambda: Client(self.portal).get(address), lambda answer: self._judge_page(address, answer)
        )

    def _judge_page(self, address: str, answer: Answer) -> str:
        """A page names its address, and has the title that it had the first time."""
        if (outcome := judge_status(answer, 200)) != FINE:
            return outcome
        page = answer.content.decode()
        canonical, title = (found[1] if (found := pattern.search(page)) else "" for pattern in (CANONICAL, TITLE))
        if unescape(canonical) != f"{self.portal.base_url}{address}" or title != self.titles.setdefault(address, title):
            return f"wrong page: {address} shows {canonical}, {title.strip()}"
        return FINE

    def search(self, chance: random.Random) -> None:
        words = f"{chance.choice(WORDS)} {chance.choice(WORDS)}"

        def judge(answer: Answer) -> str:
            is_right = answer.status != 200 or f'value="{words}"' in answer.content.decode()
            return judge_status(answer, 200) if is_right else f"wrong page: nothing says {words}"

        self.journal.exchange("searching", lambda: Client(self.portal).get(f"/sok/?{urlencode({'q': words})}"), judge)

    def write(self, kind: str, file: Path | None = None) -> None:
        """Send a message, and again from the same page until it is acknowledged, as whoever needs an answer does."""
        mark = uuid.uuid4().hex
        typed = {"subject": f"Last {mark}", "message": f"Hur går det med {mark}?", "name": "Anna"}
        self.tried.add(mark)
        client, form = Client(self.portal), None
        while not self._is_too_late():
            form = form or self.journal.exchange(
                kind, lambda: client.get(FORM), lambda answer: judge_status(answer, 200)
            )
            if form and (answer := self._post(client, kind, read_form(form) | typed | {"email": mail_of(mark)}, file)):
                self.acknowledged.add(mark)
                self._look_at_receipt(client, kind, answer)
                return
            time.sleep(SECONDS_BEFORE_ANOTHER_TRY)

    def _post(self, client: Client, kind: str, fields: dict[str, str], file: Path | None) -> Answer | None:
        files = {"attachments": file} if file else {}
        return self.journal.exchange(
            kind,
            lambda: client.post(FORM, fields, files),
            lambda answer: judge_status(answer, 303, typed=fields["message"]),
        )

    def _look_at_receipt(self, client: Client, kind: str, answer: Answer) -> None:
        def judge(receipt: Answer) -> str:
            is_right = receipt.status != 200 or NUMBER.search(receipt.text)
            return judge_status(receipt, 200) if is_right else "wrong page: a receipt without a number"

        self.journal.exchange(kind, lambda: client.get(answer.headers["Location"]), judge)

    def _is_too_late(self) -> bool:
        return time.monotonic() > self.over_at + SECONDS_TO_FINISH

    def find_lost(self) -> list[str]:
        """Return the messages that were acknowledged but are not registered exactly once, and all that are twice."""
        subjects = self.portal.sql("SELECT subject FROM registry_record WHERE subject LIKE 'Last %%'")
        registered = Counter(subject.removeprefix("Last ") for (subject,) in subjects)
        return [
            *(f"lost: {mark}" for mark in self.acknowledged - set(registered)),
            *(f"registered {count} times: {mark}" for mark, count in registered.items() if count > 1),
        ]


def mail_of(mark: str) -> str:
    """Return the address of the sender of a message, to which its receipt goes."""
    return f"{mark}@example.org"


@contextmanager
def under_load(portal: Portal, file: Path) -> Iterator[Visitors]:
    """Let visitors come during the block."""
    visitors = Visitors(portal, file)
    for editor in visitors.editors:
        editor.log_in()
    threads = [threading.Thread(target=visitors.repeat, args=visit) for visit in visitors.list_visits()]
    for thread in threads:
        thread.start()
    try:
        yield visitors
    finally:
        visitors.over_at = time.monotonic()
        visitors.is_over.set()
        for thread in threads:
            thread.join()
