"""A real mailbox, and a reader that is killed in the middle of it again and again: each mail is registered once."""

import hashlib
import json
import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import environment, query
from tests.processes import free_port, run_module

MAILS = 500
CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
first_valid_uid = 1
mail_max_userip_connections = 500
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=hemligt
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@pytest.fixture
def mailbox() -> Iterator[tuple[str, Path]]:
    """The address of a mailbox of Dovecot's, and its folder. Dovecot lets nobody be root, so the mail is another's."""
    is_root = os.getuid() == 0
    owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.getuid())
    names = {"internal": "dovecot", "login": "dovenull"} if is_root else dict.fromkeys(
        ("internal", "login"), owner.pw_name)  # fmt: skip
    port = free_port()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        for part in ("", "new", "cur", "tmp"):
            (folder / "mail" / part).mkdir()
            os.chown(folder / "mail" / part, owner.pw_uid, owner.pw_gid)
        config = folder / "dovecot.conf"
        config.write_text(CONFIG.format(folder=folder, uid=owner.pw_uid, gid=owner.pw_gid, port=port, **names))
        server = subprocess.Popen(["dovecot", "-F", "-c", str(config)])
        try:
            wait_until_open(port)
            yield f"imap://diariet:hemligt@127.0.0.1:{port}/INBOX", folder / "mail"
        finally:
            server.terminate()
            server.wait(10)


def wait_until_open(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "Dovecot does not answer"
            time.sleep(0.05)
        else:
            return


@pytest.mark.needs_program("dovecot", package="dovecot-imapd")
def test_mail_is_registered_once_though_its_reader_is_killed_a_hundred_times(
    mailbox: tuple[str, Path], empty_registry_database: str
) -> None:
    url, folder = mailbox
    sums = [put(folder, number) for number in range(MAILS)]

    result = run_module(
        "tests.faults.fetch_and_die",
        environment=environment(empty_registry_database) | {"INBOX_URL": url},
        timeout=300,
    )

    assert result.returncode == 0, result.stderr
    killed = json.loads(result.stdout)
    assert sum(killed.values()) >= 100, killed
    assert all(killed.values()), killed
    rows = query(empty_registry_database, "SELECT checksum, state FROM mailroom_incomingmail")
    assert sorted(rows) == sorted((checksum, "taken") for checksum in sums)
    cases = query(
        empty_registry_database,
        "SELECT i.checksum, c.number FROM registry_record r"
        " JOIN registry_intake i ON i.id = r.intake_id JOIN registry_case c ON c.id = r.case_id",
    )
    assert sorted(checksum for checksum, _number in cases) == sorted(sums)
    assert sorted(number for _checksum, number in cases) == list(range(1, MAILS + 1))
    seen = [path for path in (folder / "cur").iterdir() if "S" in path.name.rpartition(",")[2]]
    assert len(seen) == MAILS


def put(folder: Path, number: int) -> str:
    """Deliver a mail from a new sender. Return its checksum."""
    lines = (
        f"From: a{number}@example.org",
        f"Message-ID: <{number}@example.org>",
        f"Subject: {number}",
        "",
        "Text",
        "",
    )
    raw = "\r\n".join(lines).encode()
    path = folder / "new" / f"{number}.a.b"
    path.write_bytes(raw)
    path.chmod(0o644)
    return hashlib.sha256(raw).hexdigest()
