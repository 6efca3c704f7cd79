"""No case is disposed of before its retention has ended, in any way (Arkivlagen 1990:782, 10 §; RA-FS 1991:1)."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case, CaseKind, Disposal, DocumentType, Event, Intake, RetentionPlan
from registry.retention import find_due_cases, find_reason_to_keep
from registry.services.case_acts import perform_act
from registry.services.disposal import DisposalRefusedError, carry_out_disposal, decide_disposal, propose_disposal
from registry.transitions import Act
from tests.factories import make_case, make_due_case, make_incoming_mail, make_user

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2000, 1, 1, 12, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def plan_of(decided_on: date, **years: int | None) -> RetentionPlan:
    """Make a version of the plan with a type for each name and its years."""
    version = (RetentionPlan.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    plan = RetentionPlan.objects.create(version=version, decided_on=decided_on)
    for code, kept_for in years.items():
        plan.types.create(code=code, title_sv=code.title(), public_title_sv=code.title(), retention_years=kept_for)
    return plan


def closed(kind: DocumentType | None, at: datetime = LONG_AGO, status: Case.Status = Case.Status.CLOSED) -> Case:
    case = make_case(status)
    Case.objects.filter(pk=case.pk).update(document_type=kind, closed_at=at)
    OutgoingMail.objects.update(state="sent", sent_at=LONG_AGO)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("years", "closed_at", "words"),
    [
        (2, datetime(2024, 5, 4, 10, tzinfo=UTC), ""),
        (2, datetime(2024, 5, 5, 10, tzinfo=UTC), "Det får gallras tidigast den 5 maj 2026."),
        (2, datetime(2024, 5, 4, 22, 30, tzinfo=UTC), "Det får gallras tidigast den 5 maj 2026."),  # Swedish time
        (1, datetime(2026, 5, 4, 10, tzinfo=UTC), "Det får gallras tidigast den 4 maj 2027."),
        (3, datetime(2024, 2, 29, 10, tzinfo=UTC), "Det får gallras tidigast den 28 februari 2027."),  # 1930:173, 2 §
        (32_000, datetime(2024, 2, 29, 10, tzinfo=UTC), "Det får gallras tidigast den 31 december 9999."),
        (None, LONG_AGO, "Det bevaras: enligt gallringsplanen gallras inte ”Fraga”."),
    ],
)
def test_the_term_is_counted_from_the_closing_and_told_with_its_day(
    years: int | None, closed_at: datetime, words: str
) -> None:
    case = closed(plan_of(date(2020, 1, 1), fraga=years).types.get(), closed_at)

    assert find_reason_to_keep(case, TODAY) == words
    assert list(find_due_cases(TODAY)) == ([] if words else [case])


@pytest.mark.parametrize(
    ("before", "now", "is_due"),
    [
        ({"fraga": 2}, {"fraga": 10}, False),  # prolonged
        ({"fraga": 10}, {"fraga": 2}, False),  # the term that it was closed under still holds
        ({"fraga": 2}, {"fraga": None}, False),  # kept for ever from now on
        ({"fraga": None}, {"fraga": 2}, False),
        ({"fraga": 2}, {"annat": 10}, True),  # the plan in force says nothing of the type
        ({"fraga": 2}, {"fraga": 3}, True),
    ],
)
def test_a_changed_plan_counts_where_it_keeps_longer(before: dict[str, Any], now: dict[str, Any], is_due: bool) -> None:
    case = closed(plan_of(date(2015, 1, 1), **before).types.get(), datetime(2022, 1, 1, tzinfo=UTC))
    plan_of(date(2025, 1, 1), **now)
    plan_of(date(2099, 1, 1), fraga=50)  # still being prepared

    assert (find_reason_to_keep(case, TODAY) == "") is is_due
    assert (case in find_due_cases(TODAY)) is is_due


def kept_without_a_type() -> Case:
    return closed(None)


def kept_for_ever() -> Case:
    return closed(plan_of(date(2020, 1, 1), avtal=None).types.get())


def kept_since_it_was_closed_just_now() -> Case:
    return closed(plan_of(date(2020, 1, 1), fraga=1).types.get(), timezone.now())


def kept_since_the_plan_is_being_prepared() -> Case:
    return closed(plan_of(timezone.localdate() + timedelta(days=30), fraga=1).types.get())


def kept_since_it_was_reopened() -> Case:
    return closed(plan_of(date(2020, 1, 1), fraga=1).types.get(), status=Case.Status.IN_PROGRESS)


def kept_since_the_archive_has_not_answered() -> Case:
    return closed(plan_of(date(2020, 1, 1), fraga=1).types.get(), status=Case.Status.DELIVERED)


def kept_since_another_goes_on() -> Case:
    case = closed(plan_of(date(2020, 1, 1), fraga=1).types.get())
    Case.objects.create(
        series=case.series, year=case.year, number=900, registered_at=LONG_AGO, arrived_at=LONG_AGO, follows=case
    )
    return case


def kept_since_it_is_requested() -> Case:
    case = closed(plan_of(date(2020, 1, 1), fraga=1).types.get())
    make_case(kind=CaseKind.DISCLOSURE, about=case.get_absolute_url())
    return case


def kept_though_voided() -> Case:
    return closed(None, status=Case.Status.VOIDED)


KEPT = [
    (kept_without_a_type, "Det har ingen handlingstyp."),
    (kept_for_ever, "Det bevaras:"),
    (kept_since_it_was_closed_just_now, "Det får gallras tidigast den "),
    (kept_since_the_plan_is_being_prepared, "i en plan som inte gäller än"),
    (kept_since_it_was_reopened, "Det är inte avslutat."),
    (kept_since_the_archive_has_not_answered, "på väg till e-arkivet"),
    (kept_since_another_goes_on, "Saken fortsätter i RUS"),
    (kept_since_it_is_requested, "Handlingarna begärs ut i RUS"),
    (kept_though_voided, "Det har ingen handlingstyp."),
]


@pytest.mark.parametrize(("make_kept", "words"), KEPT)
def test_what_is_kept_is_proposed_by_no_service_and_no_page(
    client: Client, make_kept: Callable[[], Case], words: str
) -> None:
    case, registrar = make_kept(), make_user(Role.REGISTRAR)
    client.force_login(registrar)

    with pytest.raises(DisposalRefusedError, match=words):
        propose_disposal(cases=[case], ground="Plan 1", user=registrar)
    with pytest.raises((DisposalRefusedError, PermissionDenied)):
        perform_act(Act.PROPOSE_DISPOSAL, case, registrar, reason="Plan 1")
    page = client.post("/admin/registry/disposal/add/", {"numbers": str(case), "ground": "Plan 1"})

    case.refresh_from_db()
    assert (page.status_code, str(case) in page.content.decode()) == (200, True)
    assert not Disposal.objects.exists()
    assert not case.events.filter(kind=Event.Kind.DISPOSAL_PROPOSED).exists()


def prolong(case: Case) -> None:
    DocumentType.objects.update(retention_years=100)


def keep_for_ever(case: Case) -> None:
    DocumentType.objects.update(retention_years=None)


def take_the_type(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(document_type=None)


def change_the_type(case: Case) -> None:
    kind = DocumentType.objects.get().plan.types.create(code="avtal", title_sv="Avtal", retention_years=None)
    Case.objects.filter(pk=case.pk).update(document_type=kind)


def decide_a_new_plan(case: Case) -> None:
    plan_of(timezone.localdate(), **{case.document_type.code: 200})  # type: ignore[union-attr]


def close_anew(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())


def go_on_in_another(case: Case) -> None:
    Case.objects.create(
        series=case.series, year=case.year, number=901, registered_at=LONG_AGO, arrived_at=LONG_AGO, follows=case
    )


CHANGES = [prolong, keep_for_ever, take_the_type, change_the_type, decide_a_new_plan, close_anew, go_on_in_another]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_in_between_holds_decision_and_destruction_back(change: Callable[[Case], None]) -> None:
    archivist = make_user(Role.ARCHIVIST)
    OutgoingMail.objects.update(state="sent")
    first, second = make_due_case(), make_due_case()
    OutgoingMail.objects.update(state="sent", sent_at=LONG_AGO)
    undecided = propose_disposal(cases=[first], ground="Plan 1", user=make_user(Role.REGISTRAR))
    decided = decide_disposal(
        propose_disposal(cases=[second], ground="Plan 1", user=make_user(Role.REGISTRAR)), archivist
    )
    change(first)
    if change not in (prolong, keep_for_ever, decide_a_new_plan):
        Case.objects.filter(pk=second.pk).update(
            document_type=Case.objects.values("document_type").filter(pk=first.pk),
            closed_at=Case.objects.values("closed_at").filter(pk=first.pk),
        )
    if change is go_on_in_another:
        go_on = Case.objects.get(number=901)
        Case.objects.create(
            series=second.series, year=2026, number=902, follows=second, registered_at=LONG_AGO, arrived_at=LONG_AGO
        )
        assert go_on.follows == first

    with pytest.raises(DisposalRefusedError, match=str(first)):
        decide_disposal(undecided, archivist)
    with pytest.raises(DisposalRefusedError, match=str(second)):
        carry_out_disposal(decided, archivist)
    with pytest.raises(DatabaseError, match="retention plan"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT registry_dispose(%s)", [decided.pk])

    assert [case.records.get().body for case in (first, second)] == ["Hur går det med planen?"] * 2


def test_the_page_of_a_disposal_says_what_holds_it_back_and_offers_to_withdraw_it(client: Client) -> None:
    case, archivist = make_due_case(), make_user(Role.ARCHIVIST)
    disposal = decide_disposal(
        propose_disposal(cases=[case], ground="Plan 1", user=make_user(Role.REGISTRAR)), archivist
    )
    DocumentType.objects.update(retention_years=None)
    client.force_login(archivist)
    url = f"/admin/registry/disposal/{disposal.pk}/change/"

    page = client.get(url).content.decode()
    refused = client.post(url, {"act": "carry_out"}).content.decode()
    client.post(url, {"act": "withdraw", "reason": "Ska bevaras."})

    case.refresh_from_db()
    disposal.refresh_from_db()
    assert "Det bevaras:" in page
    assert ('value="carry_out"' in page, 'value="withdraw"' in page) == (False, True)
    assert "Det bevaras:" in refused
    assert (disposal.state, case.status) == (Disposal.State.WITHDRAWN, Case.Status.CLOSED)


def test_a_waiting_request_for_documents_is_never_disposed_of_unregistered() -> None:
    request = Intake.objects.create(  # as they waited before they were registered at once
        token=uuid.uuid4(), channel="web_form", kind=CaseKind.DISCLOSURE, received_at=LONG_AGO, language="sv",
        raw=b"{}", checksum="0", addressee="Registrator", addressee_email="r@example.org", state="quarantined",
        reason="För snabbt.",
    )  # fmt: skip

    with pytest.raises(DisposalRefusedError):
        propose_disposal(intakes=[request], ground="Plan 1", user=make_user(Role.REGISTRAR))


def test_mail_that_became_a_case_after_the_decision_is_left() -> None:
    left, gone = (make_incoming_mail(b"x%d" % n, state=IncomingMail.State.AUTOMATIC) for n in (1, 2))
    archivist = make_user(Role.ARCHIVIST)
    disposal = decide_disposal(
        propose_disposal(mails=[left, gone], ground="Plan 1", user=make_user(Role.REGISTRAR)), archivist
    )
    IncomingMail.objects.filter(pk=left.pk).update(state=IncomingMail.State.TAKEN)

    done = carry_out_disposal(disposal, archivist)

    assert [bytes(mail.raw) for mail in IncomingMail.objects.order_by("pk")] == [b"x1", b""]
    assert len((done.protocol or {})["mails"]) == 1


@pytest.mark.parametrize(("make_kept", "words"), KEPT)
def test_the_page_of_a_case_says_why_it_is_kept_and_until_when(
    client: Client, make_kept: Callable[[], Case], words: str
) -> None:
    case = make_kept()
    client.force_login(make_user(Role.ARCHIVIST))

    page = client.get(f"/admin/registry/case/{case.pk}/change/").content.decode()

    assert (words in page) is (not case.is_open)


def test_a_request_keeps_a_case_only_while_it_is_open() -> None:
    case = kept_since_it_is_requested()

    with time_machine.travel(timezone.now()):
        Case.objects.filter(kind=CaseKind.DISCLOSURE).update(status=Case.Status.CLOSED)

    assert find_reason_to_keep(case) == ""
