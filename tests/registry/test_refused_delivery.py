"""A package that the e-archive refuses: its cases are closed again, and can be delivered in another."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from registry.admin.archive_dashboard import archive_context
from registry.archive.content import RefusedError
from registry.models import Case, Delivery
from registry.services.case_acts import IncompleteActError
from registry.services.delivery import confirm_receipt, deliver_cases, find_deliverable_cases, note_refusal
from registry.templatetags.registry_words import in_words
from registry.verification import find_faults
from tests.factories import make_case, make_delivery, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist() -> User:
    return make_user(Role.ARCHIVIST, username="arkivarie")


def page_of(delivery: Delivery) -> str:
    return f"/admin/registry/delivery/{delivery.pk}/change/"


def test_its_cases_are_closed_as_before_and_go_in_another_package(tmp_path: Path, archivist: User) -> None:
    case = make_case(Case.Status.CLOSED)
    closed_at = case.closed_at
    first = deliver_cases([case], tmp_path, archivist, progress=[].append)

    note_refusal(first, archivist, "  METS.xml\nkan inte läsas. ")

    case.refresh_from_db()
    first.refresh_from_db()
    event = case.events.latest("sequence")
    assert (case.status, case.closed_at, list(find_deliverable_cases())) == (Case.Status.CLOSED, closed_at, [case])
    assert (first.refusal, first.refused_at is not None, first.archived_at) == ("METS.xml kan inte läsas.", True, None)
    assert (event.actor, in_words(event)) == ("arkivarie", "E-arkivet tog inte emot paketet: METS.xml kan inte läsas.")

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        second = deliver_cases([case], tmp_path, archivist, progress=[].append)
        confirm_receipt(second, archivist, "Kvitto 17")

    case.refresh_from_db()
    assert (case.status, list(case.deliveries.all()), list(find_deliverable_cases())) == (
        "archived",
        [second, first],
        [],
    )
    assert list(find_faults()) == []


def test_the_archive_says_only_once(archivist: User) -> None:
    received, refused = make_delivery(), make_delivery()
    confirm_receipt(received, archivist, "Kvitto 17")
    note_refusal(refused, archivist, "Fel format.")

    for say in (
        lambda: note_refusal(received, archivist, "Ändå inte."),
        lambda: confirm_receipt(refused, archivist, "Kvitto 18"),
        lambda: note_refusal(refused, archivist, "Igen."),
    ):
        with pytest.raises(RefusedError):
            say()

    assert [delivery.cases.get().status for delivery in (received, refused)] == ["archived", "closed"]


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR, None])
def test_only_the_archivist_notes_it(client: Client, role: Role | None) -> None:
    delivery, someone = make_delivery(), make_user(role)
    client.force_login(someone)

    with pytest.raises(PermissionDenied):
        note_refusal(delivery, someone, "Fel format.")

    assert client.post(page_of(delivery), {"do": "refuse", "reason": "Fel format."}).status_code == 403
    assert (delivery.cases.get().status, Delivery.objects.get().refused_at) == ("delivered", None)


def test_it_needs_a_reason(archivist: User) -> None:
    delivery = make_delivery()

    with pytest.raises(IncompleteActError):
        note_refusal(delivery, archivist, " \n ")

    assert delivery.cases.get().status == "delivered"


def test_it_is_noted_on_the_page(client: Client, archivist: User) -> None:
    delivery = make_delivery()
    client.force_login(archivist)

    without = client.post(page_of(delivery), {"do": "refuse", "reason": ""}).content.decode()
    noted = client.post(page_of(delivery), {"do": "refuse", "reason": "Fel format."}, follow=True).content.decode()
    again = client.post(page_of(delivery), {"receipt": "Kvitto 17"}).content.decode()

    delivery.refresh_from_db()
    assert '<details class="module handle" open>' in without
    assert ("Avvisat av arkivet" in noted, "Fel format." in noted, 'name="receipt"' in noted) == (True, True, False)
    assert "är redan antecknat" in again or 'name="receipt"' not in again
    assert (delivery.cases.get().status, delivery.receipt) == ("closed", "")


def test_a_refused_delivery_waits_for_nobody(archivist: User) -> None:
    waiting, refused = make_delivery(), make_delivery()
    note_refusal(refused, archivist, "Fel format.")

    assert archive_context()["deliveries"] == [waiting]


def test_what_was_delivered_stays_as_it_was(archivist: User) -> None:
    delivery = note_refusal(make_delivery(), archivist, "Fel format.")

    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(checksum="1" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(archived_at=timezone.now())
