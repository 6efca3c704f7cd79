"""Upgrade of a registry from before the chain covered every fact: its facts are logged once, and covered since."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from registry import chain, migrations
from registry.models import Case, Event
from registry.services.registration import receive_message
from registry.verification import find_faults
from tests.factories import make_message

pytestmark = pytest.mark.django_db
NAME = next(Path(migrations.__path__[0]).glob("*_state_every_fact.py")).stem
migration = import_module(f"registry.migrations.{NAME}")


@pytest.fixture
def older(alter: Callable[[str], None]) -> None:
    """Make three messages as they were written then: without changes and a signed end."""
    for _ in range(3):
        receive_message(make_message())
    previous = chain.GENESIS
    for event in Event.objects.order_by("sequence"):
        event.act, event.changes, event.previous_hash = None, "", previous
        previous = chain.compute_hash(event)
        alter(
            f"UPDATE registry_event SET act = NULL, changes = '', previous_hash = '{event.previous_hash}', "
            f"hash = '{previous}' WHERE sequence = {event.sequence}"
        )
    alter("DELETE FROM registry_change; DELETE FROM registry_chainend")


@pytest.mark.usefixtures("older")
def test_what_is_there_is_written_down_once_and_holds(alter: Callable[[str], None]) -> None:
    with connection.schema_editor(atomic=False) as editor:
        migration.write_down_what_is_there(apps, editor)

    assert (Event.objects.count(), Event.objects.latest("sequence").kind) == (4, Event.Kind.STATED)
    assert list(find_faults()) == []
    receive_message(make_message())
    Case.objects.update(title="x")
    chain.state_changes("a title")
    assert list(find_faults()) == []

    alter("UPDATE registry_party SET name = 'Bo' WHERE id = (SELECT min(id) FROM registry_party)")

    assert [fault.endswith(": its name is not as the chain says.") for fault in find_faults()] == [True]


def test_an_empty_registry_begins_with_its_first_event() -> None:
    with connection.schema_editor(atomic=False) as editor:
        migration.write_down_what_is_there(apps, editor)

    assert not Event.objects.exists()
