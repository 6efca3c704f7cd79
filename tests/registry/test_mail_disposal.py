"""Disposal of mail that became no case, by two people: bytes go; row, checksum and decision stay."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from mailroom.models import IncomingMail, OutgoingMail
from registry import chain
from registry.models import Case, Disposal, Event
from registry.services.disposal import (
    DisposalRefusedError,
    carry_out_disposal,
    decide_disposal,
    propose_disposal,
    reject_disposal,
)
from registry.services.mail_disposal import MAILS_AT_MOST, find_disposable_mail
from registry.services.mail_intake import take_due_mail
from registry.verification import find_faults
from tests.factories import make_incoming_mail, make_retention_plan, make_user
from tests.registry.test_disposal import CANARY, dispose, everything_written

pytestmark = pytest.mark.django_db

ADD = "/admin/registry/disposal/add/"
State = IncomingMail.State
LITTLE = (State.AUTOMATIC, State.BOUNCE, State.DUPLICATE)


def make_mail(state: str = State.AUTOMATIC, text: str = CANARY, **given: Any) -> IncomingMail:
    raw = f"Message-ID: <{text}@example.com>\r\nSubject: {text}\r\n\r\n{text} {state}\r\n".encode()
    return make_incoming_mail(raw, state=state, note="Postlådan finns inte.", **given)


def told() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("sequence").values_list("kind", "actor"))


@pytest.mark.parametrize("state", LITTLE)
def test_bytes_are_destroyed_and_date_checksum_kind_and_decision_stay(state: str) -> None:
    mail = make_mail(state)
    before = (mail.checksum, mail.received_at, mail.size, mail.state)
    assert CANARY in everything_written()

    disposal = dispose(mails=[mail])

    mail.refresh_from_db()
    assert (mail.checksum, mail.received_at, mail.size, mail.state) == before
    assert (bytes(mail.raw), mail.message_id, mail.note) == (b"", "", f"Gallrat: gallring {disposal.pk}, Plan 1")
    assert (mail.emptied_at is not None, list(mail.disposals.all())) == (True, [disposal])
    assert CANARY not in everything_written()
    assert list(find_faults()) == []


def test_each_act_is_an_event_of_its_actor_and_the_protocol_lists_the_mail() -> None:
    with time_machine.travel(datetime(2026, 5, 4, 10, tzinfo=UTC), tick=False):
        first = make_mail()
    make_mail(State.BOUNCE)
    registrar, archivist = make_user(Role.REGISTRAR, username="r"), make_user(Role.ARCHIVIST, username="a")

    disposal = propose_disposal(mails=list(IncomingMail.objects.all()), ground="Plan 1", user=registrar)
    carry_out_disposal(decide_disposal(disposal, archivist), archivist)

    disposal.refresh_from_db()
    assert told() == [("disposal_proposed", "r"), ("disposal_decided", "a"), ("disposed", "a")]
    assert disposal.protocol is not None
    assert disposal.protocol["mails"][0] == {
        "arrived": "2026-05-04T12:00:00+02:00",
        "kind": "autosvar, sparat utan nummer",
    }
    assert len(disposal.protocol["mails"]) == 2
    assert first.checksum not in str(disposal.protocol)


def test_nothing_is_destroyed_before_it_is_carried_out() -> None:
    mail = make_mail()
    disposal = propose_disposal(mails=[mail], ground="Plan 1", user=make_user(Role.REGISTRAR))

    decide_disposal(disposal, make_user(Role.ARCHIVIST))

    mail.refresh_from_db()
    assert (CANARY.encode() in bytes(mail.raw), mail.emptied_at) == (True, None)


@pytest.mark.parametrize("state", [State.FETCHED, State.TAKEN])
def test_what_is_or_may_become_a_case_cannot_be_proposed(state: str) -> None:
    mail = make_mail(state)

    with pytest.raises(DisposalRefusedError):
        propose_disposal(mails=[mail], ground="Plan 1", user=make_user(Role.REGISTRAR))


def test_a_mail_is_proposed_once_and_again_after_a_rejection() -> None:
    mail = make_mail()
    disposal = propose_disposal(mails=[mail], ground="Plan 1", user=make_user(Role.REGISTRAR))
    offered_meanwhile = list(find_disposable_mail())
    with pytest.raises(DisposalRefusedError):
        propose_disposal(mails=[mail], ground="Plan 1", user=make_user(Role.REGISTRAR))

    reject_disposal(disposal, make_user(Role.ARCHIVIST), "Behövs än.")

    assert (offered_meanwhile, list(find_disposable_mail())) == ([], [mail])
    dispose(mails=[mail])
    assert list(find_disposable_mail()) == []
    assert list(find_faults()) == []


def test_its_proposer_does_not_decide() -> None:
    archivist = make_user(Role.ARCHIVIST)
    disposal = propose_disposal(mails=[make_mail()], ground="Plan 1", user=archivist)

    with pytest.raises(DisposalRefusedError):
        decide_disposal(disposal, archivist)


def test_a_duplicate_that_was_disposed_of_may_lose_its_case_too() -> None:
    raw = b"From: anna@example.org\r\nMessage-ID: <1@example.com>\r\nSubject: Hej\r\n\r\nText.\r\n"
    make_incoming_mail(raw)
    take_due_mail()
    dispose(mails=[make_incoming_mail(raw, state=State.DUPLICATE)])
    case = Case.objects.get()
    kind = make_retention_plan().types.get()
    Case.objects.update(status=Case.Status.CLOSED, closed_at=datetime(2000, 1, 1, tzinfo=UTC), document_type=kind)
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())

    dispose(cases=[case])

    assert set(IncomingMail.objects.values_list("checksum", flat=True)) == {""}
    assert list(find_faults()) == []


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR, None])
def test_others_neither_propose_nor_decide(role: Role | None) -> None:
    someone, mail = make_user(role), make_mail()
    with pytest.raises(PermissionDenied):
        propose_disposal(mails=[mail], ground="Plan 1", user=someone)

    disposal = propose_disposal(mails=[mail], ground="Plan 1", user=make_user(Role.REGISTRAR))

    with pytest.raises(PermissionDenied):
        decide_disposal(disposal, someone)


def test_the_list_of_a_decided_disposal_stands() -> None:
    mail, other = make_mail(), make_mail(State.BOUNCE)
    disposal = propose_disposal(mails=[mail], ground="Plan 1", user=make_user(Role.REGISTRAR))
    decide_disposal(disposal, make_user(Role.ARCHIVIST))

    with pytest.raises(DatabaseError), transaction.atomic():
        disposal.mails.add(other)
    with pytest.raises(DatabaseError), transaction.atomic():
        disposal.mails.remove(mail)


UNLAWFUL = {
    "UPDATE mailroom_incomingmail SET raw = '', emptied_at = now()": "was emptied, but nobody has decided that.",
    "UPDATE mailroom_incomingmail SET raw = 'x'": "is not as it came.",
}


@pytest.mark.parametrize(("statement", "words"), UNLAWFUL.items(), ids=UNLAWFUL)
def test_what_was_changed_without_a_decision_is_named(statement: str, words: str) -> None:
    make_mail()
    disposal = propose_disposal(mails=[make_mail(State.BOUNCE)], ground="Plan 1", user=make_user(Role.REGISTRAR))
    Disposal.objects.filter(pk=disposal.pk).update(
        state="carried_out", decided_by=make_user(), decided_at=datetime(2026, 5, 4, tzinfo=UTC)
    )
    chain.state_changes("a disposal carried out")
    assert list(find_faults()) == []

    with connection.cursor() as cursor:
        cursor.execute(statement)

    assert [words in fault for fault in find_faults() if "as the chain says" not in fault] == [True, True]


def test_the_form_takes_what_arrived_by_the_day_and_the_page_shows_it(client: Client) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 21, 59, tzinfo=UTC), tick=False):
        mail = make_mail()
    with time_machine.travel(datetime(2026, 5, 4, 22, 0, tzinfo=UTC), tick=False):
        make_mail(State.BOUNCE)
    client.force_login(make_user(Role.REGISTRAR))
    offered = client.get(ADD).content.decode()

    answer = client.post(ADD, {"mail_until": "2026-05-04", "ground": "Plan 1", "numbers": ""})

    assert "2 automatiska svar, studsar och dubbletter blev inga ärenden; det äldsta är från 2026-05-04." in offered
    assert list(Disposal.objects.get().mails.all()) == [mail]
    page = client.get(answer["Location"]).content.decode()
    assert ("E-post av ringa betydelse" in page, "Postlådan finns inte." in page) == (True, True)


def test_the_form_does_not_ask_where_there_is_none(client: Client) -> None:
    client.force_login(make_user(Role.REGISTRAR))

    assert "mail_until" not in client.get(ADD).content.decode()


def test_the_whole_way_on_the_pages(client: Client) -> None:
    mail = make_mail()
    client.force_login(make_user(Role.REGISTRAR))
    today = timezone.localdate().isoformat()
    url = client.post(ADD, {"mail_until": today, "ground": "Plan 1", "numbers": ""})["Location"]
    client.force_login(make_user(Role.ARCHIVIST))

    client.post(url, {"act": "decide", "reason": ""})
    client.post(url, {"act": "carry_out", "reason": ""})

    mail.refresh_from_db()
    page = client.get(url).content.decode()
    assert (bytes(mail.raw), "Gallringsprotokoll" in page, "Autosvar, sparat utan nummer" in page) == (b"", True, True)
    assert list(find_faults()) == []


def test_one_proposal_takes_only_so_many(client: Client) -> None:
    with connection.cursor() as cursor:
        mail = make_mail()
        cursor.execute(
            "INSERT INTO mailroom_incomingmail (mailbox, uid_validity, uid, message_id, raw, checksum, size,"
            " received_at, state, note, attempts) SELECT mailbox, 2, n, '', raw, checksum, size,"
            " received_at, state, note, 0"
            " FROM mailroom_incomingmail, generate_series(1, %s) n",
            [MAILS_AT_MOST],
        )
    client.force_login(make_user(Role.REGISTRAR))
    today = timezone.localdate().isoformat()

    client.post(ADD, {"mail_until": today, "ground": "Plan 1", "numbers": ""})

    assert (Disposal.objects.get().mails.count(), mail in Disposal.objects.get().mails.all()) == (MAILS_AT_MOST, True)
