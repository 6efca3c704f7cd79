"""The owner of the tables, who dumps and restores: connections to the portal's database and to others on its server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from rus_portal.backup import BackupError


def get_settings(database: str = "") -> dict[str, Any]:
    """Return Django's settings of a connection as the owner: to the portal's database, unless another is named."""
    known = dict(connection.settings_dict)
    owner = {key: settings.DATABASE_OWNER.get(key) for key in ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS")}
    return known | {key: value for key, value in owner.items() if value} | {"NAME": database or known["NAME"]}


@contextmanager
def connect_owner() -> Iterator[BaseDatabaseWrapper]:
    """Open a connection of the owner's, beside the one that the models use."""
    owner = connection.copy()
    owner.settings_dict.update(get_settings())
    try:
        with owner.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # whatever holds for the site
    except OperationalError as error:
        raise BackupError(f"The owner of the tables cannot reach the database (DATABASE_OWNER_URL): {error}") from error
    try:
        yield owner
    finally:
        owner.close()


def get_major(database: BaseDatabaseWrapper) -> int:
    """Return the server's major version."""
    with database.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (version,) = cursor.fetchone()
    return int(version) // 10000


@contextmanager
def read_as_owner(database: str) -> Iterator[None]:
    """Let the models read another database of the server during the block."""
    known = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(get_settings(database))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(known)
