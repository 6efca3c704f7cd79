import pytest
from django.test import Client

from mailroom.models import OutgoingMail
from mailroom.outbox import queue
from rus_portal.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/mailroom/outgoingmail/"


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.REGISTRAR))
    return client


def make_mail(state: str = "queued") -> OutgoingMail:
    mail = queue(to="a@example.org", subject="Nytt meddelande", body="Texten.", language="sv")
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
