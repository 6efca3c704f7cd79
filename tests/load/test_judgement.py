"""The judgement of a portal under load tells what it is there to tell."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.load import judgement
from tests.load.editors import Editor, Save
from tests.load.faults import CUT_OFF, NOTHING, PAGE, Fault, Strike
from tests.load.journal import AWAY, FINE, LOGGED_OUT, SILENCE, Visit
from tests.load.judgement import KINDS, Window

OVER = 200.0
MAIL_AT = [float(second) for second in range(int(OVER))]


def judge(
    visits: Iterable[Visit], felt: Iterable[str] = PAGE, mail_at: list[float] = MAIL_AT, *, lifted: float = 110.0
) -> tuple[list[str], Window]:
    """Judge visits to a portal that a fault strikes at 100, beside some of each kind that are as usual."""
    strike = Strike(1, Fault("away", "something away", lambda _portal: None, frozenset(felt)), 100.0, lifted)
    usual = [Visit(kind, second, second + 0.1, FINE) for second in (50.0, 150.0) for kind in KINDS]
    (window,) = windows = judgement.make_windows([strike], OVER)
    all_visits = [*visits, *usual]
    broken = judgement.sort_visits(all_visits, windows)
    judgement.note_recovery(all_visits, mail_at, windows)
    return [*broken, *window.find_broken()], window


def test_failures_within_a_window_are_counted_and_the_last_one_tells_the_recovery() -> None:
    broken, window = judge([Visit("reading", 101.0, 102.0, AWAY), Visit("writing", 109.0, 113.5, AWAY)])

    assert (broken, len(window.failed), window.recovery, window.slowest) == ([], 2, 3.5, 4.5)


@pytest.mark.parametrize("ended", [99.0, 120.1])
def test_failure_outside_the_windows_is_told(ended: float) -> None:
    broken, _window = judge([Visit("reading", ended - 0.1, ended, AWAY)])

    assert len(broken) == 1
    assert "outside the faults' windows: reading: 503 page" in broken[0]


@pytest.mark.parametrize("outcome", ["status 500", "text lost", "wrong page", "stale page"])
@pytest.mark.parametrize("ended", [50.0, 105.0])
def test_what_may_never_be_is_told_whenever_it_is(outcome: str, ended: float) -> None:
    broken, _window = judge([Visit("editing", ended - 1, ended, outcome)], felt=CUT_OFF)

    assert [words for words in broken if outcome in words] == broken != []


@pytest.mark.parametrize(("outcome", "felt"), [(AWAY, NOTHING), (SILENCE, PAGE), (LOGGED_OUT, CUT_OFF)])
def test_what_a_fault_may_not_cause_is_told(outcome: str, felt: frozenset[str]) -> None:
    broken, _window = judge([Visit("reading", 104.0, 105.0, outcome)], felt)

    assert broken == [f"minute 1, something away: 1 × {outcome}"]


def test_kind_that_does_not_pass_again_is_told() -> None:
    late = [Visit(kind, 150.0, 150.1, FINE) for kind in KINDS[1:]]
    strike = Strike(1, Fault("away", "something away", lambda _portal: None, PAGE), 100.0, 110.0)
    windows = judgement.make_windows([strike], OVER)
    judgement.note_recovery(late, MAIL_AT, windows)

    assert list(windows[0].find_broken()) == ["minute 1, something away: nothing passed again of reading"]


def test_pause_between_mails_is_told_when_it_lasts_too_long() -> None:
    soon = [at for at in MAIL_AT if not 101 < at < 115]
    late = [at for at in MAIL_AT if not 101 < at < 121]

    assert judge([], mail_at=MAIL_AT)[1].without_mail == 0
    assert (judge([], mail_at=soon)[1].without_mail, judge([], mail_at=soon)[0]) == (5.0, [])
    assert judge([], mail_at=late)[0] == ["minute 1, something away: mail went out again after 11.0 s"]


def test_message_with_no_receipt_or_with_two_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    visitors: Any = SimpleNamespace(acknowledged={"one", "none", "again", "two"})
    sent = [("one", "a"), ("again", "b"), ("again", "b"), ("two", "c"), ("two", "d")]

    wrong = judgement.judge_receipts(visitors, [(0.0, f"{mark}@example.org", message_id) for mark, message_id in sent])

    assert sorted(wrong) == ["0 receipts for none", "2 receipts for two"]
    assert capsys.readouterr().out.startswith("1 mails were delivered again")


@pytest.mark.parametrize(
    ("began", "ended", "allowed"),
    [
        (5.0, 6.0, ["first"]),
        (5.0, 11.0, ["first", "second"]),
        (12.5, 13.0, ["second"]),
        (12.5, 21.0, ["second", "lost"]),
        (30.0, 31.0, ["second", "lost"]),
    ],
)
def test_page_may_show_what_was_acknowledged_last_and_what_was_sent_since(
    began: float, ended: float, allowed: list[str]
) -> None:
    editor = Editor.__new__(Editor)
    editor.saves = [Save("first", 0, 1), Save("second", 10, 12), Save("lost", 20)]

    assert editor._find_allowed(began, ended) == allowed
