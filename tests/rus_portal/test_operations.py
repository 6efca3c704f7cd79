"""Whether somebody is told that the portal does not work, in words, wherever they look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone, translation
from lxml import html

from accounts.roles import Role
from documents.models import DocumentVersion
from files.scan_queue import Scan
from jobs.models import SILENT_AFTER, Heartbeat, Round
from mailroom.models import OutgoingMail
from registry.models import File
from registry.services.registration import receive_message
from rus_portal.models import BackupRun
from rus_portal.operations import conditions
from rus_portal.operations.conditions import State, look_at_all
from search.models import Change
from tests.factories import make_document, make_mailbox_reading, make_message, make_registrar, make_user

pytestmark = pytest.mark.django_db
TOKEN = {"Authorization": "Bearer hemlig"}


def ago(**time: float) -> Any:
    return timezone.now() - timedelta(**time)


@pytest.fixture(autouse=True)
def all_is_well(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal of which nothing is wrong, in production, watched with a token."""
    settings.DEMO, settings.METRICS_TOKEN = False, "hemlig"
    settings.INBOX_URL = "imaps://a:b@mail.example.org/INBOX"
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=10 * 2**30))
    make_mailbox_reading(read_at=timezone.now())
    BackupRun.objects.create(started_at=ago(hours=5), outcome=BackupRun.Outcome.WHOLE)
    for round_ in Round:
        Heartbeat.objects.create(round=round_, host="one", pid=1)
    Change.objects.all().delete()


def leave_mail(**waited: float) -> None:
    mail = OutgoingMail.objects.create(to="a@example.org", subject="Hej", body="Hej")
    OutgoingMail.objects.filter(pk=mail.pk).update(created_at=ago(**waited))


def leave_file(**waited: float) -> None:
    make_registrar()
    with time_machine.travel(ago(**waited)):
        intake = receive_message(make_message())
    OutgoingMail.objects.update(state=OutgoingMail.State.SENT, sent_at=timezone.now())
    File.objects.create(intake=intake, file="a", original_name="a", content_type="text/plain", size=1)


def leave_document(**waited: float) -> None:
    make_document()
    DocumentVersion.objects.update(scan=Scan.PENDING, created_at=ago(**waited))
    Change.objects.all().delete()


def leave_change(**waited: float) -> None:
    Change.objects.create(kind="goal", object_id=1, noted_at=ago(**waited))
    Change.objects.create(kind=Change.PAGES, object_id=1, noted_at=ago(days=2))


def leave_mailbox(**waited: float) -> None:
    conditions.MailboxReading.objects.update(read_at=ago(**waited))


def back_up(outcome: str, **began: float) -> None:
    if outcome != BackupRun.Outcome.FAILED:
        BackupRun.objects.all().delete()
    BackupRun.objects.create(started_at=ago(**began), outcome=outcome)


def forget_migration() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="news", name="0001_initial").delete()


def silence(*rounds: Round) -> None:
    late = SILENT_AFTER + timedelta(minutes=1)
    Heartbeat.objects.filter(round__in=rounds).update(beat_at=timezone.now() - late)
    Heartbeat.objects.create(round=Round.SLOW, host="two", pid=1)  # another worker's is enough


CASES: dict[str, tuple[Callable[[], Any], str, State, str]] = {
    "one migration": (forget_migration, "tables", State.FAULT, "an older version: news.0001_initial is missing."),
    "silent worker": (lambda: silence(Round.QUICK), "worker", State.FAULT, "doing this: mail and what else people"),
    "no worker": (Heartbeat.objects.all().delete, "worker", State.FAULT, "; the search index."),
    "other worker": (lambda: silence(Round.SLOW), "worker", State.OK, "The worker is at work."),
    "new mail": (lambda: leave_mail(minutes=14), "outgoing_mail", State.OK, "E-mail is sent as it should be."),
    "mail": (lambda: leave_mail(minutes=16), "outgoing_mail", State.WARNING, "to be sent for 16 minutes."),
    "old mail": (lambda: leave_mail(hours=5), "outgoing_mail", State.FAULT, "to be sent for 5 hours."),
    "unread mailbox": (lambda: leave_mailbox(hours=1), "mailbox", State.WARNING, "not been read for 1 hour."),
    "new mailbox": (conditions.MailboxReading.objects.all().delete, "mailbox", State.WARNING, "has never been read."),
    "file": (lambda: leave_file(minutes=20), "virus_checks", State.WARNING, "for viruses for 20 minutes."),
    "document": (lambda: leave_document(days=1), "virus_checks", State.FAULT, "for viruses for 1 day."),
    "change": (lambda: leave_change(minutes=20), "search", State.WARNING, "changed 20 minutes ago."),
    "no backup": (BackupRun.objects.all().delete, "backup", State.FAULT, "There is no backup."),
    "old backup": (lambda: back_up("whole", hours=30), "backup", State.WARNING, "The latest backup is 1 day old."),
    "older backup": (lambda: back_up("whole", days=4), "backup", State.FAULT, "The latest backup is 4 days old."),
    "failed backup": (lambda: back_up("failed", hours=1), "backup", State.WARNING, "failed, or lacks something."),
    "bad backup": (lambda: back_up("incomplete", hours=1), "backup", State.WARNING, "failed, or lacks something."),
    "new change": (lambda: leave_change(minutes=1), "search", State.OK, "The search finds"),
}  # fmt: skip
"""What happens, the condition that it changes, its state, and the end or the beginning of what is said."""


@pytest.mark.parametrize(("happen", "name", "state", "words"), CASES.values(), ids=CASES)
def test_condition_is_told_in_words(happen: Callable[[], Any], name: str, state: State, words: str) -> None:
    happen()

    with translation.override("en"):
        found = {condition.name: condition.finding for condition in look_at_all()}

    assert words in found[name].sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert {name: finding.state for name, finding in found.items() if finding.state} == ({name: state} if state else {})
    assert all(bool(finding.advice) is bool(finding.state) for finding in found.values())


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [
        (0.5, State.OK, "This machine's clock goes as the database's does."),
        (5, State.WARNING, "This machine's clock is 5 minutes ahead of the database's."),
        (-26 * 60, State.FAULT, "This machine's clock is 1 day, 2 hours behind the database's."),
    ],
)
def test_clock_that_is_wrong_is_told(minutes: float, state: State, words: str) -> None:
    with translation.override("en"), time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        found = conditions.look_at_clock()

    assert (found.state, found.sentence, bool(found.advice)) == (state, words, bool(state))


@pytest.mark.parametrize(("free", "state"), [(3 * 2**30, 0), (2**30, 1), (2**28, 2)])
def test_disk_that_fills_is_told_before_it_is_full(free: int, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=free))

    assert conditions.look_at_disk().state == state


def test_health_asks_nothing_of_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", _refuse)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


def test_database_that_is_away_is_told_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", _refuse)

    answer = client.get("/readyz", headers=TOKEN)

    assert answer.status_code == 503
    states = {condition["name"]: condition["status"] for condition in answer.json()["conditions"]}
    assert states == {"database": "fault", "disk": "ok"}


def test_readiness_is_for_all_and_its_words_for_those_who_have_the_token(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ok"}
    Heartbeat.objects.all().delete()

    stranger, guesser, watcher = (
        client.get("/readyz", headers=headers) for headers in ({}, {"Authorization": "Bearer hemlig2"}, TOKEN)
    )

    assert (stranger.status_code, guesser.status_code, watcher.status_code) == (503, 503, 503)
    assert stranger.json() == guesser.json() == {"status": "not ok"}
    (worker,) = [condition for condition in watcher.json()["conditions"] if condition["status"] != "ok"]
    assert worker["name"] == "worker"
    assert worker["sentence"].startswith("No worker is doing this: changes whose moment has come; mail")
    assert worker["advice"].startswith("See in the worker's log why it stopped")


def test_looking_asks_as_often_however_much_waits(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(13):
        client.get("/readyz")
    for happen in (leave_mail, leave_mail, leave_change, leave_document):
        happen(days=1)

    with django_assert_num_queries(13):
        assert client.get("/readyz").status_code == 503


def test_unready_portal_is_no_fault_of_the_answer(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    Heartbeat.objects.all().delete()

    assert client.get("/readyz").status_code == 503
    assert caplog.records == []


def test_warning_does_not_make_the_portal_unready(client: Client) -> None:
    leave_mail(minutes=20)

    answer = client.get("/readyz", headers=TOKEN)

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_condition_that_cannot_be_looked_at_is_a_fault_and_the_others_are_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("shutil.disk_usage", _refuse)

    answer = client.get("/readyz", headers=TOKEN)

    assert answer.status_code == 503
    assert [condition["status"] for condition in answer.json()["conditions"]].count("ok") == len(
        conditions.CONDITIONS
    ) - 1
    assert [record.message for record in caplog.records if record.exc_info] == [
        "The condition disk could not be looked at."
    ]


def test_command_ends_with_1_if_something_does_not_work_and_can_be_silent(capsys: Any) -> None:
    assert _check(verbosity=0) == (0, "")
    leave_mail(minutes=20)
    code, words = _check(verbosity=0)
    assert (code, words.split(":")[0]) == (0, "WARNING  Outgoing e-mail")

    leave_mail(hours=5)

    code, words = _check(verbosity=1)
    assert code == 1
    assert len(words.splitlines()) == len(conditions.CONDITIONS)
    assert "FAULT    Outgoing e-mail: E-mail has been waiting to be sent for 5\N{NO-BREAK SPACE}hours. See" in words


def test_administrator_reads_what_to_do_and_nobody_else(client: Client) -> None:
    Heartbeat.objects.all().delete()
    client.force_login(make_user(Role.ADMINISTRATOR))

    page = html.document_fromstring(client.get("/admin/operations/").content.decode())

    first = page.xpath("//tbody/tr")[0].text_content().split("\n")
    words = [line.strip() for line in first if line.strip()]
    assert words[:2] == ["Bakgrundsprocess", "fungerar inte"]
    assert words[2].startswith("Ingen bakgrundsprocess sköter detta: ")
    assert words[3].startswith("Läs i bakgrundsprocessens logg varför den stannade")
    assert page.xpath("string(//h2[@id='conditions'])").strip() == "En sak behöver åtgärdas"
    client.force_login(make_user(Role.REGISTRAR))
    assert client.get("/admin/operations/").status_code == 403


def test_page_looks_again_by_itself_when_asked_to(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))

    assert "Refresh" not in client.get("/admin/operations/")
    assert client.get("/admin/operations/?watch=1")["Refresh"] == "30"


def test_dashboard_of_the_administrator_says_when_something_is_wrong(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    assert "Portalen fungerar som den ska." in client.get("/admin/").content.decode()

    Heartbeat.objects.all().delete()

    page = client.get("/admin/").content.decode()
    assert "<strong>Bakgrundsprocess:</strong> Ingen bakgrundsprocess sköter detta:" in page
    assert 'href="/admin/operations/"' in page


def _refuse(*_arguments: Any) -> None:
    raise OperationalError("away")


def _check(verbosity: int) -> tuple[Any, str]:
    said = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_operations", verbosity=verbosity, stdout=said)
    return int(end.value.code or 0), said.getvalue()
