"""The registrar proposes the disposal of quarantined arrivals in bulk; nothing is destroyed yet."""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from registry.models import Disposal, Event, Intake
from registry.services.registration import receive_message
from registry.verification import find_faults
from tests.factories import make_message, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/registry/intake/"


def quarantined() -> Intake:
    return receive_message(make_message(), quarantine_reason="För snabbt.")


def act(client: Client, *intakes: Intake, **fields: str) -> Any:
    data = {"action": "propose_disposal", "_selected_action": [intake.pk for intake in intakes], **fields}
    return client.post(URL, data)


def test_selected_arrivals_are_proposed_with_a_ground(client: Client) -> None:
    registrar = make_user(Role.REGISTRAR)
    client.force_login(registrar)
    first, second = quarantined(), quarantined()
    registered = receive_message(make_message())

    asked = act(client, first, second, registered)
    empty = act(client, first, second, registered, ground=" ")
    done = act(client, first, second, registered, ground="Beslut 12/2026")

    assert (asked.status_code, empty.status_code, done.status_code) == (200, 422, 302)
    disposal = Disposal.objects.get()
    assert (disposal.state, disposal.ground, disposal.proposed_by) == ("proposed", "Beslut 12/2026", registrar)
    assert set(disposal.intakes.all()) == {first, second}
    assert Event.objects.filter(kind=Event.Kind.DISPOSAL_PROPOSED).count() == 2
    assert list(Intake.objects.filter(state="quarantined").order_by("pk")) == [first, second]
    assert list(find_faults()) == []


def test_nothing_is_proposed_where_nothing_waits(client: Client) -> None:
    client.force_login(make_user(Role.REGISTRAR))

    assert act(client, receive_message(make_message()), ground="Beslut").status_code == 302
    assert not Disposal.objects.exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICER, Role.ADMINISTRATOR])
def test_others_cannot_propose_by_direct_post(client: Client, role: Role) -> None:
    client.force_login(make_user(role))

    act(client, quarantined(), ground="Beslut")

    assert not Disposal.objects.exists()
