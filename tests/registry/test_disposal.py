"""Disposal by two people: what it destroys, what it leaves, and what the registry says afterwards."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.roles import Role
from mailroom.models import IncomingMail, OutgoingMail
from registry.models import (
    Case,
    CaseText,
    Disposal,
    DocumentType,
    Event,
    EventPayload,
    FileText,
    Intake,
    Party,
    Record,
    RetentionPlan,
)
from registry.retention import find_due_cases
from registry.services.case_acts import IncompleteActError
from registry.services.disposal import (
    DisposalRefusedError,
    carry_out_disposal,
    decide_disposal,
    propose_disposal,
    reject_disposal,
)
from registry.services.registration import Attachment, receive_message, register_waiting
from registry.verification import find_faults
from tests.factories import make_case, make_due_case, make_message, make_user

pytestmark = pytest.mark.django_db
CANARY = "Kanariefågel"


def closed_case(**given: Any) -> Case:
    OutgoingMail.objects.update(state="sent", sent_at=datetime(2026, 1, 1, tzinfo=UTC))
    attachments = [Attachment(f"{CANARY}.txt", "text/plain", BytesIO(CANARY.encode()))]
    case = make_due_case(**{"attachments": attachments} | given)
    OutgoingMail.objects.update(state="sent", sent_at=datetime(2026, 1, 1, tzinfo=UTC))
    return case


def dispose(**what: Any) -> Disposal:
    """Propose as registrar, then decide and carry out as archivist."""
    disposal = propose_disposal(ground="Plan 1", user=make_user(Role.REGISTRAR), **what)
    archivist = make_user(Role.ARCHIVIST)
    return carry_out_disposal(decide_disposal(disposal, archivist), archivist)


def type_kept_for(years: int | None, code: str = "fraga") -> DocumentType:
    plan, _new = RetentionPlan.objects.get_or_create(version=1, defaults={"decided_on": date(2026, 1, 1)})
    return DocumentType.objects.create(
        plan=plan, code=code, title_sv="Fråga", public_title_sv="Fråga", retention_years=years
    )


def everything_written() -> str:
    """Return all contents of the registry's and the mailroom's tables as one string."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c "
            "WHERE c.table_schema = 'public' AND c.table_name ~ '^(registry|mailroom)_'"
        )
        columns = cursor.fetchall()
        pieces = []
        for table, column, kind in columns:
            shown = f"convert_from(\"{column}\", 'UTF8')" if kind == "bytea" else f'"{column}"::text'
            if column in ("salt", "digest"):
                continue
            cursor.execute(f'SELECT string_agg({shown}, chr(10)) FROM "{table}"')
            pieces.append(cursor.fetchone()[0] or "")
    return "\n".join(pieces)


def test_disposal_destroys_what_came_in_and_the_registry_still_verifies() -> None:
    other = closed_case(name="Bo", attachments=[])
    case = closed_case(subject=CANARY, body=CANARY, name=CANARY, email=f"{CANARY.lower()[:6]}@example.com")
    FileText.objects.create(file=case.records.get().intake.files.get(), text=CANARY)
    assert CANARY in everything_written()

    disposal = dispose(cases=[case])

    case.refresh_from_db()
    assert (case.status, case.title, case.records.count()) == (Case.Status.DISPOSED, "Meddelande till Registrator", 1)
    assert disposal.state == Disposal.State.CARRIED_OUT
    assert case.registration_number.endswith("/0002")
    record = case.records.get()
    assert (record.subject, record.body, bytes(record.intake.raw)) == ("", "", b"")
    assert not Party.objects.filter(record=record).exists()
    assert not FileText.objects.exists()
    assert list(CaseText.objects.values_list("case", flat=True)) == [other.pk]
    assert CANARY not in everything_written()
    assert list(find_faults()) == []


def test_what_tells_of_the_disposal_stays() -> None:
    case = closed_case()

    dispose(cases=[case])

    told = [event.kind for event in case.events.order_by("sequence") if hasattr(event, "payload")]
    assert told == [Event.Kind.DISPOSAL_PROPOSED, Event.Kind.DISPOSAL_DECIDED, Event.Kind.DISPOSED]
    assert not EventPayload.objects.filter(event__case=case, event__kind=Event.Kind.REGISTERED).exists()


def test_protocol_counts_what_was_destroyed_and_names_nobody() -> None:
    case = closed_case(subject=CANARY, name=CANARY)

    disposal = dispose(cases=[case])

    protocol = disposal.protocol
    assert protocol is not None
    assert [(row["number"], row["records"], row["files"]) for row in protocol["cases"]] == [
        (case.registration_number, 1, 1)
    ]
    assert protocol["proposed_by"] != protocol["decided_by"] == protocol["carried_out_by"]
    assert CANARY not in str(protocol)
    assert {len(word) for word in str(protocol).split()} & {64, 66} == set()


def test_the_title_is_kept_or_destroyed_as_decided() -> None:
    kept, destroyed = closed_case(), closed_case()

    dispose(cases=[kept], keep_title=True)
    dispose(cases=[destroyed], keep_title=False)

    assert list(Case.objects.order_by("pk").values_list("title", flat=True)) == ["Meddelande till Registrator", ""]
    assert list(find_faults()) == []


def test_an_arrival_in_quarantine_is_disposed_of_without_a_number() -> None:
    intake = receive_message(make_message(body=CANARY), quarantine_reason="Ifylld fälla")

    disposal = dispose(intakes=[intake])

    intake.refresh_from_db()
    assert (intake.state, bytes(intake.raw), intake.reason) == (Intake.State.DISPOSED, b"", "")
    assert disposal.protocol is not None
    assert [row["channel"] for row in disposal.protocol["arrivals"]] == ["kontaktformulär"]
    assert CANARY not in everything_written()
    assert not Case.objects.exists()
    assert list(find_faults()) == []


def test_an_arrival_that_was_registered_meanwhile_is_left() -> None:
    intake = receive_message(make_message(body=CANARY), quarantine_reason="Ifylld fälla")
    disposal = propose_disposal(intakes=[intake], ground="Plan 1", user=make_user(Role.REGISTRAR))
    archivist = make_user(Role.ARCHIVIST)
    decide_disposal(disposal, archivist)
    case = register_waiting(intake, actor="registrator")

    done = carry_out_disposal(disposal, archivist)

    assert done.protocol is not None
    assert (done.protocol["arrivals"], done.protocol["left"]) == ([], 1)
    assert case.records.get().body == CANARY
    assert list(find_faults()) == []


def test_the_proposer_can_neither_decide_nor_reject() -> None:
    archivist = make_user(Role.ARCHIVIST)
    disposal = propose_disposal(cases=[closed_case()], ground="Plan 1", user=archivist)

    for decision in (
        lambda: decide_disposal(disposal, archivist),
        lambda: reject_disposal(disposal, archivist, "Nej."),
    ):
        with pytest.raises(DisposalRefusedError):
            decision()

    disposal.refresh_from_db()
    assert disposal.state == Disposal.State.PROPOSED


def test_the_database_refuses_the_proposer_too() -> None:
    archivist = make_user(Role.ARCHIVIST)
    disposal = propose_disposal(cases=[closed_case()], ground="Plan 1", user=archivist)

    with pytest.raises(DatabaseError), transaction.atomic():
        Disposal.objects.filter(pk=disposal.pk).update(state="decided", decided_by=archivist)


def test_the_database_destroys_nothing_without_a_decision() -> None:
    disposal = propose_disposal(cases=[closed_case()], ground="Plan 1", user=make_user(Role.ARCHIVIST))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT registry_dispose(%s)", [disposal.pk])

    assert Record.objects.get().body != ""


def test_nothing_joins_or_leaves_a_disposal_after_its_decision() -> None:
    disposal = propose_disposal(cases=[closed_case()], ground="Plan 1", user=make_user(Role.ARCHIVIST))
    decide_disposal(disposal, make_user(Role.ARCHIVIST))
    spam = receive_message(make_message(), quarantine_reason="Ifylld fälla")

    for change in (lambda: disposal.intakes.add(spam), disposal.cases.clear):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert (disposal.intakes.count(), disposal.cases.count()) == (0, 1)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_others_propose_nothing(role: Role) -> None:
    case = closed_case()
    spam = receive_message(make_message(), quarantine_reason="Ifylld fälla")
    user = make_user(role)

    for what in ({"cases": [case]}, {"intakes": [spam]}):
        with pytest.raises(PermissionDenied):
            propose_disposal(ground="Plan 1", user=user, **what)  # type: ignore[arg-type]

    assert not Disposal.objects.exists()


def test_registrar_decides_nothing_about_cases() -> None:
    disposal = propose_disposal(cases=[closed_case()], ground="Plan 1", user=make_user(Role.ARCHIVIST))

    with pytest.raises(PermissionDenied):
        decide_disposal(disposal, make_user(Role.REGISTRAR))


def test_rejected_disposal_leaves_the_case_closed_since_when_it_was() -> None:
    case = closed_case()
    closed_at = case.closed_at
    disposal = propose_disposal(cases=[case], ground="Plan 1", user=make_user(Role.REGISTRAR))

    reject_disposal(disposal, make_user(Role.ARCHIVIST), "Behövs för forskning.")

    case.refresh_from_db()
    disposal.refresh_from_db()
    assert (case.status, case.closed_at) == (Case.Status.CLOSED, closed_at)
    assert (disposal.state, disposal.reason) == (Disposal.State.REJECTED, "Behövs för forskning.")


def test_a_proposal_needs_a_ground_and_something_to_dispose_of() -> None:
    user = make_user(Role.REGISTRAR)

    with pytest.raises(IncompleteActError):
        propose_disposal(cases=[closed_case()], ground=" ", user=user)
    with pytest.raises(DisposalRefusedError):
        propose_disposal(ground="Plan 1", user=user)


def test_an_arrival_is_proposed_once() -> None:
    spam, user = receive_message(make_message(), quarantine_reason="Ifylld fälla"), make_user(Role.REGISTRAR)
    propose_disposal(intakes=[spam], ground="Plan 1", user=user)

    with pytest.raises(DisposalRefusedError):
        propose_disposal(intakes=[spam], ground="Plan 1", user=user)

    assert Disposal.objects.count() == 1


def test_a_decision_is_made_and_carried_out_once() -> None:
    disposal = dispose(cases=[closed_case()])
    archivist = make_user(Role.ARCHIVIST)

    for act in (decide_disposal, carry_out_disposal):
        with pytest.raises(DisposalRefusedError):
            act(disposal, archivist)


def test_mail_that_waits_holds_the_disposal_back() -> None:
    case = closed_case()
    disposal = propose_disposal(cases=[case], ground="Plan 1", user=make_user(Role.REGISTRAR))
    archivist = make_user(Role.ARCHIVIST)
    decide_disposal(disposal, archivist)
    OutgoingMail.objects.update(state="queued")

    with pytest.raises(DisposalRefusedError, match=str(case)):
        carry_out_disposal(disposal, archivist)

    assert Record.objects.get().body != ""


def test_mail_of_the_case_and_what_repeats_it_is_emptied() -> None:
    case = closed_case()
    intake = case.records.get().intake
    with transaction.atomic():
        fields = {"mailbox": "in", "uid_validity": 1, "size": 1, "received_at": intake.received_at}
        raw = CANARY.encode()
        sent = OutgoingMail.objects.first()
        assert sent
        bounced = f"{CANARY} {sent.message_id}".encode()
        IncomingMail.objects.create(uid=2, raw=bounced, checksum="b", state="bounce", **fields)
        other = IncomingMail.objects.create(uid=3, raw=raw, checksum="c", state="bounce", **fields)

    dispose(cases=[case])

    sent.refresh_from_db()
    assert (sent.to, sent.subject, sent.body) == ("", "", "")
    kept = {mail.uid: bytes(mail.raw) for mail in IncomingMail.objects.all()}
    assert kept == {2: b"", other.uid: raw}


# Due cases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "closed", "is_due"),
    [
        (2, datetime(2024, 5, 4, 10, tzinfo=UTC), True),
        (2, datetime(2024, 5, 5, 10, tzinfo=UTC), False),
        (None, datetime(2000, 1, 1, tzinfo=UTC), False),
    ],
)
def test_cases_are_due_when_their_years_have_passed(years: int | None, closed: datetime, is_due: bool) -> None:
    case = closed_case()
    Case.objects.filter(pk=case.pk).update(closed_at=closed, document_type=type_kept_for(years))

    assert list(find_due_cases(date(2026, 5, 4))) == ([case] if is_due else [])


def test_open_and_untyped_cases_are_never_due() -> None:
    still_open = make_case(Case.Status.IN_PROGRESS)
    kind = type_kept_for(1)
    Case.objects.filter(pk=still_open.pk).update(document_type=kind, closed_at=datetime(2000, 1, 1, tzinfo=UTC))
    Case.objects.filter(pk=closed_case().pk).update(document_type=None, closed_at=datetime(2000, 1, 1, tzinfo=UTC))

    assert list(find_due_cases(date(2026, 5, 4))) == []
