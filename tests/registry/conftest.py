"""Fixtures of the registry's tests: altering it behind the portal's back."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tests import databases

# A right given to the site's role itself would hold in all tests that run beside: roles belong to the whole server.
MAKE = """
CREATE FUNCTION alter_as_owner(statement text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET session_replication_role = replica AS 'BEGIN EXECUTE statement; END'
"""
DROP = "DROP FUNCTION alter_as_owner(text)"


@pytest.fixture
def alter(db: None) -> Iterator[Callable[[str], None]]:
    """Return a function that runs SQL with the triggers disabled, as only the owner can, in the test's transaction."""
    name = connection.settings_dict["NAME"]
    databases.query(name, MAKE, as_owner=True)
    yield _alter
    databases.query(name, DROP, as_owner=True)


def _alter(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT alter_as_owner(%s)", [statement])
