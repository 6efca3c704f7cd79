"""The original mail, byte for byte, for staff who may read its record and nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.roles import Role
from files.virus_scanner import ScanError
from registry.admin import mail_source
from registry.models import File, FileAccess, Intake, Party
from registry.services.case_acts import perform_act
from registry.services.disposal import carry_out_disposal, decide_disposal
from registry.services.mail_intake import take_due_mail
from registry.services.registration import receive_message
from registry.transitions import Act
from tests import factories

pytestmark = pytest.mark.django_db
RAW = (
    b"From: =?utf-8?Q?Anna?= <anna@ex.example>\r\nSubject: En fr\xe5ga\r\n"
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/html\r\n\r\n<script>x()</script>Hej\r\n"
    b"--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfil\r\n--x--\r\n"
)
VIEWS = ["registry_mail", "registry_mail_source"]


@pytest.fixture
def intake() -> Intake:
    return taken(RAW)


def taken(raw: bytes) -> Intake:
    incoming = factories.make_incoming_mail(raw)
    assert take_due_mail() == 1
    return Intake.objects.get(mail=incoming)


def url(name: str, intake: Intake) -> str:
    return reverse(f"admin:{name}", args=[intake.pk])


def get_as(client: Client, user: Any, name: str, intake: Intake) -> Any:
    client.force_login(user)
    return client.get(url(name, intake))


def test_mail_is_saved_byte_for_byte(client: Client, intake: Intake) -> None:
    registrar = factories.make_user(Role.REGISTRAR)

    answer = get_as(client, registrar, "registry_mail", intake)

    assert (answer.content, answer["Content-Type"]) == (RAW, "message/rfc822")
    number = f"{intake.record}".replace("/", "-").replace(" ", "_")
    assert answer["Content-Disposition"] == f'attachment; filename="{number}.eml"'
    assert [(access.intake, access.username) for access in FileAccess.objects.all()] == [(intake, registrar.username)]


def test_source_is_text_of_which_nothing_runs(client: Client, intake: Intake) -> None:
    answer = get_as(client, factories.make_user(Role.REGISTRAR), "registry_mail_source", intake)

    assert (answer.content, answer["Content-Type"]) == (RAW, "text/plain; charset=windows-1252")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (answer["X-Content-Type-Options"], answer.has_header("Content-Disposition")) == ("nosniff", False)


@pytest.mark.parametrize("name", VIEWS)
def test_only_who_reads_the_case_opens_its_mail(client: Client, intake: Intake, name: str) -> None:
    case, officer, other = intake.record.case, factories.make_user(Role.OFFICER), factories.make_user(Role.OFFICER)
    perform_act(Act.DISTRIBUTE, case, factories.make_user(Role.REGISTRAR), officer=officer)
    editor = factories.make_user(Role.COORDINATOR)

    statuses = [get_as(client, user, name, intake).status_code for user in (officer, other, editor)]
    client.logout()

    assert statuses == [200, 404, 404]
    assert client.get(url(name, intake)).status_code == 302


@pytest.mark.parametrize("name", VIEWS)
def test_secrecy_and_protected_identity_close_the_mail(client: Client, intake: Intake, name: str) -> None:
    """Its header names who sent it (OSL 2009:400, 22:1)."""
    case, officer, registrar = (
        intake.record.case,
        factories.make_user(Role.OFFICER),
        factories.make_user(Role.REGISTRAR),
    )
    perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)
    Party.objects.filter(record__case=case).update(identity_is_protected=True)

    answers = [get_as(client, user, name, intake).status_code for user in (officer, registrar)]

    assert answers == [404, 200]
    page = get_as(client, officer, "registry_case_change", intake.record.case).content.decode()
    assert url(name, intake) not in page
    assert "anna@ex.example" not in page


@pytest.mark.parametrize("name", VIEWS)
def test_what_waits_is_opened_by_those_who_see_arrivals(client: Client, name: str) -> None:
    waiting = taken(b"From: a@b.se\r\nAuto-Submitted: auto-replied\r\n\r\nSemester")

    statuses = [
        get_as(client, factories.make_user(role), name, waiting).status_code
        for role in (Role.REGISTRAR, Role.ARCHIVIST, Role.OFFICER)
    ]

    assert statuses == [200, 200, 404]
    page = get_as(client, factories.make_user(Role.REGISTRAR), "registry_intake_change", waiting)
    assert url(name, waiting) in page.content.decode()


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("state", ["infected", "pending"])
def test_mail_is_closed_while_a_file_in_it_is(client: Client, intake: Intake, name: str, state: str) -> None:
    File.objects.filter(intake=intake).update(scan=state)

    answer = get_as(client, factories.make_user(Role.REGISTRAR), name, intake)

    assert (answer.status_code, b"<script>x()" in answer.content, FileAccess.objects.count()) == (409, False, 0)


@pytest.mark.parametrize(("verdict", "status"), [("", 200), ("Eicar", 409), (ScanError(), 409)])
def test_whole_mail_is_checked_where_there_is_a_virus_checker(
    client: Client, intake: Intake, verdict: Any, status: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alternative text that was not chosen is no file, and has not been scanned."""
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    monkeypatch.setattr(mail_source, "find_virus", scanner(verdict))

    assert get_as(client, factories.make_user(Role.REGISTRAR), "registry_mail", intake).status_code == status


def scanner(verdict: Any) -> Callable[..., Any]:
    def scan(*_given: Any) -> Any:
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    return scan


@pytest.mark.parametrize("name", VIEWS)
def test_disposed_mail_is_gone(client: Client, name: str) -> None:
    intake = taken(b"From: a@b.se\r\nAuto-Submitted: auto-replied\r\n\r\nHemligt")
    archivist = factories.make_user(Role.ARCHIVIST)
    carry_out_disposal(decide_disposal(factories.make_disposal(intakes=[intake]), archivist), archivist)

    answer = get_as(client, factories.make_user(Role.REGISTRAR), name, intake)

    with translation.override("sv"):
        gone = gettext("The e-mail has been disposed of and no longer exists.")
    assert (answer.status_code, gone in answer.content.decode(), b"Hemligt" in answer.content) == (409, True, False)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_mail_is_only_read(client: Client, intake: Intake, name: str, method: str) -> None:
    client.force_login(factories.make_user(Role.REGISTRAR))

    assert getattr(client, method)(url(name, intake)).status_code == 405


def test_form_has_no_mail(client: Client) -> None:
    intake = receive_message(factories.make_message())

    assert get_as(client, factories.make_user(Role.REGISTRAR), "registry_mail", intake).status_code == 404
