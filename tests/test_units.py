"""The systemd units: what systemd says of them, and that they fit what they start."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from rus_portal.server import SECONDS_TO_FINISH
from rus_portal.supervisor import SECONDS_TO_STOP

UNITS = settings.BASE_DIR / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
EXPOSURE_AT_MOST = 20
"""Of 100, as `systemd-analyze security` counts: 96 without any limits."""
systemd = pytest.mark.needs_program("systemd-analyze", package="systemd")


def read_unit(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@systemd
def test_systemd_understands_every_line(tmp_path):
    paths = [tmp_path / path.name.replace("@", "@1") for path in UNITS.iterdir()]
    for path, copy in zip(UNITS.iterdir(), paths, strict=True):
        copy.write_text(path.read_text().replace("/usr/bin/curl", "/usr/bin/env"))  # not every machine has it

    result = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (0, "")


@systemd
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_services_are_closed(path):
    result = measure_exposure(path)

    assert result.returncode == 0, result.stdout + result.stderr


@systemd
def test_an_open_service_would_be_told(tmp_path):
    open_one = tmp_path / "open.service"
    open_one.write_text(f"[Service]\nExecStart={sys.executable}\n")

    assert measure_exposure(open_one).returncode == 1


def measure_exposure(path: Path) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_AT_MOST}", path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_services_are_given_the_time_that_they_need_to_stop():
    seconds = {path.name: int(read_unit(path)["TimeoutStopSec"][0]) for path in SERVICES}

    assert seconds["portal-web@.service"] > SECONDS_TO_FINISH
    assert seconds["portal-worker.service"] > SECONDS_TO_STOP


def test_the_memory_of_a_web_server_holds_what_its_processes_may_take():
    """All children at their limit at once, of which each has most in common with the others."""
    (limit,) = read_unit(UNITS / "portal-web@.service")["MemoryMax"]

    assert limit == "1G"
    assert settings.WEB_PROCESSES * settings.WEB_MEMORY_AT_MOST < 1024


def test_only_the_backup_meets_the_password_of_the_owner():
    owners = {path.name for path in UNITS.iterdir() if "DATABASE_OWNER_URL" in path.read_text()}

    assert owners == {"portal-backup.service"}
    assert [read_unit(path)["User"] for path in SERVICES] == [["portal-owner"], ["portal"], ["portal"]]
