"""Answers: who may write and send them, what happens to them, and that nothing typed is lost."""

import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from mailroom.models import OutgoingMail
from registry.models import Answer, CannedText, Case, Dispatch, Event, File, Party, Record, Series
from registry.reply_address import make_reply_address, read_reply_address
from registry.services import answers
from registry.services.case_acts import IncompleteActError, perform_act, protect_identity
from registry.services.registration import Attachment
from registry.transitions import Act
from registry.verification import find_faults
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def officer() -> User:
    return make_user(Role.OFFICER, username="handlaggare")


@pytest.fixture
def registrar() -> User:
    return make_user(Role.REGISTRAR, username="registrator")


@pytest.fixture
def case(officer: User) -> Case:
    made = make_case(assign_to=officer, subject="Bredband", email="anna@example.org", name="Anna Andersson")
    return perform_act(Act.ACCEPT, made, officer)


def page_of(case: Case) -> str:
    return reverse("admin:registry_answer", args=[case.pk])


def typed(case: Case, do: str, **given: Any) -> dict[str, Any]:
    answer = answers.find_open_answer(case)
    assert answer
    return {"do": do, "version": answer.version, "subject": answer.subject, "body": answer.body} | given


def need_approval() -> None:
    Series.objects.update(answers_need_approval=True)


def test_answer_is_registered_mailed_and_marks_the_case_as_answered(client: Client, case: Case, officer: User) -> None:
    client.force_login(officer)
    file = SimpleUploadedFile("karta.pdf", PDF)

    client.post(page_of(case))
    response = client.post(page_of(case), typed(case, "send", body="Fibern kommer i maj.", attachments=[file]))

    case.refresh_from_db()
    record = case.records.get(direction=Record.Direction.OUTGOING)
    mail = Dispatch.objects.get(kind=Dispatch.Kind.ANSWER).mail
    assert response.status_code == 302
    assert (case.status, case.answered_at is not None) == (Case.Status.ANSWERED, True)
    assert (str(record), record.body) == (f"{case}-2", "Fibern kommer i maj.")
    assert [(party.role, party.email) for party in record.parties.all()] == [("recipient", "anna@example.org")]
    assert (mail.to, mail.reply_to, mail.is_personal) == ("anna@example.org", make_reply_address(case), True)
    assert mail.subject == f"Sv: Bredband [{case}]"
    message = mail.as_message().message()
    assert message["Auto-Submitted"] is None
    assert [part.get_filename() for part in message.walk() if part.get_filename()] == ["karta.pdf"]
    assert list(find_faults()) == []


def test_sending_twice_sends_once(case: Case, officer: User) -> None:
    answer = answers.start_answer(case, officer)
    answer = answers.write_answer(answer, officer, {"subject": "Sv", "body": "Svar"}, version=answer.version)
    first = answers.send_answer(answer, officer, version=answer.version)

    with pytest.raises(PermissionDenied):  # the case is answered: there is nothing left to do with it
        answers.send_answer(answer, officer, version=answer.version)

    assert Record.objects.filter(direction=Record.Direction.OUTGOING).get() == first
    assert Dispatch.objects.filter(kind=Dispatch.Kind.ANSWER).count() == 1


def test_empty_answer_is_not_sent(client: Client, case: Case, officer: User) -> None:
    client.force_login(officer)
    client.post(page_of(case))

    response = client.post(page_of(case), typed(case, "send", body="  "))

    case.refresh_from_db()
    assert case.status == Case.Status.IN_PROGRESS
    assert "Skriv svaret innan du skickar det." in response.content.decode()
    assert response.context["form"]["version"].value() == answers.find_open_answer(case).version  # type: ignore[union-attr]


def test_answer_that_another_changed_meanwhile_keeps_what_was_typed(client: Client, case: Case, officer: User) -> None:
    client.force_login(officer)
    client.post(page_of(case))
    old = typed(case, "save", body="Min långa text")
    answer = answers.find_open_answer(case)
    assert answer
    answers.write_answer(answer, officer, {"subject": "Annat", "body": "Annat"}, version=answer.version)

    response = client.post(page_of(case), old)

    answer.refresh_from_db()
    assert answer.body == "Annat"
    page = response.content.decode()
    assert "har ändrats av någon annan" in page
    assert "Min långa text" in page


def test_draft_is_kept_even_where_sending_is_refused(client: Client, case: Case, officer: User) -> None:
    need_approval()
    client.force_login(officer)
    client.post(page_of(case))

    response = client.post(page_of(case), typed(case, "send", body="Utkast"))

    answer = answers.find_open_answer(case)
    assert answer
    assert response.status_code == 403
    assert (answer.body, answer.state) == ("Utkast", Answer.State.DRAFT)
    assert not Dispatch.objects.filter(kind=Dispatch.Kind.ANSWER).exists()


def test_answer_that_needs_approval_is_approved_by_someone_else(
    client: Client, case: Case, officer: User, registrar: User
) -> None:
    need_approval()
    client.force_login(officer)
    client.post(page_of(case))
    client.post(page_of(case), typed(case, "submit", body="Svaret"))
    assert client.post(page_of(case), {"do": "approve"}).status_code == 403
    client.force_login(registrar)
    client.post(page_of(case), {"do": "approve"})
    client.force_login(officer)
    client.post(page_of(case), {"do": "send"})

    case.refresh_from_db()
    assert case.status == Case.Status.ANSWERED
    kinds = [event.kind for event in case.events.acts()][2:]
    assert kinds == [Event.Kind.ANSWER_SUBMITTED, Event.Kind.ANSWER_APPROVED, Event.Kind.ANSWERED]
    assert list(find_faults()) == []


def test_answer_is_sent_back_with_a_reason(client: Client, case: Case, officer: User, registrar: User) -> None:
    need_approval()
    answer = answers.start_answer(case, officer)
    answers.submit_answer(answer, officer, version=answer.version)
    client.force_login(registrar)

    without = client.post(page_of(case), {"do": "send_back", "reason": " "})
    client.post(page_of(case), {"do": "send_back", "reason": "Skriv kortare."})

    answer.refresh_from_db()
    assert without.status_code == 200
    assert answer.state == Answer.State.DRAFT
    assert [event.kind for event in case.events.all()][-1] == Event.Kind.ANSWER_REJECTED


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST, Role.ADMINISTRATOR])
def test_nobody_but_the_cases_officer_writes(client: Client, case: Case, role: Role) -> None:
    client.force_login(make_user(role))

    begun = client.post(page_of(case))

    assert begun.status_code in (403, 404)
    assert not Answer.objects.exists()


def test_anonymous_sender_cannot_be_answered(client: Client, officer: User) -> None:
    case = perform_act(Act.ACCEPT, make_case(assign_to=officer, name="", email=""), officer)
    client.force_login(officer)

    page = client.get(page_of(case)).content.decode()

    assert "lämnade ingen adress" in page
    with pytest.raises(IncompleteActError):
        answers.start_answer(case, officer)


def test_file_is_judged_by_content_and_can_be_taken_away(client: Client, case: Case, officer: User) -> None:
    client.force_login(officer)
    client.post(page_of(case))
    program = SimpleUploadedFile("svar.pdf", b"MZ\x90\x00")

    refused = client.post(page_of(case), typed(case, "save", body="Kvar", attachments=[program]))
    client.post(page_of(case), typed(case, "save", attachments=[SimpleUploadedFile("a.pdf", PDF)]))
    answer = answers.find_open_answer(case)
    assert answer
    client.post(page_of(case), {"do": f"remove:{answer.files.get().pk}"})

    assert "Kvar" in refused.content.decode()
    assert not answer.files.exists()


def test_canned_text_comes_in_the_senders_language(officer: User) -> None:
    text = CannedText.objects.create(
        slug="tack",
        title_sv="Tack",
        title_en="Thanks",
        body_sv="Tack!",
        body_en="Thank you!",  # type: ignore[misc]
    )
    case = perform_act(Act.ACCEPT, make_case(assign_to=officer, language="en"), officer)

    answer = answers.start_answer(case, officer, canned_text=text)

    assert (answer.body, answer.language) == ("Thank you!", "en")


def test_changed_canned_text_is_a_new_version(client: Client, registrar: User) -> None:
    client.force_login(registrar)
    fields = {"title_sv": "Tack", "title_en": "Thanks", "body_sv": "Tack!", "body_en": "Thank you!"}
    client.post(reverse("admin:registry_cannedtext_add"), fields | {"slug": "tack"})
    first = CannedText.objects.get()

    client.post(reverse("admin:registry_cannedtext_change", args=[first.pk]), fields | {"body_sv": "Stort tack!"})
    client.post(reverse("admin:registry_cannedtext_change", args=[first.pk]), fields | {"body_sv": "Förfalskat"})

    versions = CannedText.objects.order_by("version").values_list("version", "body_sv", "is_current")
    assert list(versions) == [(1, "Tack!", False), (2, "Stort tack!", True)]


def test_reply_address_leads_to_its_case_and_cannot_be_made_up(case: Case) -> None:
    address = make_reply_address(case)
    forged = address.replace(f"+{case.pk}.", f"+{case.pk + 1}.")

    assert read_reply_address(address) == read_reply_address(address.upper()) == (case.pk, True)
    assert read_reply_address(forged) == (case.pk + 1, False)
    assert read_reply_address("diariet+²³.x@example.org") is None


def test_attachment_of_an_answer_is_checked_against_its_record(case: Case, officer: User) -> None:
    answer = answers.start_answer(case, officer)
    attachment = Attachment("karta.pdf", "application/pdf", io.BytesIO(PDF))
    text = {"subject": "Sv", "body": "Se karta."}
    answer = answers.write_answer(answer, officer, text, version=answer.version, attachments=[attachment])
    answers.send_answer(answer, officer, version=answer.version)

    file = File.objects.get(record__direction=Record.Direction.OUTGOING)
    assert (file.original_name, file.size) == ("karta.pdf", len(PDF))
    assert Party.objects.filter(role=Party.Role.RECIPIENT).count() == 1
    assert OutgoingMail.objects.filter(is_personal=True).count() == 1


def test_a_protected_sender_is_named_neither_on_the_answers_page_nor_on_the_outgoing_record(
    client: Client, case: Case, officer: User, registrar: User
) -> None:
    protect_identity(case.records.get().parties.get(), registrar)
    client.force_login(officer)
    pages = [client.get(page_of(case)).content.decode()]
    client.post(page_of(case))
    pages.append(client.get(page_of(case)).content.decode())

    confirmed = {"body": "Fibern kommer i maj.", "holds_nothing_secret": "on"}
    client.post(page_of(case), typed(case, "send", **confirmed))

    pages.append(client.get(reverse("admin:registry_case_change", args=[case.pk])).content.decode())
    assert [("Anna Andersson" in page, "anna@example.org" in page) for page in pages] == [(False, False)] * 3
    assert [party.identity_is_protected for record in case.records.all() for party in record.parties.all()] == [
        True
    ] * 2
    assert Dispatch.objects.get(kind=Dispatch.Kind.ANSWER).mail.to == "anna@example.org"


def test_protecting_an_identity_holds_for_every_record_with_the_address(
    client: Client, case: Case, officer: User, registrar: User
) -> None:
    client.force_login(officer)
    client.post(page_of(case))
    client.post(page_of(case), typed(case, "send", body="Fibern kommer i maj."))

    protect_identity(case.records.get(ordinal=1).parties.get(), registrar)

    assert [record.parties.get().identity_is_protected for record in case.records.all()] == [True, True]
