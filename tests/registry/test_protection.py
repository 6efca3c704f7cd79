"""The database itself refuses, whoever asks: these statements run as the application's own role."""

import pytest
from django.db import DatabaseError, connection, transaction

from registry.models import Case, Event, Intake, Party, Record
from registry.services.registration import receive_message
from tests.factories import make_message

pytestmark = pytest.mark.django_db

FORBIDDEN = [
    "UPDATE registry_event SET actor = 'x'",
    "DELETE FROM registry_event",
    "UPDATE registry_eventpayload SET data = 'x'",
    "DELETE FROM registry_eventpayload",
    "UPDATE registry_record SET body = 'x'",
    "DELETE FROM registry_record",
    "UPDATE registry_party SET email = 'x@example.org'",
    "DELETE FROM registry_party",
    "UPDATE registry_intake SET raw = 'x'",
    "UPDATE registry_intake SET received_at = now()",
    "DELETE FROM registry_intake",
    "UPDATE registry_case SET number = 7",
    "UPDATE registry_case SET registered_at = now()",
    "DELETE FROM registry_case",
    "UPDATE registry_series SET code = 'x'",
    "UPDATE registry_seriesyear SET last_number = 0",
    "UPDATE registry_seriesyear SET last_number = last_number + 2",
    "DELETE FROM registry_seriesyear",
    "DELETE FROM registry_disposal",
    "DELETE FROM registry_disposal_cases",
    "DELETE FROM registry_disposal_intakes",
    "DELETE FROM registry_disposal_mails",
    "DELETE FROM registry_delivery",
    "DELETE FROM registry_delivery_cases",
    "SELECT registry_dispose(0)",
    "TRUNCATE registry_event CASCADE",
    "ALTER TABLE registry_event DISABLE TRIGGER ALL",
    "DROP TRIGGER registry_keep ON registry_case",
    "SET session_replication_role = replica",
    "DROP TABLE registry_eventpayload",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_database_refuses(statement: str) -> None:
    receive_message(make_message())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("model", [Event, Record, Party, Intake, Case])
def test_the_orm_cannot_delete_either(model: type) -> None:
    receive_message(make_message())

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")  # type: ignore[attr-defined]


def test_what_may_change_can() -> None:
    case = receive_message(make_message()).record.case

    Case.objects.filter(pk=case.pk).update(title="Fråga", status=Case.Status.CLOSED)

    case.refresh_from_db()
    assert (case.title, case.status) == ("Fråga", "closed")
