"""Servers of their own, of any version of PostgreSQL, run as the embedded one is."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.conf import settings

from rus_portal import postgres
from tests.processes import child_environment

HOLD = """
import sys
from rus_portal import postgres
with postgres.running_server():
    print(postgres.get_socket_directory(), flush=True)
    sys.stdin.read()
"""
RUN = "import sys; from rus_portal import postgres; sys.exit(postgres._run(*sys.argv[1:]).returncode)"


@dataclass
class Server:
    """A running server of its own, with a portal on it."""

    environment: dict[str, str]
    sockets: str

    def query(self, statement: str, database: str = postgres.DATABASE) -> list[tuple[Any, ...]]:
        connected = psycopg2.connect(host=self.sockets, user=postgres.OWNER, dbname=database)
        connected.autocommit = True
        with connected.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        connected.close()
        return list(rows)

    def run_program(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server is run: not as root."""
        options = [f"--host={self.sockets}", f"--username={postgres.OWNER}"]
        command = [sys.executable, "-c", RUN, name, *options, *arguments]
        subprocess.run(command, cwd=settings.BASE_DIR, env=child_environment(self.environment), check=True)


@contextmanager
def run_server(environment: Mapping[str, str]) -> Iterator[Server]:
    """Run the server of POSTGRES_DIR and PG_BINDIR during the block; it is made first if there is none."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=settings.BASE_DIR,
        env=child_environment(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(dict(environment), holder.stdout.readline().strip())  # type: ignore[union-attr]
    finally:
        holder.communicate()
