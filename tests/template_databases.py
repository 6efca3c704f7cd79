"""Databases that are made once and copied: with tables alone, and with the demo content and its files.

Each is kept on the server from run to run under a fingerprint of what it was made from, so that the first test does
not wait for migrations, and every portal begins with a copy instead of loading the example content anew.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import filelock
from django.conf import settings

from tests import databases
from tests.processes import manage

BASE_DIR = Path(settings.BASE_DIR)
NOT_OURS = {".venv", "var", "build", "tests", ".git", "static"}
"""Folders of tools, tests and what is built; `static` holds pictures and the built style sheet alone."""
DEMO_PARTS = (".py", ".sql", ".toml", ".po", ".html", ".css", ".js", ".typ", ".txt", ".pdf")
SCHEMA = (
    "*/migrations/*.py",
    "*/migrations/sql/*.sql",
    "*/models.py",
    "*/models/*.py",
    "*/translation.py",
    "search/triggers.py",
    "*/apps.py",
)
MADE_BY = (
    "publishing/generation.py",
    "publishing/triggers.py",
    "accounts/roles.py",
    "rus_portal/settings.py",
    "rus_portal/postgres.py",
)


class Template(NamedTuple):
    """A database to copy, and the folder of the files that belong to it."""

    database: str
    var: Path


def migrated_template() -> Template:
    """Empty tables, made by `manage.py migrate`."""
    sources = [path for pattern in SCHEMA for path in BASE_DIR.glob(pattern)]
    sources += [BASE_DIR / name for name in (*MADE_BY, "rus_portal/management/commands/migrate.py", "requirements.txt")]
    return _prepare("migrated", _fingerprint(sources), "template1", _migrate)


def demo_template() -> Template:
    """The demo content as it is loaded today: some of it is dated from now.

    The worker has been at it, so that not each portal's has to read the same documents again.
    """
    sources = [path for path in _own_files() if path.suffix in DEMO_PARTS]
    day = datetime.now(UTC).date().isoformat()
    return _prepare("demo", _fingerprint(sources, day), migrated_template().database, _load_demo)


def _prepare(kind: str, fingerprint: str, source: str, fill: Callable[[Template], None]) -> Template:
    """Return the template of that fingerprint; make it first, in one process while the others wait, if it is not there.

    Of other fingerprints the one used last is kept, for a run that began before the code was changed.
    """
    template = Template(f"portal_template_{kind}_{fingerprint}", _folder() / f"{kind}-{fingerprint}")
    with filelock.FileLock(_folder() / f"{kind}.lock"):
        known = {name for (name,) in databases.on_server("SELECT datname FROM pg_database")}
        if template.database not in known or not template.var.exists():
            _drop_old(kind, known)
            unfinished = Template(f"portal_unfinished_{kind}", template.var.with_name(f"{kind}-unfinished"))
            shutil.rmtree(unfinished.var, ignore_errors=True)
            unfinished.var.mkdir()
            databases.on_server(f'DROP DATABASE IF EXISTS "{unfinished.database}" WITH (FORCE)')
            databases.on_server(f'CREATE DATABASE "{unfinished.database}" TEMPLATE "{source}"')
            fill(unfinished)
            unfinished.var.rename(template.var)
            databases.on_server(f'ALTER DATABASE "{unfinished.database}" RENAME TO "{template.database}"')
        template.var.touch()
    return template


def _drop_old(kind: str, known: set[str]) -> None:
    """Drop all but the one used last."""
    folders = sorted(_folder().glob(f"{kind}-*/"), key=lambda folder: folder.stat().st_mtime)
    kept = {f"portal_template_{folder.name.replace('-', '_')}" for folder in folders[-1:]}
    for name in known - kept:
        if name.startswith(f"portal_template_{kind}_"):
            databases.on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    for folder in folders[:-1]:
        shutil.rmtree(folder)


def _migrate(template: Template) -> None:
    result = manage("migrate", "--verbosity=0", environment=databases.environment(template.database))
    assert result.returncode == 0, result.stderr


def _load_demo(template: Template) -> None:
    environment = databases.environment(template.database) | {"VAR_DIR": str(template.var)}
    for command in ("prepare", "load_demo", "work --once", "work --once"):  # the second sends what the first wrote
        result = manage(*command.split(), environment=environment)
        assert result.returncode == 0, f"{result.stdout}{result.stderr}"
    shutil.rmtree(template.var / "mail")  # sent by `work`: no portal is to find it among its own


def _folder() -> Path:
    folder = BASE_DIR / "var" / "test-templates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _own_files() -> Iterable[Path]:
    for part in sorted(BASE_DIR.iterdir()):
        if part.is_dir() and part.name not in NOT_OURS:
            yield from part.rglob("*")


def _fingerprint(sources: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256("\0".join(more).encode())
    for path in sorted(sources):
        digest.update(f"\0{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
