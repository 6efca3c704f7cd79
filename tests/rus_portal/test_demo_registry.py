"""The demo's messages: registered by the registry's own services, once."""

import pytest

from registry.models import Case, CaseKind, Intake
from registry.verification import find_faults
from rus_portal.demo.loader import load_logins, load_staff
from rus_portal.demo.registry import load_registry

pytestmark = pytest.mark.django_db


def test_demo_messages_are_registered_once_in_many_states() -> None:
    load_logins()
    load_staff()

    load_registry()
    load_registry()

    assert list(Case.objects.order_by("number").values_list("number", "status")) == [
        (1, "closed"),
        (2, "answered"),
        (3, "in_progress"),
        (4, "registered"),
        (5, "resting"),
        (6, "voided"),
        (7, "distributed"),
        (8, "registered"),
    ]
    assert [case.number for case in Case.objects.overdue()] == [3]
    request = Case.objects.get(kind=CaseKind.DISCLOSURE)
    assert request.title == f"Begäran om allmän handling: RUS {request.year}/0003"
    assert list(Intake.objects.values_list("state").order_by("pk"))[-1] == ("quarantined",)
    assert list(find_faults()) == []
