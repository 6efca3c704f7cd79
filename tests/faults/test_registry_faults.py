"""500 people write while web server, worker, database, mail server and virus checker are killed at 20 random points.

Everyone sends again, under the same token, until a number is shown. Each of the 500 is then registered exactly once,
and every file that came with them is checked.
"""

import contextlib
import http.client
import mailbox
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings

from rus_portal import postgres
from tests.clamav import EICAR, Clamd
from tests.portal_process import Portal
from tests.processes import free_port
from tests.settings import OF_A_DURABLE_SERVER

MESSAGES, KILLS, VISITORS = 500, 20, 8
WITH_A_FILE, WITH_A_VIRUS = 10, 50
"""Every tenth message has a file, and every fiftieth a virus in it."""
SECONDS_TO_BE_CHECKED = 60
SECONDS_TO_BE_SHOWN_A_NUMBER = 90
FORM = "/kontakt/"
TOKEN = re.compile(r'name="token" value="([^"]+)"')
NUMBER = re.compile(r"RUS \d{4}/\d{4,}")
AWAY = (urllib.error.URLError, http.client.HTTPException, OSError)


class Besieged(Portal):
    """A portal with its own database and mail server, of which each process can be killed."""

    smtp_port: int
    clamd: Clamd
    mail_server: subprocess.Popen[bytes]
    server: ExitStack

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "CLAMD_URL": self.clamd.url,
        }

    def sql(self, statement: str, *parameters: Any, as_owner: bool = True) -> list[Any]:
        user = postgres.OWNER if as_owner else postgres.APPLICATION
        connected = psycopg2.connect(host=str(postgres.get_socket_directory()), user=user, dbname=self.database)
        connected.autocommit = True
        try:
            with connected.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall()
        finally:
            connected.close()

    def kill_web(self) -> None:
        kill(self.processes[0])
        self.processes[0] = self._spawn("manage.py", "serve", "--port", str(self.port))

    def kill_worker(self) -> None:
        kill(self.processes[1])
        self.processes[1] = self._spawn("manage.py", "work")

    def kill_smtp(self) -> None:
        kill(self.mail_server)
        self.start_smtp()

    def kill_clamd(self) -> None:
        self.clamd.kill()
        self.clamd.start()

    def kill_database(self) -> None:
        """Kill the database's main process, and every other time its children too."""
        pid = int((postgres.get_server_directory() / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        backends = children_of(pid) if random.random() < 1 / 2 else []  # noqa: S311
        for number in [pid, *backends]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        wait_until_gone(pid)
        self.server.enter_context(postgres.running_server())

    def start_smtp(self) -> None:
        command = [
            sys.executable, "-m", "aiosmtpd", "--nosetuid", f"--listen=127.0.0.1:{self.smtp_port}",
            "--class", "aiosmtpd.handlers.Mailbox", str(self.var / "received"),
        ]  # fmt: skip
        self.mail_server = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((path / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(path.name))
    return found


def wait_until_gone(pid: int) -> None:
    """Whether the process is gone; zombies count as gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return
        except OSError:
            return
        time.sleep(0.01)


@pytest.fixture
def besieged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Besieged]:
    monkeypatch.setenv("POSTGRES_DIR", str(tmp_path / "postgres"))
    monkeypatch.setenv("POSTGRES_OPTIONS", OF_A_DURABLE_SERVER)
    monkeypatch.setattr(settings, "DATABASE_URL", "")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    portal = Besieged(postgres.DATABASE, tmp_path / "var")
    portal.var.mkdir()
    portal.smtp_port = free_port()
    portal.clamd = Clamd(tmp_path)
    with ExitStack() as portal.server:
        portal.server.enter_context(postgres.running_server())
        migrated = portal.manage("migrate", "--verbosity=0")
        assert migrated.returncode == 0, migrated.stderr
        portal.start_smtp()
        portal.clamd.start()
        portal.start()
        yield portal
        portal.kill9()
        portal.clamd.kill()
        kill(portal.mail_server)


def token_for(portal: Portal) -> str:
    with urllib.request.urlopen(portal.base_url + FORM, timeout=30) as page:
        found = TOKEN.search(page.read().decode())
    assert found
    return found[1]


def file_of(number: int) -> bytes:
    """Return the attachment of a message; most have none."""
    if number % WITH_A_VIRUS == 0:
        return EICAR
    return f"Bilaga {number}".encode() if number % WITH_A_FILE == 0 else b""


def posted(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    """Return the body and content type of a form as a browser sends it (RFC 7578)."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [('name="attachments"; filename="bilaga.txt"', file)] if file else []
    line = b"--boundary-of-the-form"
    body = b"".join(
        b"%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (line, head.encode(), content)
        for head, content in parts
    )
    return body + line + b"--\r\n", f"multipart/form-data; boundary={line[2:].decode()}"


def checked_files(portal: Besieged) -> list[tuple[str, str]]:
    """Return message and scan result of each file, once none waits. Delays are cut short."""
    deadline = time.monotonic() + SECONDS_TO_BE_CHECKED
    waiting = "UPDATE registry_file SET scan_due_at = now() WHERE scan = 'pending' RETURNING id"
    while portal.sql(waiting) and time.monotonic() < deadline:
        time.sleep(1)
    return portal.sql(
        "SELECT r.subject, f.scan FROM registry_file f JOIN registry_record r ON r.intake_id = f.intake_id"
    )


def mails_sent_and_received(portal: Besieged) -> tuple[set[str], set[str]]:
    """Return the Message-IDs that the portal has sent, and those that the mail server has."""
    sent = portal.sql("SELECT message_id FROM mailroom_outgoingmail WHERE state = 'sent'")
    received = mailbox.Maildir(portal.var / "received", create=False)
    return {message_id for (message_id,) in sent}, {message["Message-ID"] for message in received}


def shown_number(portal: Portal, number: int, token: str) -> str:
    """Send a message repeatedly until the receipt shows its number."""
    data, content_type = posted({"subject": f"Fråga {number}", "message": "Text", "token": token}, file_of(number))
    request = urllib.request.Request(portal.base_url + FORM, data, {"Content-Type": content_type})
    deadline = time.monotonic() + SECONDS_TO_BE_SHOWN_A_NUMBER
    while time.monotonic() < deadline:
        with contextlib.suppress(*AWAY), urllib.request.urlopen(request, timeout=10) as receipt:
            if found := NUMBER.search(receipt.read().decode()):
                return found[0]
        time.sleep(0.1)
    return ""


@pytest.mark.needs_program("clamd", package="clamav-daemon")
def test_500_messages_through_20_kills_are_each_registered_exactly_once(besieged: Besieged) -> None:
    tokens = [token_for(besieged) for _ in range(MESSAGES)]
    parts = (besieged.kill_web, besieged.kill_worker, besieged.kill_database, besieged.kill_smtp, besieged.kill_clamd)
    kills = [kill_part for kill_part in parts for _ in range(KILLS // len(parts))]
    random.shuffle(kills)
    moments = sorted(random.sample(range(1, MESSAGES - 50), KILLS))
    shown: dict[int, str] = {}
    done = threading.Event()

    def visit(number: int) -> None:
        shown[number] = shown_number(besieged, number, tokens[number])

    def besiege() -> int:
        for moment, kill_part in zip(moments, kills, strict=True):
            while len(shown) < moment and not done.is_set():
                time.sleep(0.005)
            kill_part()
        return len(shown)

    with ThreadPoolExecutor(max_workers=VISITORS + 1) as people:
        siege = people.submit(besiege)
        visits = [people.submit(visit, number) for number in range(MESSAGES)]
        for one in visits:
            one.result()
        done.set()
        shown_at_the_last_kill = siege.result()

    assert shown_at_the_last_kill < MESSAGES, "the kills did not fall in the middle"
    rows = besieged.sql(
        "SELECT r.subject, s.code || ' ' || c.year || '/' || lpad(c.number::text, 4, '0'), c.number"
        " FROM registry_case c JOIN registry_series s ON s.id = c.series_id JOIN registry_record r ON r.case_id = c.id"
        " ORDER BY c.number"
    )
    assert {subject: number for subject, number, _ in rows} == {f"Fråga {key}": value for key, value in shown.items()}
    assert [number for *_, number in rows] == list(range(1, MESSAGES + 1))
    assert besieged.sql("SELECT count(*), count(DISTINCT case_id) FROM registry_dispatch") == [(MESSAGES, MESSAGES)]
    assert sorted(checked_files(besieged)) == sorted(
        (f"Fråga {number}", "clean" if number % WITH_A_VIRUS else "infected")
        for number in range(0, MESSAGES, WITH_A_FILE)
    )
    verified = besieged.manage("verify_registry")
    assert (verified.returncode, verified.stderr) == (0, "")
    sent, received = mails_sent_and_received(besieged)
    assert sent - received == set(), "a mail is marked as sent that no one received"
    assert sent
