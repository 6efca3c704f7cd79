"""Which backups are kept, and when the next one is due."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from rus_portal.backup.folders import list_backups, name_backup
from rus_portal.backup.retention import Retention, remove_old, select_kept
from rus_portal.backup.schedule import find_next_start
from rus_portal.models import BackupRun

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def nights(count: int) -> list[datetime]:
    return [NOW - timedelta(days=number) for number in range(count)]


def days_kept(moments: list[datetime], retention: Retention) -> list[str]:
    return sorted(f"{moment:%m-%d}" for moment in select_kept(moments, retention))


def test_newest_of_each_day_week_and_month_is_kept() -> None:
    kept = days_kept(nights(100), Retention(3, 3, 3))

    # The days 28 to 30, the Sundays (the week of the 30th has begun today) 22 and 29, the months' last days.
    assert kept == ["09-30", "10-31", "11-22", "11-28", "11-29", "11-30"]


def test_seven_days_five_weeks_and_twelve_months_are_kept_of_two_years() -> None:
    kept = select_kept(nights(730), Retention())

    assert len(kept) == 7 + 3 + 11  # of five weeks two end within seven days; of twelve months one
    assert min(kept) == datetime(2025, 12, 31, 12, tzinfo=UTC)


def test_days_without_a_backup_do_not_count() -> None:
    moments = [NOW - timedelta(days=days) for days in (0, 50, 51)]

    assert select_kept(moments, Retention(2, 0, 0)) == set(moments[:2])


def test_newest_backup_is_always_kept() -> None:
    assert select_kept(nights(2), Retention(0, 0, 0)) == {NOW}


def test_only_backups_are_removed(tmp_path: Path) -> None:
    for moment in nights(3):
        (tmp_path / name_backup(moment)).mkdir()
        (tmp_path / name_backup(moment) / "manifest.json").touch()
    (tmp_path / "by hand").mkdir()
    (tmp_path / "by hand" / "manifest.json").touch()
    (tmp_path / "2020-01-01T000000Z").mkdir()

    removed = remove_old(tmp_path, Retention(1, 0, 0))

    assert removed == 2
    assert list_backups(tmp_path) == {NOW: tmp_path / "2026-11-30T120000Z"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2020-01-01T000000Z", "2026-11-30T120000Z", "by hand"]


def note_run(hours_ago: float, outcome: str = "whole") -> None:
    at = NOW - timedelta(hours=hours_ago)
    BackupRun.objects.create(started_at=at, ended_at=at, outcome=outcome, folder="/backup")


@pytest.mark.django_db
def test_next_backup_is_due_at_that_time_of_the_day_and_at_once_if_a_day_was_missed() -> None:
    at = time(2, 30)
    tomorrow = timezone.make_aware(datetime(2026, 12, 1, 2, 30))  # noqa: DTZ001 - made aware

    assert find_next_start(at, NOW) == NOW
    note_run(25)
    note_run(1, "failed")
    assert find_next_start(at, NOW) == NOW
    note_run(9.5, "incomplete")
    assert find_next_start(at, NOW) == tomorrow
    assert find_next_start(time(14, 0), NOW) == NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_latest_backup_is_the_last_that_left_something() -> None:
    note_run(30)
    note_run(20, "incomplete")
    note_run(10, "failed")

    latest = BackupRun.objects.kept().find_latest()

    assert latest is not None
    assert latest.get_age(NOW) == timedelta(hours=20)
    assert str(latest) == "2026-11-29 16:00 incomplete"
