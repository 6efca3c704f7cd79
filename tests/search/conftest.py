"""Fixtures for the tests of the search."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection


@pytest.fixture
def committing(empty_registry_database: str, django_db_blocker: Any) -> Iterator[None]:
    """A separate database in which every transaction commits."""
    with django_db_blocker.unblock():
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], empty_registry_database
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
