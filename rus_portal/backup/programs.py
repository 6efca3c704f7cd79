"""PostgreSQL's own programs, of the server's own version, run as the owner of the tables.

No older version can restore a dump, and what a newer one writes an older server does not always understand: programs
of another version than the server's are never used.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

from django.db.backends.postgresql.client import DatabaseClient

from rus_portal import postgres
from rus_portal.backup import BackupError
from rus_portal.backup.owner import get_settings

NAMES = ("pg_dump", "pg_restore", "psql")
LAST_WORDS = 1000


class Programs(NamedTuple):
    """The folder of the programs, and their major version, which is the server's."""

    folder: Path
    major: int


def find_programs(major: int) -> Programs:
    """Find the programs of a server's major version. Raise `BackupError` if they are not installed."""
    for folder in postgres.list_program_folders():
        if all((folder / name).exists() for name in NAMES) and _read_major(folder) == major:
            return Programs(folder, major)
    raise BackupError(
        f"The database server is PostgreSQL {major}, but {', '.join(NAMES)} of version {major} are not here. Install "
        f"them (Debian and Ubuntu: postgresql-client-{major}), or set PG_BINDIR to their folder. Nothing was begun."
    )


def _read_major(folder: Path) -> int:
    run = subprocess.run([folder / "pg_dump", "--version"], check=False, capture_output=True, text=True)  # noqa: S603
    version = re.search(r"\(PostgreSQL\) (\d+)", run.stdout)
    return int(version[1]) if version else 0


class _Program(subprocess.Popen[bytes]):
    """A running program. What it says is kept for the sentence that tells how it failed."""

    stdin: IO[bytes]
    stdout: IO[bytes]

    def __init__(self, path: Path, *arguments: str, database: str | None, **pipes: int) -> None:
        environment: dict[str, str] = {}
        if database is not None:  # it connects; the password is in the environment, not the command line
            known = DatabaseClient.settings_to_cmd_args_env(get_settings(database), [])
            arguments, environment = (*arguments, *known[0][1:]), known[1] or {}
        self.name = path.name
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
        options: Any = pipes
        super().__init__([path, *arguments], stderr=self.said, env=os.environ | environment, **options)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error:
            self.kill()
        if self.stdin:
            with suppress(BrokenPipeError):  # a program that has ended reads no more of what is left for it
                self.stdin.close()
        super().__exit__(kind, error, trace)
        self.said.close()

    def demand_success(self) -> None:
        """Wait for the end. Raise `BackupError` with the program's last words if it failed."""
        if self.wait():
            self.said.seek(0)
            words = self.said.read().decode(errors="replace").strip()[-LAST_WORDS:]
            raise BackupError(f"{self.name} failed. It said: {words}")


@contextmanager
def open_dump(programs: Programs, snapshot: str) -> Iterator[IO[bytes]]:
    """Yield a dump of the database as of a snapshot, in pg_dump's own format."""
    # The quickest compression: most bytes are of letters and files that came in, which it makes little smaller.
    options = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with _Program(programs.folder / "pg_dump", *options, database="", stdout=subprocess.PIPE) as pg_dump:
        yield pg_dump.stdout
        pg_dump.demand_success()


def load_dump(programs: Programs, write_dump: Callable[[IO[bytes]], Any], database: str, first: str = "") -> None:
    """Load a dump, which `write_dump` writes to a pipe, after a first statement: all in one transaction, or nothing.

    `pg_restore` only makes the statements of it: by itself it could not empty a database in the same transaction.
    """
    options = ["--no-owner", "--no-privileges", "--file=-"]
    both = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        ThreadPoolExecutor(1) as writer,
        _run_statements(programs, database) as psql,
        _Program(programs.folder / "pg_restore", *options, database=None, **both) as pg_restore,
    ):
        writing = writer.submit(_fill_pipe, pg_restore.stdin, write_dump)
        with suppress(BrokenPipeError):  # then psql has said why
            psql.stdin.write(f"BEGIN; {first}\n".encode())
            shutil.copyfileobj(pg_restore.stdout, psql.stdin)
            if not writing.exception() and not pg_restore.wait():
                psql.stdin.write(b"COMMIT;\n")
            psql.stdin.close()
        pg_restore.stdout.close()  # ends it, and so what is written to it, if psql has failed
        psql.demand_success()
        writing.result()
        pg_restore.demand_success()


def _run_statements(programs: Programs, database: str) -> _Program:
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    return _Program(programs.folder / "psql", *options, database=database, **pipes)


def _fill_pipe(pipe: IO[bytes], write: Callable[[IO[bytes]], Any]) -> None:
    with suppress(BrokenPipeError), pipe:  # then pg_restore has said why
        write(pipe)
