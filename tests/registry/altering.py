"""Altering the registry behind the portal's back, as only the owner of its tables can."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection


def let_tests_become_owner(django_db_blocker: Any) -> Iterator[None]:
    """Let the tests' own connection act as the owner, until the generator is closed."""
    owner, role = settings.DATABASE_OWNER["USER"], connection.settings_dict["USER"]
    with django_db_blocker.unblock():
        server = connection.get_connection_params() | {"user": owner, "dbname": "postgres"}
    server = {key: server[key] for key in ("user", "dbname", "host", "port", "password") if server.get(key)}
    _execute(server, f"GRANT {owner} TO {role}")
    yield
    _execute(server, f"REVOKE {owner} FROM {role}")


def _execute(server: dict[str, Any], statement: str) -> None:
    with closing(psycopg2.connect(**server)) as owned:
        owned.autocommit = True
        owned.cursor().execute(statement)


@contextmanager
def as_database_owner() -> Iterator[None]:
    """Lift the triggers as only the owner of the tables can, inside the test's own transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET LOCAL ROLE {settings.DATABASE_OWNER['USER']}")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("RESET ROLE")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
