"""The conditions under which the portal works: each a small function that looks, and says in words what it found.

`/readyz`, the operator's page and `manage.py check_operations` show them, `/metrics` their numbers. A new one is a
function here, and a line in `CONDITIONS`.
"""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max, Min
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.scanning import find_pending_versions
from jobs.clock import TOLERATED, advise_on_clock, explain_clock_difference, measure_clock_difference
from jobs.models import SILENT_AFTER, Heartbeat, Round
from mailroom.models import MailboxReading, OutgoingMail
from registry.files.scanning import find_pending_files
from rus_portal.models import BackupRun
from rus_portal.table_versions import find_missing_migrations
from search.models import Change
from visitors.troubles import describe_troubles

logger = logging.getLogger(__name__)


class State(IntEnum):
    """How a condition is. The higher, the worse."""

    OK = 0
    WARNING = 1
    """Nobody suffers yet, but somebody should look."""
    FAULT = 2


class Finding(NamedTuple):
    """What was found, in one sentence, what to do about it in others, and the number that it was judged by."""

    state: State
    sentence: str
    advice: str = ""
    measured: float | None = None


class Condition(NamedTuple):
    name: str
    title: str
    finding: Finding


class Limits(NamedTuple):
    """How old something may be."""

    warning: timedelta
    fault: timedelta

    def judge(self, seconds: float) -> State:
        return State((seconds > self.warning.total_seconds()) + (seconds > self.fault.total_seconds()))


WAITING = Limits(timedelta(minutes=15), timedelta(hours=4))
"""For what a program does by itself within seconds when all is well: mail, virus checks, the search index."""
BACKUP = Limits(timedelta(hours=26), timedelta(days=3))
"""Made every night, it may be two hours late."""
CLOCK = Limits(TOLERATED, timedelta(minutes=10))
"""How far from the database's."""
BYTES_WARNING, BYTES_FAULT = 2 * 2**30, 2**29
"""Free space: for ten of the largest files, and for two on their way in at once."""


def look_at_all() -> list[Condition]:
    """Return every condition. While the database does not answer, those that ask it are left out."""
    found: list[Condition] = []
    for name, title, look in CONDITIONS:
        if name in WITHOUT_DATABASE or found[0].finding.state != State.FAULT:
            found.append(Condition(name, str(title), _look(name, look)))
    return found


def find_worst(conditions: Iterable[Condition]) -> State:
    return max((condition.finding.state for condition in conditions), default=State.OK)


def _look(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception:
        logger.exception("The condition %s could not be looked at.", name)
        return Finding(State.FAULT, _("This could not be looked at."), _("See the log, where the reason is written."))


def look_at_database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            is_replica = cursor.fetchone()[0]
    except (DatabaseError, InterfaceError):
        return Finding(
            State.FAULT,
            _("The database does not answer."),
            _("See whether PostgreSQL is running and can be reached at the address in DATABASE_URL."),
        )
    if is_replica:
        return Finding(
            State.FAULT,
            _("The database is a replica, in which nothing can be saved."),
            _("Let DATABASE_URL name the primary server, or promote this one."),
        )
    return Finding(State.OK, _("The database answers."))


def look_at_tables() -> Finding:
    missing = find_missing_migrations()
    if not missing:
        return Finding(State.OK, _("The tables are those of this version."), measured=0)
    return Finding(
        State.FAULT,
        _("The tables are those of an older version: %(name)s is missing.") % {"name": ".".join(missing[0])},
        _("Run manage.py migrate, then restart the server and the worker."),
        len(missing),
    )


def look_at_worker() -> Finding:
    beats = dict(Heartbeat.objects.order_by().values_list("round").annotate(Max("beat_at")))
    ages = {round_: _count_seconds(beats.get(round_.value)) for round_ in Round}
    silent = [round_ for round_, age in ages.items() if round_.value not in beats or age > SILENT_AFTER.total_seconds()]
    longest = max(ages.values()) if len(beats) == len(Round) else None
    if silent:
        return Finding(
            State.FAULT,
            _("No worker is doing this: %(rounds)s.") % {"rounds": "; ".join(str(round_.label) for round_ in silent)},
            _("See in the worker's log why it stopped, and start it again. Nothing is lost: what waits is then done."),
            longest,
        )
    return Finding(State.OK, _("The worker is at work."), measured=longest)


def look_at_outgoing_mail() -> Finding:
    return _judge_waiting(
        OutgoingMail.objects.queued().aggregate(since=Min("created_at"))["since"],
        _("E-mail is sent as it should be."),
        _("E-mail has been waiting to be sent for %(time)s."),
        _("See whether the mail server in EMAIL_URL answers; the worker's log has its words. Nothing is lost: what is "
          "waiting is sent when it answers."),
    )  # fmt: skip


def look_at_mailbox() -> Finding:
    if not settings.INBOX_URL:
        return Finding(State.OK, _("No mailbox is read, since INBOX_URL names none."))
    read_at = MailboxReading.objects.aggregate(read_at=Max("read_at"))["read_at"]
    advice = _(
        "See whether the server in INBOX_URL answers; the registrar's first page has its words. What has come is read "
        "when it answers."
    )
    if read_at is None:
        return Finding(State.WARNING, _("The mailbox has never been read."), advice)
    return _judge_waiting(
        read_at, _("The mailbox is read as it should be."), _("The mailbox has not been read for %(time)s."), advice
    )


def look_at_virus_checks() -> Finding:
    oldest = [
        find_pending_files().aggregate(since=Min(Coalesce("intake__received_at", "record__recorded_at")))["since"],
        find_pending_versions().aggregate(since=Min("created_at"))["since"],
    ]
    return _judge_waiting(
        min(filter(None, oldest), default=None),
        _("Files are checked for viruses as they should be."),
        _("A file has been waiting to be checked for viruses for %(time)s."),
        _("See whether ClamAV answers at the address in CLAMD_URL, and whether the place where files are kept does. "
          "Until the file is checked, nobody can open it."),
    )  # fmt: skip


def look_at_search() -> Finding:
    # Pages of a long document may take their time: the document itself is found meanwhile.
    changes = Change.objects.exclude(kind=Change.PAGES)
    return _judge_waiting(
        changes.aggregate(since=Min("noted_at"))["since"],
        _("The search finds what has been published."),
        _("The search does not yet find what was changed %(time)s ago."),
        _("See in the worker's log whether it writes the index; manage.py rebuild_search makes it anew."),
    )


def look_at_disk() -> Finding:
    folders = {Path(settings.VAR_DIR), Path(settings.FILE_UPLOAD_TEMP_DIR), Path(tempfile.gettempdir())}
    free, folder = min((shutil.disk_usage(folder).free, str(folder)) for folder in folders if folder.exists())
    words = {"size": filesizeformat(free), "folder": folder}
    state = State((free < BYTES_WARNING) + (free < BYTES_FAULT))
    if state == State.OK:
        return Finding(state, _("There is room for files: %(size)s in %(folder)s.") % words, measured=free)
    return Finding(
        state,
        _("The disk is almost full: %(size)s left in %(folder)s.") % words,
        _("Make room, or get a larger disk. When it is full, no message with files can be taken in."),
        free,
    )


def look_at_backup() -> Finding:
    if settings.DEMO:
        return Finding(State.OK, _("A demonstration needs no backup."))
    advice = _("See what manage.py backup said when it was last run, mend that, and run it again.")
    kept, latest = BackupRun.objects.kept().find_latest(), BackupRun.objects.find_latest()
    if kept is None:
        return Finding(State.FAULT, _("There is no backup."), advice)
    seconds = _count_seconds(kept.started_at)
    if (state := BACKUP.judge(seconds)) != State.OK:
        age = timesince(kept.started_at, depth=1)
        return Finding(state, _("The latest backup is %(time)s old.") % {"time": age}, advice, seconds)
    if latest and latest.outcome != BackupRun.Outcome.WHOLE:
        return Finding(State.WARNING, _("The latest backup failed, or lacks something."), advice, seconds)
    return Finding(State.OK, _("There is a whole backup of the last day."), measured=seconds)


def look_at_visitors() -> Finding:
    if troubles := describe_troubles():
        return Finding(State.WARNING, " ".join(troubles), measured=len(troubles))
    return Finding(State.OK, _("The addresses of visitors are told from each other."), measured=0)


def look_at_clock() -> Finding:
    difference = measure_clock_difference()
    seconds = difference.total_seconds()
    if said := explain_clock_difference(difference):
        return Finding(CLOCK.judge(abs(seconds)), said, advise_on_clock(), seconds)
    return Finding(State.OK, _("This machine's clock goes as the database's does."), measured=seconds)


def _judge_waiting(since: datetime | None, sentence: str, waiting: str, advice: str) -> Finding:
    """Return the finding about what has waited since a time: the first sentence if that is short or None."""
    seconds = _count_seconds(since)
    if since is None or (state := WAITING.judge(seconds)) == State.OK:
        return Finding(State.OK, sentence, measured=seconds)
    return Finding(state, waiting % {"time": timesince(since, depth=1)}, advice, seconds)


def _count_seconds(since: datetime | None) -> float:
    return max((timezone.now() - since).total_seconds(), 0) if since else 0


CONDITIONS: list[tuple[str, Any, Callable[[], Finding]]] = [
    ("database", gettext_lazy("Database"), look_at_database),  # first, since most others ask it
    ("tables", gettext_lazy("Tables"), look_at_tables),
    ("worker", gettext_lazy("Worker"), look_at_worker),
    ("outgoing_mail", gettext_lazy("Outgoing e-mail"), look_at_outgoing_mail),
    ("mailbox", gettext_lazy("Mailbox"), look_at_mailbox),
    ("virus_checks", gettext_lazy("Virus checks"), look_at_virus_checks),
    ("search", gettext_lazy("Search"), look_at_search),
    ("disk", gettext_lazy("Disk"), look_at_disk),
    ("backup", gettext_lazy("Backup"), look_at_backup),
    ("visitors", gettext_lazy("Visitors"), look_at_visitors),
    ("clock", gettext_lazy("Clock"), look_at_clock),
]
"""All conditions in the order in which they are shown: name, title and function."""
WITHOUT_DATABASE = {"database", "disk"}
