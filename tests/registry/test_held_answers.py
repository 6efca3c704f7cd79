"""An answer with files waits for the virus scan: it is sent if they are clean, and stopped if one is not."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outgoing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from mailroom import outbox
from mailroom.models import OutgoingMail
from registry.models import Case, Dispatch, Event, File
from registry.services.case_acts import perform_act
from registry.services.disposal import DisposalRefusedError, _refuse_while_mail_waits
from registry.services.held_answers import release_checked_answers
from registry.transitions import Act
from registry.verification import find_faults
from rus_portal import worker
from rus_portal.dashboards.registry import build_officer_context as desk_of
from rus_portal.dashboards.registry import build_registrar_context as registrars_desk
from tests.factories import make_case, make_user
from tests.registry.test_answers import PDF, page_of, typed

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


@pytest.fixture
def officer() -> User:
    return make_user(Role.OFFICER, username="handlaggare", email="handlaggare@example.org")


@pytest.fixture
def case(officer: User) -> Case:
    return perform_act(Act.ACCEPT, make_case(assign_to=officer, email="anna@example.org"), officer)


@pytest.fixture
def checked(settings: Any) -> None:
    """Configure a virus scanner; each test sets its results."""
    settings.CLAMD_URL = "tcp://127.0.0.1:1"


def send(client: Client, case: Case, *names: str) -> str:
    """Write an answer with files and send it. Return the page that follows."""
    assert case.assigned_to
    client.force_login(case.assigned_to)
    client.post(page_of(case))
    files = [SimpleUploadedFile(name, PDF) for name in names]
    return client.post(
        page_of(case), typed(case, "send", body="Svar.", attachments=files), follow=True
    ).content.decode()


def answer_mail() -> OutgoingMail:
    return Dispatch.objects.get(kind=Dispatch.Kind.ANSWER).mail


def say(name: str, scan: str) -> None:
    File.objects.filter(record__isnull=False, original_name=name).update(scan=scan)


def sent_to_anna() -> int:
    """Return how many mails to the sender were sent, without receipts."""
    outbox.send_due_mail()
    return sum(mail.to == ["anna@example.org"] and "Svar." in mail.body for mail in outgoing.outbox)


def test_it_waits_while_any_file_does_and_says_so_on_the_officers_page(
    client: Client, case: Case, checked: None
) -> None:
    page = send(client, case, "a.pdf", "b.pdf")
    say("a.pdf", File.Scan.CLEAN)

    assert (release_checked_answers(), sent_to_anna(), answer_mail().state) == (0, 0, State.HELD)
    assert "Det skickas så snart filerna har kontrollerats för virus." in page
    assert 'data-status="held">väntar på viruskontroll<' in page


def test_it_goes_once_when_all_are_clean(client: Client, case: Case, checked: None) -> None:
    send(client, case, "a.pdf", "b.pdf")
    say("a.pdf", File.Scan.CLEAN)
    say("b.pdf", File.Scan.CLEAN)

    assert (release_checked_answers(), sent_to_anna(), release_checked_answers(), sent_to_anna()) == (1, 1, 0, 1)
    assert answer_mail().state == State.SENT


def test_it_is_stopped_and_told_when_one_is_infected(client: Client, case: Case, officer: User, checked: None) -> None:
    send(client, case, "a.pdf", "b.pdf")
    say("b.pdf", File.Scan.INFECTED)

    assert (release_checked_answers(), release_checked_answers(), sent_to_anna(), answer_mail().state) == (
        1,
        0,
        0,
        State.STOPPED,
    )
    notice = Dispatch.objects.filter(kind=Dispatch.Kind.NOTICE).latest("pk").mail
    assert (notice.to, notice.subject) == ("handlaggare@example.org", f"Ett svar stoppades: {case}")
    assert "Svar." not in notice.body
    assert [dispatch.mail for dispatch in desk_of(officer)["undelivered"]] == [answer_mail()]
    assert answer_mail() in registrars_desk()["unsent"]
    page = client.get(reverse("admin:registry_case_change", args=[case.pk])).content.decode()
    assert "Svaret skickades inte: En fil som hör till är smittad eller misstänkt." in page
    assert Event.objects.filter(kind=Event.Kind.MAIL_STOPPED, case=case).count() == 1
    assert list(find_faults()) == []


def test_what_was_stopped_cannot_be_sent_again(client: Client, case: Case, checked: None) -> None:
    send(client, case, "a.pdf")
    say("a.pdf", File.Scan.INFECTED)
    release_checked_answers()
    client.force_login(make_user(Role.REGISTRAR))

    data = {"action": "send_again", "_selected_action": [answer_mail().pk]}
    client.post("/admin/mailroom/outgoingmail/", data)

    assert (sent_to_anna(), answer_mail().state) == (0, State.STOPPED)


def test_without_files_it_goes_at_once(client: Client, case: Case, checked: None) -> None:
    page = send(client, case)

    assert "Svaret är diariefört och på väg." in page
    assert sent_to_anna() == 1


def test_without_a_checker_it_goes_at_once(client: Client, case: Case, settings: Any) -> None:
    settings.CLAMD_URL = ""

    send(client, case, "a.pdf")

    assert sent_to_anna() == 1


def test_what_waited_goes_when_the_checker_is_taken_away(
    client: Client, case: Case, checked: None, settings: Any
) -> None:
    send(client, case, "a.pdf")
    settings.CLAMD_URL = ""

    assert (release_checked_answers(), sent_to_anna()) == (1, 1)


def test_the_worker_lets_go_what_is_checked(client: Client, case: Case, checked: None, settings: Any) -> None:
    send(client, case, "a.pdf")
    say("a.pdf", File.Scan.CLEAN)

    worker.work_once()
    worker.work_once()

    assert answer_mail().state == State.SENT


def test_a_case_is_not_disposed_of_while_its_answer_is_held(client: Client, case: Case, checked: None) -> None:
    send(client, case, "a.pdf")
    outbox.send_due_mail()

    with pytest.raises(DisposalRefusedError):
        _refuse_while_mail_waits([case])
