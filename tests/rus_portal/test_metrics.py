"""What Prometheus is told: by its conventions, to those who have the token, over all the server's processes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families

from jobs.models import Heartbeat, Round
from mailroom.models import OutgoingMail
from rus_portal import __version__
from rus_portal.operations import conditions
from rus_portal.operations.metrics import MEASURED

TOKEN = {"Authorization": "Bearer token"}
COUNT = """
import sys
from pathlib import Path
from rus_portal.operations import answer_metrics
histogram = answer_metrics._make_histogram(Path(sys.argv[1]))
histogram.labels("GET", 200).observe(0.2)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.django_db
def test_metrics_are_for_those_who_have_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "token"

    assert [
        client.get("/metrics", headers=headers).status_code
        for headers in ({}, {"Authorization": "Bearer tokem"}, {"Authorization": "Basic token"}, TOKEN)
    ] == [401, 401, 401, 200]


@pytest.mark.django_db
def test_metrics_follow_the_conventions(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "token"
    for round_ in Round:
        Heartbeat.objects.create(round=round_, host="one", pid=1)
    for _ in range(3):
        OutgoingMail.objects.create(to="a@example.org", subject="Hej", body="Hej")

    answer = client.get("/metrics", headers=TOKEN)

    assert answer["Content-Type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(answer.content.decode())}
    assert all(name.startswith("portal_") and family.documentation.endswith(".") for name, family in families.items())
    assert families["portal_info"].samples[0].labels == {"version": __version__}
    states = {sample.labels["condition"]: sample.value for sample in families["portal_condition_state"].samples}
    assert states.keys() == {name for name, _title, _look in conditions.CONDITIONS}
    assert states["worker"] == 0
    assert {sample.labels["queue"]: sample.value for sample in families["portal_queue_length"].samples}[
        "outgoing_mail"
    ] == 3
    measured = {name for name, _help in MEASURED.values()} - {
        "portal_mailbox_reading_age_seconds",
        "portal_backup_age_seconds",
    }
    assert measured <= families.keys()
    assert 0 < families["portal_outgoing_mail_wait_seconds"].samples[0].value < 60


def test_answers_are_added_up_and_a_new_process_goes_on_where_a_dead_one_stopped(tmp_path: Path) -> None:
    processes = [_start(tmp_path), _start(tmp_path)]
    processes[0].kill()
    processes[0].wait()
    processes.append(_start(tmp_path))

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(tmp_path))
    labels = {"method": "GET", "status": "200"}

    assert registry.get_sample_value("portal_http_request_duration_seconds_count", labels) == 3
    assert registry.get_sample_value("portal_http_request_duration_seconds_bucket", labels | {"le": "0.1"}) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["histogram_0.db", "histogram_1.db"]
    for process in processes:
        process.communicate(timeout=10)


def _start(folder: Path) -> "subprocess.Popen[str]":
    """A process that has counted one answer, and lives until it is told."""
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT, str(folder)],
        cwd=site.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process
