"""How long a backup of 2 GB takes while messages come in, and restoring it on every version of PostgreSQL at hand.

    python -m tests.load.backup_2gb [--megabytes 2048] [--folder DIR] [--programs BINDIR …]

The servers are the installed ones and that of the wheel, or those whose programs are named; they wait for the disk, as
in production. The backup is made on the oldest and restored on each; then each makes one of its own and restores it.
Last, one is encrypted, a byte is flipped and a file removed. Ends with 1 if anything is not as it should be.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
import django

django.setup()

from pyrage.x25519 import Identity  # noqa: E402

from rus_portal import postgres  # noqa: E402
from tests.backup.conftest import environment_of, register  # noqa: E402
from tests.backup.servers import Server, run_server  # noqa: E402
from tests.processes import child_environment  # noqa: E402

MEGABYTE = 2**20
SECONDS_BETWEEN_MESSAGES = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--folder", type=Path, help="where there is room for eight times as much")
    parser.add_argument("--programs", type=Path, nargs="+", metavar="BINDIR", default=find_programs())
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="backup-2gb-", dir=given.folder))
    try:
        measure(sorted(given.programs, key=read_major), folder, given.megabytes)
    finally:
        shutil.rmtree(folder)


def find_programs() -> list[Path]:
    """Return the folders of all servers that are installed, one for each version."""
    folders = {read_major(place): place for place in postgres.list_program_folders() if (place / "initdb").exists()}
    return [*folders.values()]


def read_major(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return int(re.findall(r"\d+", said)[0])


def measure(programs: list[Path], folder: Path, megabytes: int) -> None:
    with ExitStack() as running:
        servers = [running.enter_context(start_server(place, folder / str(read_major(place)))) for place in programs]
        oldest, newest = servers[0], servers[-1]
        run("migrate", "--verbosity=0", environment=oldest.environment)
        fill = [sys.executable, "-m", "tests.load.fill_portal", str(megabytes)]
        subprocess.run(fill, env=child_environment(oldest.environment), check=True)
        oldest.query("VACUUM FULL mailroom_incomingmail")  # mail leaves its bytes there when it is registered
        say(f"Filled: {database_size(oldest)} MB of database, {folder_size(files_of(oldest))} MB of files.")
        with sending(oldest) as sent:
            run("backup", str(folder / "backup"), environment=oldest.environment)
        say(f"{len(sent)} messages came in meanwhile. The backup has {folder_size(folder / 'backup')} MB.")
        for server in servers:
            restore(server, folder / "backup")
            if server is not oldest:
                run("backup", str(folder / "own"), environment=server.environment)
                restore(server, folder / "own")
                shutil.rmtree(folder / "own")
        encrypt_and_damage(newest, folder)


@contextmanager
def start_server(programs: Path, folder: Path) -> Iterator[Server]:
    """Run a server that waits for the disk."""
    variables = {"POSTGRES_DIR": str(folder / "postgres"), "PG_BINDIR": str(programs), "POSTGRES_OPTIONS": ""}
    with run_server(environment_of(postgres.DATABASE, folder / "var") | variables) as server:
        yield server


@contextmanager
def sending(server: Server) -> Iterator[list[str]]:
    """Register messages during the block. Yields their numbers."""
    sent: list[str] = []
    ended = threading.Event()

    def send() -> None:
        while not ended.wait(SECONDS_BETWEEN_MESSAGES):
            sent.extend(register(1, server.environment))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield sent
    finally:
        ended.set()
        sender.join()


def restore(server: Server, backup: Path, *options: str) -> None:
    """Restore into an empty database and an empty folder, which then take the place of the portal's."""
    server.query("DROP DATABASE IF EXISTS restored", "postgres")
    server.query("CREATE DATABASE restored", "postgres")
    var = Path(server.environment["VAR_DIR"]).with_name("restored")
    environment = server.environment | {"POSTGRES_DATABASE": "restored", "VAR_DIR": str(var)}
    run("restore", str(backup), *options, environment=environment)
    server.query(f"DROP DATABASE {postgres.DATABASE} WITH (FORCE)", "postgres")
    server.query(f"ALTER DATABASE restored RENAME TO {postgres.DATABASE}", "postgres")
    shutil.rmtree(server.environment["VAR_DIR"], ignore_errors=True)
    var.rename(server.environment["VAR_DIR"])


def encrypt_and_damage(server: Server, folder: Path) -> None:
    """Make an encrypted backup and restore it; then flip a byte, remove a file, and see both told."""
    secret, backup = Identity.generate(), folder / "encrypted"
    (folder / "key.txt").write_text(str(secret))
    key = ("--identity", str(folder / "key.txt"))
    run("backup", str(backup), environment=server.environment | {"BACKUP_RECIPIENTS": str(secret.to_public())})
    restore(server, backup, *key)
    damaged, missing, *_others = sorted((backup / "files").iterdir())
    with damaged.open("r+b") as file:
        file.seek(MEGABYTE)
        byte = file.read(1)[0]
        file.seek(MEGABYTE)
        file.write(bytes([byte ^ 1]))
    missing.unlink()
    server.query("CREATE DATABASE empty", "postgres")
    empty = server.environment | {"POSTGRES_DATABASE": "empty", "VAR_DIR": str(folder / "empty")}
    said = run("restore", str(backup), *key, environment=empty, code=1)
    if not all(word in said for word in (damaged.name, missing.name, "(2 in all.) Nothing has been restored.")):
        sys.exit(f"The damage was not told: {said}")
    say("A flipped byte and a missing file were told, and nothing was restored.")


def run(*arguments: str, environment: Mapping[str, str], code: int = 0) -> str:
    """Run `manage.py` to its end; print how long it took and the most that was resident in it. Returns what it said."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], env=child_environment(environment), stdout=output, stderr=output
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    took = f"{arguments[0]} {time.monotonic() - started:.0f} s, {used.ru_maxrss // 1024} MB resident at most"
    say(f"PostgreSQL {read_major(Path(environment['PG_BINDIR']))}: {took}")
    if process.returncode != code:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{said}")
    return said


def say(words: str) -> None:
    print(words, flush=True)


def files_of(server: Server) -> Path:
    return Path(server.environment["VAR_DIR"])


def folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // MEGABYTE


def database_size(server: Server) -> int:
    ((size,),) = server.query("SELECT pg_database_size(current_database())")
    return int(size) // MEGABYTE


if __name__ == "__main__":
    main()
