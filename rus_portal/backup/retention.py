"""Which backups of a folder are kept: the newest of each of the last days, weeks and months."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from rus_portal.backup.folders import list_backups, remove_backup


class Retention(NamedTuple):
    """How many are kept. Days, weeks and months without a backup do not count."""

    days: int = 7
    weeks: int = 5
    months: int = 12


def select_kept(moments: Iterable[datetime], retention: Retention) -> set[datetime]:
    """Return the newest moment of each of the last days, weeks and months, and the newest of all."""
    newest_first = sorted(moments, reverse=True)
    kept = {*newest_first[:1]}
    for period, count in (("%Y-%m-%d", retention.days), ("%G-%V", retention.weeks), ("%Y-%m", retention.months)):
        newest: dict[str, datetime] = {}
        for moment in newest_first:
            newest.setdefault(timezone.localtime(moment).strftime(period), moment)
        kept.update([*newest.values()][:count])
    return kept


def remove_old(folder: Path, retention: Retention) -> int:
    """Remove the backups that are not kept. Return how many."""
    backups = list_backups(folder)
    old = backups.keys() - select_kept(backups, retention)
    for moment in old:
        remove_backup(backups[moment])
    return len(old)
