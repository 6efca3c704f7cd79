"""What the portal is told: variables, files that they name, `.env`; and that reading it leaves no trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from rus_portal import demo_secrets, environment, postgres
from rus_portal.environment import env
from tests.processes import child_environment

IMPORT = "import rus_portal.settings as s; print(s.DEMO, s.MEDIA_ROOT)"


@pytest.mark.parametrize(
    ("content", "value"),
    [("secret", "secret"), ("secret\n", "secret"), ("$ecret\r\n", "$ecret"), ("two words ", "two words ")],
)
def test_a_file_may_hold_what_a_variable_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content, value):
    (tmp_path / "secret").write_bytes(content.encode())
    monkeypatch.setenv("GIVEN_IN_A_FILE", "in the variable")
    monkeypatch.setenv("GIVEN_IN_A_FILE_FILE", str(tmp_path / "secret"))
    monkeypatch.setattr(env.ENVIRON, "files_cache", {})

    assert env.str("GIVEN_IN_A_FILE") == value


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read: No such file or directory"), ("\n", "is empty")],
    ids=["none", "empty"],
)
def test_a_file_that_holds_nothing_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content, words):
    if content:
        (tmp_path / "secret").write_text(content)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    monkeypatch.setattr(env.ENVIRON, "files_cache", {})

    with pytest.raises(ImproperlyConfigured) as raised:
        env.str("SECRET_KEY", default="")

    assert str(raised.value) == f"SECRET_KEY_FILE names {tmp_path}/secret, which {words}."


def test_what_the_environment_says_holds_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / ".env").write_text("# both\nIN_BOTH=file\nIN_FILE='of the file'\n")
    monkeypatch.setenv("IN_BOTH", "variable")
    monkeypatch.setenv("IN_FILE", "")
    monkeypatch.delenv("IN_FILE")

    environment.read_env_file(tmp_path / ".env")

    assert (env.str("IN_BOTH"), env.str("IN_FILE")) == ("variable", "of the file")


def test_a_file_that_is_closed_to_us_is_no_demonstration(tmp_path: Path):
    (tmp_path / ".env").mkdir()

    with pytest.raises(ImproperlyConfigured, match=r"\.env cannot be read by this user: Is a directory\."):
        environment.read_env_file(tmp_path / ".env")


def test_the_embedded_server_knows_a_database_that_is_named_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "url").write_text("postgres://portal_app:secret@db/portal\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DEMO", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("POSTGRES_DIR", str(tmp_path / "postgres"))
    monkeypatch.setattr(env.ENVIRON, "files_cache", {})

    with postgres.running_server():
        assert not environment.is_demo()
    assert not (tmp_path / "postgres").exists()


@pytest.mark.needs_program("bwrap", package="bubblewrap")
def test_importing_the_settings_touches_no_disk(tmp_path: Path):
    var = tmp_path / "var"
    read_only = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--unsetenv", "COVERAGE_PROCESS_CONFIG"]

    imported = subprocess.run(
        [*read_only, sys.executable, "-B", "-c", IMPORT],
        cwd=settings.BASE_DIR,
        env=child_environment({"VAR_DIR": str(var), "SECRET_KEY": "", "REGISTRY_SIGNING_KEY": "", "DEMO": "1"}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (imported.stdout, imported.stderr) == (f"True {var}/documents\n", "")
    assert not var.exists()


def test_a_secret_of_the_demonstration_is_made_when_it_is_used_and_then_kept(tmp_path: Path):
    path = tmp_path / "var" / "secret_key"
    secret = demo_secrets.get_demo_secret(path, lambda: "made once")
    assert not path.exists()

    assert f"{secret}" == "made once"

    assert (path.read_text(), path.stat().st_mode & 0o777, os.listdir(path.parent)) == (  # noqa: PTH208
        "made once",
        0o600,
        ["secret_key"],
    )
    assert demo_secrets.get_demo_secret(path, lambda: "made again") == "made once"
