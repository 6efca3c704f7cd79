"""Editors of the same things: they open forms, are kept as drafts, save, and resolve what others have saved meanwhile.

Whatever is typed bears a mark of its own, by which it is found again. On every other thing all editors write into the
same field; on the others, into fields and rows of their own.
"""

import http.client
import json
import random
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable

from tests.clients import Answer, Client, read_form
from tests.portal_process import Portal

MARK = re.compile(r"m[0-9a-f]{32}")
LOG_IN = "/admin/login/"
PASSWORD = "strandlinjer"
DISPUTED = "summary_sv"
OWN_FIELDS = ("summary_en", "body_sv", "milestones")
"""Of the editors of a thing that is not disputed, in turn. The last one adds a row each time."""
FOUND, BUSY, SERVER_ERROR = 302, 503, 500
ATTEMPTS_AT_MOST = 20
"""To send a form that a busy portal refuses, and to save over conflicts."""
SHARE_LEFT, SHARE_KEPT = 0.1, 0.15
"""How many turns end without a save, and by “Save draft”."""
SECONDS_TO_TYPE = 1.5
SAVE, KEEP = {"_save": "1"}, {"_keep": "1"}


class Editor:
    """Somebody with a login of her own who edits one thing. What she has sent and been shown is remembered by marks."""

    def __init__(self, portal: Portal, login: str, activity: int, number: int, field: str) -> None:
        self.client = Client(portal)
        self.login = login
        self.form = f"/admin/actionplans/activity/{activity}/change/"
        self.field = field
        self.chance = random.Random(number)  # noqa: S311 - the same edits every time
        self.own: set[str] = set()
        self.sent: set[str] = set()
        self.saved: set[str] = set()
        """All that stood in a form of hers that was saved."""
        self.seen: set[str] = set()
        self.returned: set[str] = set()
        """What she was shown again when it could not be saved."""
        self.statuses: Counter[int] = Counter()
        self.refusals: Counter[str] = Counter()
        """The beginnings of the pages that ask to come back."""
        self.seconds: list[float] = []
        self.refused_logins = 0
        self.conflicts = 0
        self.broken: list[str] = []

    def log_in(self) -> None:
        given = read_form(self._ask(lambda: self.client.get(LOG_IN))) | {"username": self.login, "password": PASSWORD}
        answer = self._ask(lambda: self.client.post(LOG_IN, given, {}))
        assert answer.status == FOUND, answer.text
        self.refused_logins = self.statuses[BUSY]
        self.statuses.clear()
        self.refusals.clear()
        self.seconds.clear()

    def work(self, turns: int) -> None:
        """Edit the thing in as many turns. What goes wrong is noted, and ends the turn."""
        for _ in range(turns):
            try:
                self._edit()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
                self.broken.append(f"{self.login} at {self.form}: {type(error).__name__}: {error}")

    def _edit(self) -> None:
        fields = read_form(self._ask(lambda: self.client.get(self.form)))
        fields |= {"_window": uuid.uuid4().hex, "log_minor": "on"}
        name = self._begin(fields)
        for words in ("Först", "sedan"):
            fields[name] = f"{fields[name]} {words} {self._make_mark()}.".strip()
            self._pause()
            self._autosave(fields)
        end = self.chance.random()
        if end < SHARE_LEFT:
            return
        fields[name] += f" Sist {self._make_mark()}."
        if end < SHARE_LEFT + SHARE_KEPT:
            answer = self._send(self.form, fields | KEEP)
            assert answer.status == FOUND, answer.text[:500]
        else:
            self._save(fields, name)

    def _begin(self, fields: dict[str, str]) -> str:
        """Empty the field to write into, unless it shows a draft of hers, or add a row. Return its name."""
        if self.field != "milestones":
            fields[self.field] = fields.get(self.field, "") if fields["_draft"] else ""
            return self.field
        number = int(fields["milestones-TOTAL_FORMS"])
        fields["milestones-TOTAL_FORMS"] = str(number + 1)
        name = f"milestones-{number}-title_sv"
        fields |= {name: "", f"milestones-{number}-due_on": "2027-01-31"}
        return name

    def _autosave(self, fields: dict[str, str]) -> None:
        """Send what is typed as the page's script does, and remember which draft holds it."""
        answer = self._send(f"{self.form}draft/", fields)
        assert answer.status == 200, answer.text[:500]
        fields["_draft"] = json.loads(answer.content)["_draft"]

    def _save(self, fields: dict[str, str], name: str) -> None:
        """Save, and again after each conflict, from the page that shows both texts."""
        for _ in range(ATTEMPTS_AT_MOST):
            answer = self._send(self.form, fields | SAVE)
            if answer.status == FOUND:
                self.saved |= _find_marks(fields)
                return
            assert answer.status == 200, answer.text[:500]
            shown = answer.content.decode()
            assert 'id="edit-conflict"' in shown, f"refused without a conflict: {answer.text[:2000]}"
            self.conflicts += 1
            self.returned |= set(MARK.findall(shown))
            fields = read_form(answer) | {"log_minor": "on"}
            self._pause()
            self._resolve(fields, name, shown)
        raise AssertionError("a save that never ends")

    def _resolve(self, fields: dict[str, str], name: str, shown: str) -> None:
        """Keep one's own text in the disputed field, join both, or take the other's."""
        if name != DISPUTED:
            return
        others = " ".join(sorted(set(MARK.findall(shown)) - self.own))
        match self.chance.choice(("own", "both", "others")):
            case "both":
                fields[name] += f" Och {others}."
            case "others" if others:
                fields[name] = f"De andras {others}."

    def _make_mark(self) -> str:
        mark = f"m{uuid.uuid4().hex}"
        self.own.add(mark)
        return mark

    def _pause(self) -> None:
        time.sleep(self.chance.uniform(0, 2) * SECONDS_TO_TYPE)

    def _send(self, address: str, fields: dict[str, str]) -> Answer:
        self.sent |= _find_marks(fields)
        return self._ask(lambda: self.client.post(address, fields, {}))

    def _ask(self, ask: Callable[[], Answer]) -> Answer:
        """Return the answer, and come back when the portal says so if it is busy."""
        for _ in range(ATTEMPTS_AT_MOST):
            began = time.monotonic()
            try:
                answer = ask()
            except (OSError, http.client.HTTPException):
                self.statuses[0] += 1
                raise
            self.seconds.append(time.monotonic() - began)
            self.statuses[answer.status] += 1
            if answer.status == BUSY:
                self.refusals[answer.text[:60]] += 1
            else:
                self.seen |= set(MARK.findall(answer.content.decode()))
                return answer
            time.sleep(float(answer.headers["Retry-After"]))
        raise AssertionError("a portal that is always busy")


def _find_marks(fields: dict[str, str]) -> set[str]:
    return {mark for text in fields.values() for mark in MARK.findall(text)}
