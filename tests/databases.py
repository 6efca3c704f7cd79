"""Databases that tests make for themselves, on the same server as the portal's."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings
from django.db import connection

PREFIX = "portal_test"
"""Then comes the number of the process that made it, so that one that was killed can be cleaned up after."""
_numbers = itertools.count(1)


@contextmanager
def temporary_database(template: str = "template1") -> Iterator[str]:
    """A database that lives as long as the block, as a copy of another one that nobody is connected to."""
    name = f"{PREFIX}_{os.getpid()}_{next(_numbers)}"
    on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def drop_left_behind() -> None:
    """Drop what test runs that were killed could not."""
    names = on_server(f"SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}\\_%'")
    for (name,) in names:
        if not os.path.exists(f"/proc/{name.split('_')[2]}"):  # noqa: PTH110
            on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def on_server(statement: str) -> list[tuple[Any, ...]]:
    """Run a statement about databases as their owner, outside any of them. Returns its rows."""
    return query("postgres", statement, as_owner=True)


def query(database: str, statement: str, parameters: tuple[Any, ...] = (), *, as_owner: bool = False) -> list[Any]:
    """Run a statement in a database, as the application's role or as the owner. Returns its rows."""
    connected = connect(database, as_owner=as_owner)
    try:
        with connected.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connected.close()


def connect(database: str, *, as_owner: bool = False) -> Any:
    """A connection of its own, where every statement commits."""
    known = dict(connection.settings_dict) | (settings.DATABASE_OWNER if as_owner else {})
    connected = psycopg2.connect(
        dbname=database,
        user=known["USER"],
        password=known.get("PASSWORD") or None,
        host=known.get("HOST") or connection.settings_dict["HOST"],
        port=known.get("PORT") or None,
    )
    connected.autocommit = True
    return connected


def environment(database: str) -> dict[str, str]:
    """The variables that make another process use a database."""
    if not settings.DATABASE_URL:
        return {"POSTGRES_DATABASE": database}
    return {
        name: urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if name in os.environ
    } | {"DEMO": "1"}
