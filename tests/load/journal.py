"""What visitors met: each exchange with the portal, when it was, and whether it was as usual."""

import http.client
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.clients import Answer

FINE, AWAY, SILENCE, LOGGED_OUT = "as usual", "503 page", "no answer", "logged out"
"""Outcomes. Whatever else an exchange ends with is a fault at any time, and says itself what it is."""
IN_DESIGN = 'class="page-head'
"""What stands on every page in the site's design, errors too."""


class Visit(NamedTuple):
    """An exchange, from the request to the end of the answer. Its times are those of the monotonic clock."""

    kind: str
    began: float
    ended: float
    outcome: str


class Journal:
    """All visits, in the order in which they ended."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []

    def exchange(self, kind: str, ask: Callable[[], Answer], judge: Callable[[Answer], str]) -> Answer | None:
        """Ask, note the outcome, and return the answer if it is as usual."""
        began, answer = time.monotonic(), None
        try:
            answer = ask()
            outcome = judge(answer)
        except (OSError, http.client.HTTPException):
            outcome = SILENCE
        except Exception as error:  # noqa: BLE001 - a page that cannot be read as the one that was asked for
            outcome = f"{type(error).__name__}: {error}"
        self.visits.append(Visit(kind, began, time.monotonic(), outcome))
        return answer if outcome == FINE else None

    def note(self, kind: str, outcome: str) -> None:
        """Note what went wrong between two exchanges."""
        now = time.monotonic()
        self.visits.append(Visit(kind, now, now, outcome))


def judge_status(answer: Answer, usual: int, typed: str = "") -> str:
    """Return the outcome of an answer by its status. A refused form must show again what was typed."""
    if answer.status == usual:
        return FINE
    if answer.status != 503:
        return f"status {answer.status}"
    page = answer.content.decode()
    if IN_DESIGN not in page or "Retry-After" not in answer.headers:
        return "503, but no page of the site's"
    return AWAY if typed in page else "text lost"
