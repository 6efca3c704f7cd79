"""Two editors of the same thing: the one whose browser is used, and Peter, who saves meanwhile."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from tests import factories


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def peter() -> User:
    return factories.make_user(Role.ADMINISTRATOR, first_name="Peter", last_name="Berg")
