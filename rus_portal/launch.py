"""`make run`: start everything the portal needs in order, watch it, and stop it together.

Database, migrations, demo content, server and worker. Ctrl-C and SIGTERM stop all of it. If a child process ends, the
rest are stopped too, so that a half-running portal is never mistaken for a whole one.

This process stays as long as the portal runs and never imports Django's apps: what needs them is done by children.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rus_portal import postgres
from rus_portal.environment import BASE_DIR, env, is_demo
from rus_portal.file_modes import keep_files_private

PORT = env.int("PORT", default=8000)
ADDRESS = f"http://localhost:{PORT}"
WORKERS = "2"
THREADS = "24"
"""Most of them wait for visitors' lines; how many work is said in visitors/places.py. Granian's warning is left out."""
PR_SET_PDEATHSIG = 1
DEMO_LOGINS = {
    "samordnare": "coordinator of the plan Innovation",
    "registrator": "the registrar",
    "handlaggare": "an officer",
    "arkivarie": "the archivist",
    "administrator": "the administrator",
}


def main() -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    keep_files_private()
    refuse_taken_port()
    try:
        with prepared_portal():
            run_portal()
    except KeyboardInterrupt:
        pass
    print_line("Everything has stopped.")


def refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            sys.exit(f"Port {PORT} is taken by another program. Choose another one: make run PORT={PORT + 1}")


@contextmanager
def prepared_portal() -> Iterator[None]:
    """Keep the database running during the block, which begins when everything is up to date.

    A child does the work, beside the start of the database, and takes its memory with it when it ends.
    """
    child = start_child("-m", "rus_portal.launch", "prepare")
    try:
        with postgres.running_server():
            if child.wait():
                sys.exit(child.returncode)
            yield
    finally:
        stop_children([child])


def prepare_portal() -> None:
    """Bring assets, tables and demo content up to date, and print what takes time."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
    django.setup()
    call_command("prepare")
    with postgres.running_server():
        print_line("Updating the tables …")
        call_command("migrate", verbosity=0)
        if is_demo():
            call_command("load_demo", if_empty=True)


def run_portal() -> None:
    """Run server and worker until interrupted or until one of them ends."""
    children = [
        start_child(*get_server_arguments(PORT)),
        start_child("manage.py", "work"),
    ]
    try:
        wait_for_first_page(children)
        print_welcome()
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        sys.exit("The server or the worker ended unexpectedly; its last words stand above.")
    finally:
        stop_children(children)


def get_server_arguments(port: int) -> list[str]:
    """Return the arguments that start the server: two workers, which are killed if they do not stop in time."""
    return [
        "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", WORKERS, "--blocking-threads", THREADS, "--workers-kill-timeout", "3s",
        "--log-level", "error", "rus_portal.wsgi:application",
    ]  # fmt: skip


def start_child(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches only this process, which stops the children in order
        preexec_fn=_die_with_parent,  # noqa: PLW1509
    )


def stop_children(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)  # each child leads a session of its own
            child.wait()


def wait_for_first_page(children: list[subprocess.Popen[bytes]], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return


def print_welcome() -> None:
    print_line(
        f"\nThe portal is running.\n  Swedish  {ADDRESS}/\n  English  {ADDRESS}/en/\n  Staff    {ADDRESS}/admin/"
    )
    if is_demo():
        print_line("\nDemo logins, all with the password strandlinjer:")
        print_line("\n".join(f"  {name:<14} {role}" for name, role in DEMO_LOGINS.items()))
    print_line("\nStop with Ctrl-C.")


def print_line(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def _die_with_parent() -> None:
    """On Linux, let the kernel stop a child if its parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    prepare_portal() if sys.argv[1:] == ["prepare"] else main()
