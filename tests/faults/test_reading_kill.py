"""The reader of documents is killed without a word, again and again; every page is read, and once."""

import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from tests import databases
from tests.processes import child_environment

PAGES, KILLS, AT_LEAST = 100, 5, 10
PAGES_SO_FAR = "SELECT count(*)::int FROM documents_page"


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.read_documents", *arguments]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=child_environment(environment))


def test_a_killed_reader_goes_on_after_the_last_page_that_is_there(
    empty_registry_database: str, tmp_path: Path
) -> None:
    environment = databases.environment(empty_registry_database) | {"VAR_DIR": str(tmp_path)}
    assert start(environment, "prepare", str(PAGES)).wait() == 0
    reached = [0]
    for _kill in range(KILLS):
        working = start(environment)
        while (now := databases.query(empty_registry_database, PAGES_SO_FAR)[0][0]) < reached[-1] + AT_LEAST:
            assert working.poll() is None
            time.sleep(0.01)
        working.kill()
        assert working.wait() == -9
        reached.append(now)

    assert start(environment).wait() == 0

    assert (reached == sorted(set(reached)), reached[-1] < PAGES) == (True, True)
    texts = databases.query(empty_registry_database, "SELECT number, text FROM documents_page ORDER BY number")
    assert texts == [(number, f"Sida {number}") for number in range(1, PAGES + 1)]
    states = databases.query(
        empty_registry_database, "SELECT reading, reading_note, reading_attempts FROM documents_documentversion"
    )
    assert states == [("done", "", 0)]
