"""Several workers at once: everything is done exactly once, and none disturbs another."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from django.conf import settings

from tests import databases
from tests.faults.work_at_once import ACTIVITIES, CHANGES, DOCUMENTS, MAILS
from tests.processes import child_environment, manage

COUNTS = {
    "SELECT state, count(*) FROM mailroom_incomingmail GROUP BY state": [("taken", MAILS)],
    "SELECT count(*), count(DISTINCT mail_id) FROM registry_intake": [(MAILS, MAILS)],
    "SELECT count(*) FROM registry_case": [(MAILS,)],
    "SELECT count(*) FROM registry_filetext WHERE text LIKE 'Text %'": [(MAILS,)],
    "SELECT DISTINCT state, attempts FROM mailroom_outgoingmail": [("sent", 1)],
    "SELECT count(*), count(DISTINCT (version_id, number)) FROM documents_page": [(3 * DOCUMENTS, 3 * DOCUMENTS)],
    "SELECT reading, count(*) FROM documents_documentversion GROUP BY reading": [("done", DOCUMENTS)],
    "SELECT count(*), count(DISTINCT activity_id) FROM actionplans_reminder": [(ACTIVITIES, ACTIVITIES)],
    "SELECT count(DISTINCT object_id) FROM search_searchentry WHERE kind = 'activity'": [(ACTIVITIES,)],
    "SELECT count(*) FROM search_change": [(0,)],
    "SELECT count(*) FROM publishing_draft": [(0,)],
    "SELECT count(*), count(DISTINCT object_id) FROM publishing_changenote": [(CHANGES, CHANGES)],
    "SELECT count(DISTINCT title_sv) FROM news_newsitem WHERE title_sv LIKE 'Ny %'": [(CHANGES,)],
    "SELECT count(*) FROM jobs_failure": [(0,)],
}


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.work_at_once", *arguments],
        cwd=settings.BASE_DIR,
        env=child_environment(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_three_workers_do_everything_exactly_once(empty_registry_database: str, tmp_path: Path) -> None:
    environment = databases.environment(empty_registry_database) | {"VAR_DIR": str(tmp_path)}
    prepared = start(environment, "prepare")
    assert prepared.communicate()[1] == ""
    workers = [start(environment) for _n in range(3)]
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("begin\n")
        worker.stdin.flush()

    said = [worker.communicate(timeout=120) for worker in workers]

    assert [errors for _done, errors in said] == ["", "", ""]
    assert sum(int(done) > 0 for done, _errors in said) > 1  # not one of them alone
    assert {query: databases.query(empty_registry_database, query) for query in COUNTS} == COUNTS
    mail = "".join(path.read_text() for path in (tmp_path / "mail").iterdir())
    sent = Counter(re.findall(r"^Message-ID: (.+)$", mail, re.MULTILINE))
    queued = databases.query(empty_registry_database, "SELECT message_id FROM mailroom_outgoingmail")
    assert sent == {message_id: 1 for (message_id,) in queued}
    assert manage("verify_registry", environment=environment).returncode == 0
