"""One row of everything, which the tests of a module share, and a superuser to whom it belongs."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.rus_portal.test_admin_roles import SUPERUSER, make_one_of_each, make_worker


@pytest.fixture(scope="module")
def things(module_database: None) -> dict[str, Any]:
    """One row of everything, the superuser's own where things are owned."""
    return make_one_of_each(make_worker(SUPERUSER))


@pytest.fixture
def superuser(client: Client, things: dict[str, Any]) -> Client:
    """The test's client, logged in as the one who owns the things."""
    client.force_login(User.objects.get(username="overordnad"))
    return client
