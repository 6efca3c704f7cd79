"""What became of a portal under load: what visitors met during each fault and outside them, and how soon it was over.

A fault's window lasts from its beginning until ten seconds after it has been lifted; where the portal has to find its
own way, as after a kill, until ten seconds after it has struck. What fails outside the windows breaks a promise.
Recovery is the time from the end of the fault until the last failure within the window was over.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.load.faults import Strike
from tests.load.journal import AWAY, FINE, LOGGED_OUT, SILENCE, Visit
from tests.load.visitors import Visitors, mail_of

SECONDS_TO_RECOVER = 10.0
SECONDS_WITHOUT_MAIL = 4.0
"""As long a pause between two mails is nothing special."""
KINDS = ("reading", "searching", "writing", "sending files", "editing", "checking")
"""All of them pass again between two faults."""
EXPECTED_SOMETIMES = (AWAY, SILENCE, LOGGED_OUT)


@dataclass
class Window:
    """A fault, and what was met in its window."""

    strike: Strike
    next_at: float
    """When the next fault struck, or all was over."""
    failed: list[Visit] = field(default_factory=list)
    slowest: float = 0.0
    without_mail: float = 0.0
    """Seconds from the end of the fault until mail went out again."""
    passed_again: set[str] = field(default_factory=set)

    @property
    def ends(self) -> float:
        return self.strike.lifted + SECONDS_TO_RECOVER

    @property
    def recovery(self) -> float:
        return max([0.0, *(visit.ended - self.strike.lifted for visit in self.failed)])

    def holds(self, at: float) -> bool:
        return self.strike.began <= at <= self.ends

    def find_broken(self) -> Iterator[str]:
        """Yield the promises that were broken in this window."""
        name = f"minute {self.strike.minute}, {self.strike.fault.words}"
        met = Counter(visit.outcome for visit in self.failed)
        for outcome, count in met.items():
            if outcome in EXPECTED_SOMETIMES and outcome not in self.strike.fault.felt:
                yield f"{name}: {count} × {outcome}"
        if self.without_mail > SECONDS_TO_RECOVER:
            yield f"{name}: mail went out again after {self.without_mail:.1f} s"
        if missing := set(KINDS) - self.passed_again:
            yield f"{name}: nothing passed again of {', '.join(sorted(missing))}"


def make_windows(strikes: Sequence[Strike], over_at: float) -> list[Window]:
    begins = [strike.began for strike in strikes]
    return [Window(strike, next_at) for strike, next_at in zip(strikes, [*begins[1:], over_at], strict=True)]


def sort_visits(visits: Iterable[Visit], windows: Sequence[Window]) -> list[str]:
    """Give each window the visits that belong to it. Return what may not be at any time, and what failed outside."""
    broken: Counter[str] = Counter()
    for visit in visits:
        window = next((window for window in windows if window.holds(visit.ended)), None)
        if visit.outcome not in (FINE, *EXPECTED_SOMETIMES):
            broken[f"{visit.kind}: {visit.outcome}{f' ({window.strike.fault.name})' if window else ''}"] += 1
        elif visit.outcome != FINE and window is None:
            broken[f"outside the faults' windows: {visit.kind}: {visit.outcome}{_tell_nearest(visit, windows)}"] += 1
        if window:
            window.slowest = max(window.slowest, visit.ended - visit.began)
        if window and visit.outcome != FINE:
            window.failed.append(visit)
    return [f"{count} × {words}" for words, count in broken.items()]


def _tell_nearest(visit: Visit, windows: Sequence[Window]) -> str:
    before = [window for window in windows if window.strike.lifted < visit.ended]
    if not before:
        return ""
    strike = before[-1].strike
    return f", {visit.ended - strike.lifted:.0f} s after {strike.fault.name} of minute {strike.minute}"


def note_recovery(visits: Iterable[Visit], mail_at: Sequence[float], windows: Sequence[Window]) -> None:
    """Note for each window which kinds of visits passed again after the recovery, and when mail went out again."""
    fine = defaultdict(list)
    for visit in visits:
        if visit.outcome == FINE:
            fine[visit.kind].append(visit)
    for window in windows:
        since = window.strike.lifted + window.recovery
        for kind, passed in fine.items():
            if any(visit.began >= since and visit.ended <= window.next_at for visit in passed):
                window.passed_again.add(kind)
        window.without_mail = _find_pause(mail_at, window)


def _find_pause(mail_at: Sequence[float], window: Window) -> float:
    """Return how long after the end of a fault the longest pause between two mails was over; 0 if none was long."""
    before = max((at for at in mail_at if at <= window.strike.began), default=window.strike.began)
    times = [before, *(at for at in mail_at if window.strike.began < at <= window.next_at), window.next_at]
    pause, ended = max((later - earlier, later) for earlier, later in pairwise(times))
    return max(ended - window.strike.lifted, 0.0) if pause > SECONDS_WITHOUT_MAIL else 0.0


def judge_receipts(visitors: Visitors, taken: Iterable[tuple[float, str, str]]) -> list[str]:
    """Return the acknowledged messages of which not exactly one receipt came. Print what was delivered twice.

    A worker that dies between the mail server's answer and its own commit sends a mail again, under the same
    Message-ID, by which mail programs know that it is the same.
    """
    received: dict[str, list[str]] = defaultdict(list)
    for _at, to, message_id in taken:
        received[to].append(message_id)
    again = sum(len(ids) - len(set(ids)) for ids in received.values())
    print(f"{again} mails were delivered again under the same Message-ID.")
    wrong = []
    for mark in visitors.acknowledged:
        count = len(set(received[mail_of(mark)]))
        if count != 1:
            wrong.append(f"{count} receipts for {mark}")
    return wrong


def save_windows(windows: Iterable[Window], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    titles = ("minute", "fault", "lasted", "errors", "unanswered", "slowest", "recovery", "mail again after")
    rows = [
        (
            window.strike.minute,
            window.strike.fault.name,
            round(window.strike.lifted - window.strike.began, 1),
            len(window.failed),
            sum(visit.outcome == SILENCE for visit in window.failed),
            round(window.slowest, 2),
            round(window.recovery, 2),
            round(window.without_mail, 2),
        )
        for window in windows
    ]
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([titles, *rows])


def print_windows(windows: Sequence[Window]) -> None:
    """Print a table for the README: a line for each fault, with the worst of its rounds."""
    by_name: dict[str, list[Window]] = defaultdict(list)
    for window in windows:
        by_name[window.strike.fault.words].append(window)
    print("| fault | times | 503 pages | unanswered | slowest answer | all well after | mail again after |")
    print("|---|---|---|---|---|---|---|")
    for words, rounds in by_name.items():
        outcomes = Counter(visit.outcome for window in rounds for visit in window.failed)
        figures = [max(getattr(window, name) for window in rounds) for name in ("slowest", "recovery", "without_mail")]
        seconds = " | ".join(f"{figure:.1f} s" for figure in figures)
        print(f"| {words} | {len(rounds)} | {outcomes[AWAY]} | {outcomes[SILENCE]} | {seconds} |")
