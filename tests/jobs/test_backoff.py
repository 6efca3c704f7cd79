from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.backoff import Backoff


@pytest.mark.parametrize(
    ("failed", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (40, 3600), (32_767, 3600)]
)
def test_pauses_double_up_to_the_longest(monkeypatch: pytest.MonkeyPatch, failed: int, seconds: int) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)

    next_attempt = Backoff(timedelta(seconds=30)).find_next_attempt(failed)

    assert next_attempt - now == timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "attempts"), [(0, 1), (29, 1), (30, 2), (89, 2), (90, 3), (3810 + 3600, 9)])
def test_attempts_within_a_time_are_counted(seconds: int, attempts: int) -> None:
    assert Backoff(timedelta(seconds=30)).count_attempts(timedelta(seconds=seconds)) == attempts
