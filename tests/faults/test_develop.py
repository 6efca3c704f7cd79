"""`make dev`: the same portal, where an error shows its code and Ctrl-C stops everything."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings

from tests.portal_process import Portal
from tests.processes import child_environment

SECONDS_TO_START = 60


def test_the_development_server_shows_what_went_wrong_and_stops_when_interrupted(own_portal: Portal) -> None:
    own_portal.stop()
    process = subprocess.Popen(
        [sys.executable, "-m", "rus_portal.develop"],
        cwd=settings.BASE_DIR,
        env=child_environment({**own_portal.environment, "PORT": str(own_portal.port)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        wait_until_it_answers(own_portal)
        page = error_page(f"{own_portal.base_url}/finns-inte/")
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    finally:
        process.terminate()

    assert "Using the URLconf defined in <code>rus_portal.urls</code>" in page
    assert process.returncode == 0
    assert said.splitlines()[-1] == "Everything has stopped."
    assert not own_portal.answers()


def wait_until_it_answers(portal: Portal) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not portal.answers():
        assert time.monotonic() < deadline, "no page came"
        time.sleep(0.1)


def error_page(address: str) -> str:
    try:
        urllib.request.urlopen(address, timeout=10)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.read().decode()
    raise AssertionError(f"{address} did not fail")
