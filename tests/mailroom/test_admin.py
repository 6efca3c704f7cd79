import pytest
from django.test import Client

from accounts.roles import Role
from mailroom.models import IncomingMail, OutgoingMail
from mailroom.outbox import queue_mail
from tests.factories import make_incoming_mail, make_user

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/mailroom/outgoingmail/"
INBOX = "/admin/mailroom/incomingmail/"


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.REGISTRAR))
    return client


def make_mail(state: str = "queued") -> OutgoingMail:
    mail = queue_mail(to="a@example.org", subject="Nytt meddelande", body="Texten.", language="sv")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, attempts=8 if state == "failed" else 0)
    return OutgoingMail.objects.get(pk=mail.pk)


def test_mail_is_read_but_not_changed(client: Client) -> None:
    mail = make_mail()

    page = client.get(f"{OUTBOX}{mail.pk}/change/")
    response = client.post(f"{OUTBOX}{mail.pk}/change/", {"to": "b@example.org", "body": "Annat."})

    mail.refresh_from_db()
    assert "Texten." in page.content.decode()
    assert (response.status_code, mail.to, mail.body) == (403, "a@example.org", "Texten.")


def test_what_could_not_be_sent_is_tried_again(client: Client) -> None:
    failed, queued = make_mail("failed"), make_mail()

    response = client.post(OUTBOX, {"action": "send_again", "_selected_action": [failed.pk, queued.pk]}, follow=True)

    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (OutgoingMail.State.QUEUED, 0)
    assert len(response.context["messages"]) == 1
    assert list(OutgoingMail.objects.due()) == [queued, failed]


def test_what_an_automatic_reply_says_can_be_read(client: Client) -> None:
    raw = (
        b"From: =?utf-8?Q?=C3=85sa=2C?= <asa@ex.example>\r\nSubject: Fr\xe5nvaro\r\nContent-Type: text/html\r\n\r\n"
        b"<p>Jag \xe5terkallar <script>x()</script>min beg\xe4ran"
    )
    mail = make_incoming_mail(raw, state=IncomingMail.State.AUTOMATIC)

    page = client.get(f"{INBOX}{mail.pk}/change/").content.decode()

    assert "Åsa, &lt;asa@ex.example&gt;" in page
    assert ("Frånvaro" in page, "Jag återkallar min begäran" in page, "x()" in page) == (True, True, False)


def test_mail_that_was_given_up_is_tried_again(client: Client) -> None:
    given_up, due = make_incoming_mail(due_at=None, attempts=8, note="OSError: disk"), make_incoming_mail(attempts=3)
    taken = make_incoming_mail(state=IncomingMail.State.TAKEN, due_at=None, attempts=8)
    data = {"action": "take_again", "_selected_action": [given_up.pk, due.pk, taken.pk]}

    page = client.get(INBOX, {"state__exact": "fetched", "due_at__isnull": "True"})
    listed = list(page.context["cl"].result_list)
    response = client.post(INBOX, data, follow=True)

    assert listed == [given_up]
    assert len(response.context["messages"]) == 1
    given_up.refresh_from_db()
    assert (given_up.attempts, given_up.due_at is None, given_up.state) == (0, False, "fetched")
    others = IncomingMail.objects.exclude(pk=given_up.pk).order_by("pk")
    assert list(others.values_list("attempts", "due_at")) == [(3, due.due_at), (8, None)]


@pytest.mark.parametrize("role", [Role.ARCHIVIST, Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_nobody_else_has_mail_tried_again(client: Client, role: Role) -> None:
    given_up = make_incoming_mail(due_at=None, attempts=8)
    client.force_login(make_user(role))

    client.post(INBOX, {"action": "take_again", "_selected_action": [given_up.pk]})

    given_up.refresh_from_db()
    assert (given_up.attempts, given_up.due_at) == (8, None)
