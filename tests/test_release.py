"""What is told about packages that could not be looked up, and when a release is refused."""

import importlib.util
import json
import sys
import tomllib
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

from rus_portal import __version__

FAKE = "import sys; print({said!r}); print({fault!r}, file=sys.stderr); sys.exit({code})"
SOUND = {"name": "django", "version": "5.2", "vulns": []}
ILL = SOUND | {"vulns": [{"id": "CVE-1", "fix_versions": ["5.2.1"]}]}
SKIPPED = {"name": "nh3", "skip_reason": "Dependency not found on PyPI and could not be audited: nh3 (0.3)"}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", settings.BASE_DIR / "release" / "audit.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([SOUND], 0, "all 1 packages audited; none has a known vulnerability."),
        ([SOUND, ILL], 1, "django 5.2 has CVE-1, mended in 5.2.1."),
        ([SOUND, SKIPPED], 2, "COULD NOT AUDIT 1 of 2 packages. Nothing is known about them: nh3."),
        ([ILL, SKIPPED], 2, "django 5.2 has CVE-1"),
        ([SKIPPED, SKIPPED], 2, "COULD NOT AUDIT. Nothing is known about any of its 2 packages."),
        ([], 2, "COULD NOT AUDIT. Nothing is known about any of its 0 packages."),
        (None, 2, "COULD NOT AUDIT. Nothing is known about any of its packages: requests.ConnectionError: no name"),
    ],
    ids=["sound", "ill", "skipped", "both", "all skipped", "none", "no network"],
)
def test_audit_tells_what_was_found_from_what_was_not_looked_up(
    audit: ModuleType, packages: Any, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.dumps({"dependencies": packages}) if packages is not None else ""
    fault = "Traceback …\nrequests.ConnectionError: no name" if packages is None else "No known vulnerabilities found"
    command = [sys.executable, "-c", FAKE.format(said=said, fault=fault, code=int(packages is None))]

    assert audit.audit_list("requirements.txt", command) == code
    assert f"requirements.txt: {words}" in capsys.readouterr().out


def test_wheel_holds_what_the_image_holds() -> None:
    hatch = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["hatch"]
    image = {line[1:] for line in (settings.BASE_DIR / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    apps = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {"tests"}

    assert {name[1:] for name in hatch["build"]["targets"]["wheel"]["include"]} == image - {"requirements.txt"}
    assert apps <= image


def test_version_is_that_of_the_change_log_unless_it_is_still_worked_at() -> None:
    headings = [line for line in (settings.BASE_DIR / "CHANGELOG.md").read_text().splitlines() if line[:3] == "## "]

    latest = headings[1] if headings[0] == "## Unreleased" else headings[0]
    assert __version__.endswith(".dev0") or latest.startswith(f"## {__version__} – ")
