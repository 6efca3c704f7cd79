"""An editor under load, who saves an activity of her own and expects the public page to show it at once."""

import random
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tests.clients import Answer, Client, read_form
from tests.load.journal import FINE, LOGGED_OUT, Journal, judge_status
from tests.portal_process import Portal

LOG_IN = "/admin/login/"
LISTS = ("/admin/", "/admin/actionplans/activity/")
SHARE_OF_SAVES = 0.3
MARK = re.compile(r"Ändrad (\w+)\.")
OWN = (
    "SELECT a.id, p.slug, a.slug FROM actionplans_activity a JOIN actionplans_actionplan p ON p.id = a.plan_id"
    " WHERE p.slug IN ('innovation', 'kompetensforsorjning') AND a.publication = 'published'"
    " AND a.merged_into_id IS NULL ORDER BY a.id"
)


@dataclass
class Save:
    """A text that was sent, and when it was acknowledged."""

    mark: str
    sent: float
    acknowledged: float | None = None


class Editor:
    """Somebody who is logged in as `samordnare`, and the activity that nobody else edits."""

    def __init__(self, portal: Portal, journal: Journal, number: int) -> None:
        self.portal = portal
        self.journal = journal
        key, plan, slug = portal.sql(OWN)[number]
        self.form = f"/admin/actionplans/activity/{key}/change/"
        self.public = f"/handlingsplaner/{plan}/{slug}/"
        self.client = Client(portal)
        self.is_logged_in = False
        self.saves = [Save("", float("-inf"), float("-inf"))]

    def work(self, chance: random.Random) -> None:
        if not self.is_logged_in:
            self.log_in()
        elif chance.random() > SHARE_OF_SAVES:
            self._open(chance.choice((*LISTS, self.form)))
        elif form := self._open(self.form):
            self._save(form)

    def log_in(self) -> None:
        self.client = Client(self.portal)
        form = self._exchange(lambda: self.client.get(LOG_IN), lambda answer: judge_status(answer, 200))
        if form:
            given = read_form(form) | {"username": "samordnare", "password": "strandlinjer"}
            sent = self._exchange(lambda: self.client.post(LOG_IN, given, {}), lambda answer: judge_status(answer, 302))
            self.is_logged_in = sent is not None

    def _open(self, address: str) -> Answer | None:
        return self._exchange(lambda: self.client.get(address), lambda answer: self._judge(answer, 200))

    def _save(self, form: Answer) -> None:
        save = Save(uuid.uuid4().hex, time.monotonic())
        text = f"Ändrad {save.mark}."
        fields = read_form(form) | {"summary_sv": text, "log_minor": "on", "_save": "1"}
        self.saves.append(save)
        if self._exchange(
            lambda: self.client.post(self.form, fields, {}), lambda answer: self._judge(answer, 302, text)
        ):
            save.acknowledged = time.monotonic()
            self.check()

    def _judge(self, answer: Answer, usual: int, typed: str = "") -> str:
        """Tell from other outcomes that she has been logged out; what she had typed is then on the page."""
        is_led_to_login = answer.status == 302 and "login" in answer.headers.get("Location", "")
        if is_led_to_login and not typed:
            self.is_logged_in = False
            return LOGGED_OUT
        if answer.status == 403 and typed:
            self.is_logged_in = False
            return LOGGED_OUT if typed in answer.content.decode() else "text lost"
        return "text lost" if is_led_to_login else judge_status(answer, usual, typed)

    def check(self) -> None:
        """Look at the public page: it shows what was saved last, whichever process of the server answers."""
        began = time.monotonic()

        def judge(answer: Answer) -> str:
            if (outcome := judge_status(answer, 200)) != FINE:
                return outcome
            found = MARK.search(answer.content.decode())
            shown, allowed = found[1] if found else "", self._find_allowed(began, time.monotonic())
            return FINE if shown in allowed else f"stale page: {self.public} shows {shown}, not {allowed[-1]}"

        self.journal.exchange("checking", lambda: Client(self.portal).get(self.public), judge)

    def _find_allowed(self, began: float, ended: float) -> list[str]:
        """Return what may be seen by a request of that time.

        That is what had been acknowledged last when it began, and whatever has been sent since.
        """
        saves = [save for save in self.saves if save.sent <= ended]
        known = max(n for n, save in enumerate(saves) if save.acknowledged is not None and save.acknowledged <= began)
        return [save.mark for save in saves[known:]]

    def _exchange(self, ask: Callable[[], Answer], judge: Callable[[Answer], str]) -> Answer | None:
        return self.journal.exchange("editing", ask, judge)
