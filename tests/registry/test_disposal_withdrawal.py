"""A disposal that is rejected or withdrawn leaves everything as it was, and can be proposed again."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.roles import Role
from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case, Delivery, Disposal, Intake
from registry.services.case_acts import IncompleteActError, perform_act
from registry.services.disposal import (
    DisposalRefusedError,
    decide_disposal,
    propose_disposal,
    reject_disposal,
    withdraw_disposal,
)
from registry.services.registration import receive_message
from registry.transitions import Act
from registry.verification import find_faults
from tests.factories import make_due_case, make_incoming_mail, make_message, make_user

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2000, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("ends", [reject_disposal, withdraw_disposal])
@pytest.mark.parametrize("status", [Case.Status.CLOSED, Case.Status.ARCHIVED, Case.Status.VOIDED])
def test_a_proposal_that_comes_to_nothing_leaves_the_case_as_it_was(
    status: Case.Status, ends: Callable[..., Disposal]
) -> None:
    case = make_due_case(status)
    disposal = propose_disposal(cases=[case], ground="Plan 1", user=make_user(Role.REGISTRAR))

    ends(disposal, make_user(Role.ARCHIVIST), "Behövs för forskning.")

    closed_at = case.closed_at
    case.refresh_from_db()
    assert (case.status, case.closed_at) == (status, closed_at)
    assert list(find_faults()) == []
    again = propose_disposal(cases=[case], ground="Plan 1", user=make_user(Role.REGISTRAR))
    ends(again, make_user(Role.ARCHIVIST), "Igen.")
    case.refresh_from_db()
    assert case.status == status


def test_a_proposal_of_before_knows_an_archived_case_by_its_delivery() -> None:
    case = make_due_case(Case.Status.DISPOSAL_PROPOSED)
    delivery = Delivery.objects.create(package="SE_1", checksum="0", delivered_by="arkivarie", archived_at=LONG_AGO)
    delivery.cases.add(case)

    perform_act(Act.REJECT_DISPOSAL, case, make_user(Role.ARCHIVIST), reason="Nej.")

    case.refresh_from_db()
    assert case.status == Case.Status.ARCHIVED


@pytest.mark.parametrize(
    ("state", "who", "may"),
    [
        ("proposed", "proposer", True),
        ("proposed", "archivist", True),
        ("proposed", "other registrar", False),
        ("proposed", "officer", False),
        ("decided", "proposer", False),
        ("decided", "archivist", True),
        ("decided", "other registrar", False),
    ],
)
def test_a_proposal_is_withdrawn_by_its_proposer_or_by_those_who_decide(
    client: Client, state: str, who: str, may: bool
) -> None:
    people = {
        "proposer": make_user(Role.REGISTRAR),
        "archivist": make_user(Role.ARCHIVIST),
        "other registrar": make_user(Role.REGISTRAR),
        "officer": make_user(Role.OFFICER),
    }
    case = make_due_case()
    disposal = propose_disposal(cases=[case], ground="Plan 1", user=people["proposer"])
    if state == "decided":
        decide_disposal(disposal, people["archivist"])
    client.force_login(people[who])

    response = client.post(
        f"/admin/registry/disposal/{disposal.pk}/change/", {"act": "withdraw", "reason": "Fel ärende."}
    )

    disposal.refresh_from_db()
    case.refresh_from_db()
    assert response.status_code == (302 if may else 403)
    expected = ("withdrawn", "Fel ärende.", "closed") if may else (state, "", f"disposal_{state}")
    assert (disposal.state, disposal.withdrawal, case.status) == expected


def test_withdrawing_needs_a_reason_and_is_done_once() -> None:
    archivist, disposal = make_user(Role.ARCHIVIST), None
    disposal = propose_disposal(cases=[make_due_case()], ground="Plan 1", user=archivist)

    with pytest.raises(IncompleteActError):
        withdraw_disposal(disposal, archivist, " ")
    withdraw_disposal(disposal, archivist, "Fel.")
    for again in (
        lambda: withdraw_disposal(disposal, archivist, "Fel."),
        lambda: decide_disposal(disposal, make_user(Role.ARCHIVIST)),
    ):
        with pytest.raises(DisposalRefusedError):
            again()


def test_arrivals_and_mail_of_a_withdrawn_proposal_wait_as_before_and_can_be_proposed_again() -> None:
    spam = receive_message(make_message(), quarantine_reason="Ifylld fälla")
    mail = make_incoming_mail(state=IncomingMail.State.AUTOMATIC)
    registrar = make_user(Role.REGISTRAR)

    withdraw_disposal(
        propose_disposal(intakes=[spam], mails=[mail], ground="Plan 1", user=registrar), registrar, "Fel."
    )
    again = propose_disposal(intakes=[spam], mails=[mail], ground="Plan 1", user=registrar)

    spam.refresh_from_db()
    assert (spam.state, again.intakes.count(), again.mails.count()) == (Intake.State.QUARANTINED, 1, 1)
    assert list(find_faults()) == []


def test_a_disposal_without_a_new_decision_after_a_withdrawal_is_not_excused() -> None:
    case, archivist = make_due_case(), make_user(Role.ARCHIVIST)
    OutgoingMail.objects.update(state="sent", sent_at=LONG_AGO)
    disposal = decide_disposal(
        propose_disposal(cases=[case], ground="Plan 1", user=make_user(Role.REGISTRAR)), archivist
    )
    withdraw_disposal(disposal, archivist, "Fel.")

    Case.objects.filter(pk=case.pk).update(status=Case.Status.DISPOSAL_DECIDED)
    perform_act(Act.DISPOSE, case, archivist)

    assert f"{case} is marked as disposed of, but nobody has decided that." in list(find_faults())
