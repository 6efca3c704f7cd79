"""How many messages a second the portal registers by HTTP, beside pgbench inserting single rows in the same server.

Every message is acknowledged only when it is durable (fsync and synchronous_commit are on, as ever). Load, server
and database share the cores of one machine, and pgbench's rows are of a table without an index, trigger or chain.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.portal_process import Portal

FORM = "/kontakt/frida-bergman/"
TOKEN = re.compile(r'name="token" value="([^"]+)"')
MESSAGES, VISITORS, ROUNDS, WARM_UP = 1500, 8, 3, 200
SECONDS = 4


def main() -> None:
    """Print the rate of registering, the rate of single-row inserts, and their ratio."""
    from tests.portal_process import demo_portal

    print("\nLoading the demo for registering …", flush=True)
    with demo_portal() as portal:
        refuse_what_is_not_durable(portal)
        register(portal, WARM_UP)
        rounds = []
        for _ in range(ROUNDS):
            registered = register(portal, MESSAGES)
            rounds.append((registered, pgbench(portal, 1), pgbench(portal, VISITORS)))
        report(sorted(rounds)[len(rounds) // 2])
        verified = portal.manage("verify_registry", timeout=300)
        print((verified.stdout.splitlines() or [verified.stderr])[-1])
        if verified.returncode:
            sys.exit("The registry is not whole after the benchmark.")


def report(middle: tuple[float, float, float]) -> None:
    registered, one, many = middle
    print(f"\nMedian of {ROUNDS} rounds of {MESSAGES} messages by {VISITORS} visitors, {os.cpu_count()} cores.\n")
    print(f"{'messages registered by HTTP':<44}{registered:>8.0f} /s")
    print(f"{'single-row inserts, pgbench, 1 client':<44}{one:>8.0f} /s{registered / one:>8.2f} of it")
    print(f"{f'single-row inserts, pgbench, {VISITORS} clients':<44}{many:>8.0f} /s{registered / many:>8.2f} of it")


def refuse_what_is_not_durable(portal: "Portal") -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if portal.sql(f"SHOW {setting}") != [("on",)]:
            sys.exit(f"The database's {setting} is not on: what it acknowledges is not durable.")


def register(portal: "Portal", count: int) -> float:
    """Send that many messages from visitors with one connection each. Return messages a second."""
    requests = iter([request(portal, number) for number in range(count)])
    lock, failures = threading.Lock(), []

    def visit() -> None:
        with connected(portal) as connection:
            while True:
                with lock:
                    data = next(requests, None)
                if data is None:
                    return
                connection.sendall(data)
                if not (status := answer(connection)).startswith(b"HTTP/1.1 303"):
                    failures.append(status)

    before = portal.sql("SELECT count(*) FROM registry_case")[0][0]
    threads = [threading.Thread(target=visit) for _ in range(VISITORS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failures or portal.sql("SELECT count(*) FROM registry_case")[0][0] - before != count:
        sys.exit(f"Not every message was registered: {failures[:3]}\n{portal.log[-2000:]}")
    return count / seconds


def request(portal: "Portal", number: int) -> bytes:
    """Return a whole POST request, with the token of its own form."""
    with urllib.request.urlopen(portal.base_url + FORM) as page:
        token = TOKEN.findall(page.read().decode())[0]
    fields = {
        "name": "Anna Andersson",
        "email": "anna@example.org",
        "subject": f"Fråga {number} om handlingsplanen",
        "message": "Hej! Hur går det med insatserna för bredband i inlandet, och vem kan svara på det? " * 6,
        "token": token,
    }
    body = urllib.parse.urlencode(fields).encode()
    head = (
        f"POST {FORM} HTTP/1.1\r\nHost: localhost:{portal.port}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    return head.encode() + body


def answer(connection: socket.socket) -> bytes:
    """Read one whole response. Return its first line."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while len(body) < int(length[1] if length else 0):
        body += _more(connection)
    return head.split(b"\r\n", 1)[0]


def _more(connection: socket.socket) -> bytes:
    if not (received := connection.recv(65536)):
        raise ConnectionError("The server closed the connection in the middle of an answer.")
    return received


@contextmanager
def connected(portal: "Portal") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def pgbench(portal: "Portal", clients: int) -> float:
    """Return transactions a second, each a single-row insert, in the portal's own server."""
    from django.conf import settings
    from django.db import connection

    from rus_portal import postgres

    portal.sql("CREATE TABLE IF NOT EXISTS bench (id bigserial, words text)", as_owner=True)
    owner = settings.DATABASE_OWNER
    known = connection.settings_dict
    host, port = owner.get("HOST") or known["HOST"], owner.get("PORT") or known.get("PORT")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text("INSERT INTO bench (words) VALUES (repeat('ord ', 100));\n")
        command = [
            postgres.find_program("pgbench"), "--no-vacuum", f"--client={clients}", f"--time={SECONDS}",
            f"--file={script}", f"--host={host}", f"--username={owner['USER']}",
            *([f"--port={port}"] if port else []), portal.database,
        ]  # fmt: skip
        said = subprocess.run(
            command, check=True, capture_output=True, text=True, env=os.environ | {"PGPASSWORD": owner["PASSWORD"]}
        ).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    if not found:
        sys.exit(f"pgbench said no rate:\n{said}")
    return float(found[1])
