"""`make run`: start everything the portal needs in order, watch it, and stop it together.

Database, migrations, demo content, server and worker. Ctrl-C and SIGTERM stop all of it. A child process that ends
later on is started again; one that does not even begin ends everything, so that its last words are seen.

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
from typing import NoReturn

from rus_portal import postgres
from rus_portal.environment import BASE_DIR, env, is_demo
from rus_portal.file_modes import keep_files_private
from rus_portal.supervisor import Child, keep_running, stop_children

PORT = env.int("PORT", default=8000)
ADDRESS = f"http://localhost:{PORT}"
PR_SET_PDEATHSIG = 1
DEMO_LOGINS = {
    "samordnare": "coordinator of the plan Innovation",
    "huvudredaktor": "the editor-in-chief",
    "rapportor": "a reporter at Mittuniversitetet",
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
    child = start_process("-m", "rus_portal.launch", "prepare")
    try:
        with postgres.running_server():
            if child.wait():
                sys.exit(child.returncode)
            yield
    finally:
        stop_children([Child("The preparation", lambda: child, leads_group=True, process=child)])


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
    """Run server and worker until interrupted."""
    keep_children([
        make_child("The server", "manage.py", "serve", "--port", str(PORT)),
        make_child("The worker", "manage.py", "work"),
    ])  # fmt: skip


def keep_children(children: list[Child]) -> NoReturn:
    """Start the children, greet when they answer, and keep them running until interrupted."""
    try:
        for child in children:
            child.tend()
        wait_for_first_page(children)
        if any(child.has_ended() for child in children):
            sys.exit("The server or the worker could not begin; its last words stand above.")
        print_welcome()
        keep_running(children)
    finally:
        stop_children(children)


def make_child(name: str, *arguments: str) -> Child:
    """Return a child that runs a Python program."""
    return Child(name, lambda: start_process(*arguments), leads_group=True)


def start_process(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches only this process, which stops the children in order
        preexec_fn=_die_with_parent,  # noqa: PLW1509
    )


def wait_for_first_page(children: list[Child], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not any(child.has_ended() for child in children):
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
