"""A mail server that is away for days: mail waits, the desks say so, and everything goes out when it is back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from lxml import html

from accounts.roles import Role
from mailroom import outbox
from mailroom.models import MailServerOutage, OutgoingMail
from mailroom.waiting_mail import explain_waiting
from registry.services.registration import receive_message
from tests.factories import make_message, make_user
from tests.mailroom.conftest import Handler
from tests.processes import free_port

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WAITING = (
    "2 mejl väntar: inget mejl har kunnat skickas sedan 2026-11-30 10:00. De skickas så snart e-postservern svarar."
)
UNREACHABLE = "E-postservern går inte att nå. Ett nytt försök görs automatiskt."


@pytest.fixture
def away(settings: Any, serve: Callable[..., Handler]) -> None:
    """A port on which nobody listens, until `serve` does."""
    settings.EMAIL_PORT = free_port()


def queue_one(number: int = 1) -> OutgoingMail:
    return outbox.queue_mail(to=f"a{number}@example.org", subject="Hej", body="Text", language="sv")


def work_until(end: datetime) -> int:
    """Go through the rounds of a worker in which something is done, from now on. Return how many."""
    rounds = 0
    while (at := max(MailServerOutage.objects.get().due_at, datetime.now(UTC))) < end:
        with time_machine.travel(at, tick=False):
            outbox.send_due_mail()
        rounds += 1
    return rounds


@pytest.mark.usefixtures("away")
def test_mail_waits_for_three_days_and_goes_out_at_once_when_the_server_is_back(serve: Callable[..., Handler]) -> None:
    with time_machine.travel(START, tick=False):
        queued = [queue_one(number) for number in range(20)]
        outbox.send_due_mail()
        attempts = work_until(START + 3 * DAY)
    with time_machine.travel(START + 3 * DAY, tick=False):
        queued.append(queue_one(20))
        states = set(OutgoingMail.objects.values_list("state", "attempts"))
    handler = serve()
    back = MailServerOutage.objects.get().due_at
    with time_machine.travel(back, tick=False):
        outbox.send_due_mail()

    assert states == {("queued", 0)}
    assert attempts < 3 * 24 * 60 / 5 + 10
    assert back - (START + 3 * DAY) <= timedelta(minutes=5)
    assert sorted(handler.taken) == sorted(mail.message_id for mail in queued)
    assert not MailServerOutage.objects.exists()


@pytest.mark.usefixtures("away")
def test_pauses_of_an_outage_grow_from_seconds_to_minutes() -> None:
    queue_one()
    pauses = []
    with time_machine.travel(START, tick=False) as clock:
        for _attempt in range(9):
            outbox.send_due_mail()
            due_at = MailServerOutage.objects.get().due_at
            pauses.append((due_at - datetime.now(UTC)).total_seconds())
            clock.move_to(due_at)

    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]


@pytest.mark.usefixtures("away")
def test_first_success_wakes_mail_that_had_been_refused_for_now(serve: Callable[..., Handler]) -> None:
    with time_machine.travel(START, tick=False):
        serve("451 at rcpt")
        refused = queue_one(1)
        outbox.send_due_mail()
    with time_machine.travel(START + timedelta(seconds=1), tick=False):
        MailServerOutage(pk=MailServerOutage.ONLY).note_attempt(UNREACHABLE)
        queue_one(2)
    handler = serve()
    with time_machine.travel(START + timedelta(seconds=7), tick=False):
        outbox.send_due_mail()
        outbox.send_due_mail()  # the round for which the first one wakes the worker

    refused.refresh_from_db()
    assert (refused.state, len(handler.taken)) == ("sent", 2)


@pytest.mark.usefixtures("away")
def test_mail_that_has_waited_for_five_days_is_told_as_failed() -> None:
    with time_machine.travel(START, tick=False):
        old = queue_one(1)
        outbox.send_due_mail()
    with time_machine.travel(START + 4 * DAY, tick=False):
        young = queue_one(2)
        outbox.send_due_mail()
    with time_machine.travel(START + 5 * DAY, tick=False):
        outbox.send_due_mail()

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.last_error, young.state) == ("failed", UNREACHABLE, "queued")


def test_mail_that_breaks_the_server_off_holds_up_no_other(serve: Callable[..., Handler]) -> None:
    handler = serve("gone at data", "gone at data", "gone at data")
    with time_machine.travel(START, tick=False) as clock:
        bad, good = queue_one(1), queue_one(2)
        handler.faults = ["gone at data"]
        outbox.send_due_mail()
        handler.faults = []
        clock.shift(2)
        outbox.send_due_mail()

    bad.refresh_from_db()
    assert (bad.state, bad.attempts, handler.taken) == ("queued", 1, [good.message_id])


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize(("minutes", "said"), [(14, []), (15, [WAITING, UNREACHABLE])])
def test_outage_is_told_after_a_quarter_of_an_hour(minutes: int, said: list[str]) -> None:
    with time_machine.travel(START, tick=False):
        queue_one(1)
        outbox.send_due_mail()
    with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
        queue_one(2)

        assert explain_waiting() == said


def test_mail_that_nothing_tries_to_send_is_told_too() -> None:
    with time_machine.travel(START, tick=False):
        queue_one()
    with time_machine.travel(START + timedelta(minutes=15), tick=False):
        (sentence,) = explain_waiting()

    assert sentence.startswith("1 mejl har väntat på att skickas sedan 2026-11-30 10:00.")


def test_mail_that_is_refused_again_and_again_is_told(serve: Callable[..., Handler]) -> None:
    serve(*["451 at rcpt"] * 9)
    queue_one()
    told = []
    with time_machine.travel(START, tick=False) as clock:
        for _attempt in range(7):
            outbox.send_due_mail()
            due_at = OutgoingMail.objects.get().due_at
            clock.move_to(due_at)
            told.append((due_at - START >= timedelta(minutes=15), bool(explain_waiting())))

    assert [said for _late, said in told] == [late for late, _said in told]
    assert told[-1] == (True, True)


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ADMINISTRATOR, Role.OFFICER])
def test_desks_of_those_concerned_say_so(client: Client, role: Role) -> None:
    with time_machine.travel(START, tick=False):
        worker = make_user(role)
        receive_message(make_message())
        outbox.send_due_mail()
    with time_machine.travel(START + timedelta(minutes=20), tick=False):
        client.force_login(worker)
        page = html.document_fromstring(client.get("/admin/").content.decode()).text_content()

    is_told = "mejl väntar: inget mejl har kunnat skickas sedan" in page
    assert is_told == (role != Role.OFFICER)  # an officer is told of his own answers only
