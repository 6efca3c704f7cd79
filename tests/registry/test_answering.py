"""Answers: from draft to sent, each step by those who may, and all of the sending or nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from mailroom.models import OutgoingMail
from registry.models import Answer, CannedText, Case, Dispatch, Event, File, Party, Record
from registry.reply_address import address_for
from registry.search import search
from registry.services import answering
from registry.services.handling import perform
from registry.transitions import Act
from registry.verification import faults
from rus_portal.roles import Role
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db

TEXTS = {
    "to_name": "Anna Andersson",
    "to_email": "anna@example.org",
    "subject": "Svar om cykelvägar",
    "body": "Planen antas i maj.",
    "canned_text": None,
}
State = Answer.State


@pytest.fixture
def officer() -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def registrar() -> User:
    return make_user(Role.REGISTRAR)


@pytest.fixture
def case(officer: User) -> Case:
    return make_case(Case.Status.IN_PROGRESS, assign_to=officer)


@pytest.fixture
def draft(case: Case, officer: User) -> Answer:
    return answering.write(case, officer, TEXTS, version=0)


def counts() -> tuple[int, ...]:
    return tuple(model._default_manager.count() for model in (Record, Party, File, OutgoingMail, Dispatch, Event))


def test_sending_makes_record_recipient_file_mail_dispatch_and_event(draft: Answer, officer: User) -> None:
    answering.attach(draft, officer, "Plan.txt", io.BytesIO(b"Planen"), version=1)

    sent = answering.send(draft, officer, version=2)

    case = Case.objects.get(pk=sent.case_id)
    record, mail = case.records.get(ordinal=2), OutgoingMail.objects.get(dispatch__kind=Dispatch.Kind.ANSWER)
    assert (case.status, sent.state, sent.record) == (Case.Status.ANSWERED, State.SENT, record)
    assert case.answered_at is not None
    assert (record.direction, record.subject, record.body) == ("outgoing", TEXTS["subject"], TEXTS["body"])
    assert [(party.role, party.email) for party in record.parties.all()] == [("recipient", "anna@example.org")]
    assert (mail.to, mail.is_personal, mail.reply_to, mail.body) == (
        "anna@example.org", True, address_for(case), TEXTS["body"],
    )  # fmt: skip
    [file], [attachment], [kept] = record.files.all(), mail.attachments.all(), sent.files.all()
    assert (file.file.name, attachment.file.name, file.scan) == (kept.file.name, kept.file.name, "unchecked")
    assert mail.as_message().attachments[0].content in ("Planen", b"Planen")
    assert case.events.latest("sequence").kind == Event.Kind.ANSWERED
    assert list(search(Case.objects.all(), "cykelvägen")) == [case]
    assert list(faults()) == []


def test_nothing_is_left_when_the_sending_fails(draft: Answer, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_said: Any) -> None:
        raise RuntimeError

    before = counts()
    monkeypatch.setattr(answering, "perform", fail)

    with pytest.raises(RuntimeError):
        answering.send(draft, officer, version=1)

    draft.refresh_from_db()
    assert (counts(), draft.state, draft.version) == (before, State.DRAFT, 1)


def test_an_answer_is_sent_once(draft: Answer, officer: User) -> None:
    answering.send(draft, officer, version=1)
    before = counts()

    with pytest.raises(PermissionDenied):
        answering.send(draft, officer, version=2)

    assert counts() == before


def test_what_another_wrote_is_not_overwritten(draft: Answer, case: Case, officer: User) -> None:
    answering.write(case, officer, TEXTS | {"body": "Annan text."}, version=1)

    with pytest.raises(answering.StaleAnswerError):
        answering.write(case, officer, TEXTS, version=1)

    assert Answer.objects.get().body == "Annan text."


def test_a_file_of_another_type_is_refused(draft: Answer, officer: User) -> None:
    with pytest.raises(answering.UnfitAnswerError):
        answering.attach(draft, officer, "svar.pdf", io.BytesIO(b"MZ\x00\x01"), version=1)

    assert (draft.files.count(), Answer.objects.get().version) == (0, 1)


def test_an_empty_answer_is_not_sent(case: Case, officer: User) -> None:
    empty = answering.write(case, officer, TEXTS | {"body": " "}, version=0)

    with pytest.raises(answering.UnfitAnswerError):
        answering.send(empty, officer, version=1)


STEPS: dict[str, Callable[[Answer, User], object]] = {
    "write": lambda answer, user: answering.write(answer.case, user, TEXTS, version=answer.version),
    "submit": lambda answer, user: answering.submit(answer, user, version=answer.version),
    "approve": lambda answer, user: answering.approve(answer, user, version=answer.version),
    "send back": lambda answer, user: answering.send_back(answer, user, "Ändra.", version=answer.version),
    "send": lambda answer, user: answering.send(answer, user, version=answer.version),
}
DECLARED = {
    ("officer", State.DRAFT, "write"), ("officer", State.DRAFT, "submit"),
    ("registrar", State.SUBMITTED, "approve"), ("registrar", State.SUBMITTED, "send back"),
    ("officer", State.APPROVED, "write"), ("officer", State.APPROVED, "send"),
}  # fmt: skip
"""In a series whose answers need approval."""


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.APPROVED])
@pytest.mark.parametrize("role", ["officer", "registrar", "other officer", "archivist", "nobody"])
def test_each_state_lets_each_role_take_its_own_steps_only(
    draft: Answer, officer: User, registrar: User, role: str, state: str
) -> None:
    draft.case.series.answers_need_approval = True
    draft.case.series.save()
    roles = {"other officer": Role.OFFICER, "archivist": Role.ARCHIVIST, "nobody": None}
    user = {"officer": officer, "registrar": registrar}.get(role) or make_user(roles[role])
    passed = set()

    for name, step in STEPS.items():
        Answer.objects.filter(pk=draft.pk).update(state=state)
        draft.refresh_from_db()
        before = (draft.version, *counts())
        try:
            step(draft, user)
        except (PermissionDenied, answering.StaleAnswerError):
            draft.refresh_from_db()
            assert (draft.version, *counts()) == before
        else:
            passed.add((role, state, name))

    assert passed == {step for step in DECLARED if step[:2] == (role, state)}


def test_a_changed_canned_text_is_a_new_version(registrar: User) -> None:
    first = CannedText.objects.create(slug="tack", title="Tack", body="Tack!")

    second = answering.change_canned_text(first, registrar, title="Tack", body="Tack så mycket!")

    rows = CannedText.objects.order_by("version").values_list("version", "body", "is_current")
    assert list(rows) == [(1, "Tack!", False), (2, "Tack så mycket!", True)]
    assert second.created_by == registrar.username


def test_the_officer_is_told_once_that_a_case_is_hers(registrar: User) -> None:
    officer = make_user(Role.OFFICER, email="hanna@example.org")
    case = make_case(subject="Hemligt ord")

    perform(Act.DISTRIBUTE, case, registrar, officer=officer)
    perform(Act.DISTRIBUTE, case, registrar, officer=officer)

    [mail] = OutgoingMail.objects.filter(to=officer.email)
    assert mail.dispatch.kind == Dispatch.Kind.NOTICE
    assert case.registration_number in mail.body
    assert "Hemligt ord" not in mail.subject + mail.body
