"""A secrecy mark takes no case silently from its officer, and an answer in a marked case goes by mail only on purpose.

OSL 2009:400, 5:5: the mark is a warning. Mail is not protected on its way.
"""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from mailroom.models import OutgoingMail
from registry.models import Case, Dispatch, Event, ReadingGrant, Record, SecrecyMark
from registry.permissions import may_read_case
from registry.services import answers
from registry.services.case_acts import (
    IncompleteActError,
    Loss,
    UnreadableCaseError,
    lift_secrecy,
    mark_secret,
    perform_act,
    protect_identity,
)
from registry.services.reading_rights import grant_reading_right
from registry.templatetags.registry_words import in_words
from registry.transitions import Act
from registry.verification import find_faults
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
PROVISION = {"provision": "OSL 21 kap. 1 §", "authority": "Regionen"}
CANARY = "Kanariefågel"


@pytest.fixture
def registrar() -> User:
    return make_user(Role.REGISTRAR, username="registrator")


@pytest.fixture
def officer() -> User:
    return make_user(
        Role.OFFICER, username="handlaggare", first_name="Hanna", last_name="Läggare", email="h@example.org"
    )


@pytest.fixture
def other(registrar: User) -> User:
    """Return another user who may read marked cases: registrars can have cases too."""
    return make_user(Role.REGISTRAR, username="annan", first_name="Bo", last_name="Ek", email="bo@example.org")


@pytest.fixture
def case(officer: User) -> Case:
    return make_case(Case.Status.IN_PROGRESS, assign_to=officer, subject=CANARY, body=CANARY, name=CANARY)


def page_of(case: Case) -> str:
    return reverse("admin:registry_case_change", args=[case.pk])


def answer_page(case: Case) -> str:
    return reverse("admin:registry_answer", args=[case.pk])


def notices(to: str) -> list[OutgoingMail]:
    sent = Dispatch.objects.filter(kind=Dispatch.Kind.NOTICE, mail__to=to).order_by("pk")
    return [dispatch.mail for dispatch in sent]


# Setting the mark --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Case.Status.DISTRIBUTED, Case.Status.IN_PROGRESS, Case.Status.RESTING,
                                    Case.Status.ANSWERED])  # fmt: skip
def test_the_service_asks_before_it_takes_a_case_from_its_officer(
    registrar: User, officer: User, status: Case.Status
) -> None:
    case = make_case(status, assign_to=officer)

    with pytest.raises(UnreadableCaseError, match="Hanna Läggare"):
        mark_secret(case, **PROVISION, user=registrar)

    assert (case.secrecy_marks.count(), may_read_case(officer, case)) == (0, True)


@pytest.mark.parametrize("holder", [None, "reads all", "granted"])
def test_nothing_is_asked_where_nobody_loses_the_case(
    registrar: User, officer: User, other: User, holder: str | None
) -> None:
    people = {None: None, "reads all": other, "granted": officer}
    case = make_case(assign_to=people[holder])
    if holder == "granted":
        grant_reading_right(case, officer, registrar)

    mark_secret(case, **PROVISION, user=registrar)

    case.refresh_from_db()
    assert case.assigned_to == people[holder]


def test_the_officer_can_be_let_to_read_the_case_on_its_page(client: Client, case: Case, officer: User) -> None:
    client.force_login(make_user(Role.REGISTRAR, username="registrator"))
    asked = client.post(page_of(case), {"act": "secrecy", **PROVISION}).content.decode()
    assert (SecrecyMark.objects.count(), "Hanna Läggare har ärendet" in asked) == (0, True)
    assert 'value="OSL 21 kap. 1 §"' in asked

    client.post(page_of(case), {"act": "secrecy", **PROVISION, "loss": "grant"})

    told = [event.kind for event in case.events.order_by("sequence")][1:]
    client.force_login(officer)
    page = client.get(page_of(case))
    assert told == [Event.Kind.SECRECY_MARKED, Event.Kind.READING_GRANTED]
    assert (page.status_code, CANARY in page.content.decode()) == (200, True)
    assert str(case) in client.get("/admin/").content.decode()
    assert client.get(answer_page(case)).status_code == 200
    assert notices(officer.email)[1:] == []
    assert list(find_faults()) == []


def test_the_case_can_go_to_someone_who_has_the_right(client: Client, case: Case, officer: User, other: User) -> None:
    client.force_login(make_user(Role.REGISTRAR))

    client.post(page_of(case), {"act": "secrecy", **PROVISION, "loss": "pass_on", "loss_officer": other.pk})

    case.refresh_from_db()
    assert (case.assigned_to, case.status) == (other, Case.Status.DISTRIBUTED)
    mail = notices(officer.email)[-1]
    assert str(case) in mail.subject
    assert CANARY not in mail.subject + mail.body
    assert "OSL" not in mail.subject + mail.body
    client.force_login(officer)
    lost = client.get(page_of(case))
    page = lost.content.decode()
    assert (lost.status_code, f"{case} har sekretessmarkerats och lämnats till Bo Ek." in page) == (403, True)
    assert (CANARY in page, "OSL 21" in page) == (False, False)


@pytest.mark.parametrize(("status", "left"), [("in_progress", "registered"), ("resting", "registered"),
                                              ("answered", "answered")])  # fmt: skip
def test_the_case_can_be_taken_back_and_the_officer_is_told(
    client: Client, registrar: User, officer: User, status: str, left: str
) -> None:
    case = make_case(Case.Status(status), assign_to=officer, subject=CANARY)

    mark_secret(case, **PROVISION, user=registrar, loss=Loss.TAKE_BACK)

    case.refresh_from_db()
    client.force_login(officer)
    page = client.get(page_of(case)).content.decode()
    assert (case.status, may_read_case(officer, case)) == (left, False)
    assert str(case) in notices(officer.email)[-1].subject
    assert f"{case} har sekretessmarkerats" in page
    assert CANARY not in page


@pytest.mark.parametrize("status", [Case.Status.CLOSED, Case.Status.DELIVERED, Case.Status.ARCHIVED])
def test_an_ended_case_is_marked_without_asking_and_its_address_tells_the_officer_why(
    client: Client, registrar: User, officer: User, status: Case.Status
) -> None:
    case = make_case(status, assign_to=officer)
    mark_secret(case, **PROVISION, user=registrar)
    client.force_login(officer)

    answer = client.get(page_of(case))

    assert (answer.status_code, "Be registratorn om rätten." in answer.content.decode()) == (403, True)


@pytest.mark.parametrize("choice", ["nobody", "without the right", "ended"])
def test_a_choice_that_cannot_be_done_leaves_the_case_unmarked(
    registrar: User, case: Case, other: User, choice: str
) -> None:
    receiver = {"nobody": None, "without the right": make_user(Role.OFFICER), "ended": other}[choice]
    if choice == "ended":
        Case.objects.filter(pk=case.pk).update(status=Case.Status.ANSWERED)

    with pytest.raises(IncompleteActError):
        mark_secret(case, **PROVISION, user=registrar, loss=Loss.PASS_ON, officer=receiver)

    assert not SecrecyMark.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ARCHIVIST, Role.ADMINISTRATOR])
def test_only_a_registrar_who_may_read_it_gives_the_right(case: Case, role: Role, officer: User) -> None:
    with pytest.raises(PermissionDenied):
        grant_reading_right(case, officer, make_user(role))

    assert not ReadingGrant.objects.exists()


def test_the_right_is_for_one_case_and_ends_when_it_leaves(registrar: User, case: Case, officer: User) -> None:
    mark_secret(case, **PROVISION, user=registrar, loss=Loss.GRANT)
    second = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    SecrecyMark.objects.create(case=second, marked_by="x", **PROVISION)
    assert [may_read_case(officer, one) for one in (case, second)] == [True, False]

    perform_act(Act.RETURN, case, officer, reason="Inte mitt.")

    grant = ReadingGrant.objects.get()
    assert (may_read_case(officer, case), grant.ended_at is not None, grant.ended_by) == (False, True, "handlaggare")
    with pytest.raises(UnreadableCaseError):
        perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)


# A case that is marked already -------------------------------------------------------------------------


def test_a_marked_case_is_distributed_only_to_those_who_can_read_it(
    client: Client, registrar: User, officer: User
) -> None:
    case = make_case()
    mark_secret(case, **PROVISION, user=registrar)
    client.force_login(registrar)
    case.refresh_from_db()
    given = {"act": "distribute", "version": case.version, "officer": officer.pk}

    refused = client.post(page_of(case), given)
    row = client.post(reverse("admin:registry_case_act", args=[case.pk]), given)
    many = {"action": "assign_selected", "officer": officer.pk, "_selected_action": [case.pk]}
    bulk = client.post("/admin/registry/case/", many, follow=True).content.decode()

    case.refresh_from_db()
    assert (case.assigned_to, case.status) == (None, Case.Status.REGISTERED)
    assert "får inte läsa sådana ärenden" in refused.content.decode()
    assert row["Location"] == f"{page_of(case)}#handle"
    assert f"{case}: sekretessmarkerat" in bulk

    client.post(page_of(case), given | {"grant": "on"})

    case.refresh_from_db()
    assert (case.assigned_to, may_read_case(officer, case)) == (officer, True)


def test_a_marked_case_is_reopened_only_to_those_who_can_read_it(registrar: User, officer: User) -> None:
    case = make_case(Case.Status.CLOSED)
    mark_secret(case, **PROVISION, user=registrar)

    with pytest.raises(UnreadableCaseError):
        perform_act(Act.REOPEN, case, registrar, officer=officer, reason="Mer kom.")


def test_rights_that_are_changed_are_seen_on_the_page_and_settled_there(
    client: Client, registrar: User, case: Case, officer: User
) -> None:
    officer.groups.add(Group.objects.get(name=Role.REGISTRAR.value))
    mark_secret(case, **PROVISION, user=registrar)
    officer.groups.remove(Group.objects.get(name=Role.REGISTRAR.value))
    client.force_login(registrar)

    page = client.get(page_of(case)).content.decode()
    nothing = client.post(page_of(case), {"act": "settle"}).content.decode()
    client.post(page_of(case), {"act": "settle", "loss": "grant"})

    assert "Handläggaren kan inte läsa ärendet" in page
    assert "Välj vad som ska göras." in nothing
    assert may_read_case(User.objects.get(pk=officer.pk), case)


def test_who_still_has_a_case_that_they_cannot_read_is_told_to_ask(client: Client, case: Case, officer: User) -> None:
    SecrecyMark.objects.create(case=case, marked_by="x", **PROVISION)
    client.force_login(officer)

    answers = [client.get(page_of(case)), client.get(answer_page(case))]

    for answer in answers:
        page = answer.content.decode()
        assert (answer.status_code, "Be registratorn om rätten." in page, CANARY in page) == (403, True, False)


def test_a_case_that_was_passed_on_says_so_and_one_that_never_was_theirs_says_nothing(
    client: Client, registrar: User, case: Case, officer: User, other: User
) -> None:
    never = make_user(Role.OFFICER)
    perform_act(Act.DISTRIBUTE, case, registrar, officer=other)
    seen = []

    for user in (officer, never):
        client.force_login(user)
        answer = client.get(page_of(case))
        seen.append((answer.status_code, f"{case} har lämnats till Bo Ek." in answer.content.decode()))

    assert seen == [(403, True), (302, False)]
    assert str(case) in notices(officer.email)[-1].subject


def test_what_was_typed_in_a_case_that_was_taken_meanwhile_is_handed_back(
    client: Client, registrar: User, case: Case, officer: User, other: User
) -> None:
    client.force_login(officer)
    client.post(answer_page(case))
    mark_secret(case, **PROVISION, user=registrar, loss=Loss.PASS_ON, officer=other)

    pages = [
        client.post(page_of(case), {"act": "note", "note": "Min anteckning"}).content.decode(),
        client.post(answer_page(case), {"do": "save", "version": 1, "subject": "Sv", "body": "Mitt långa svar"}),
        client.post(reverse("admin:registry_case_act", args=[case.pk]), {"act": "return", "reason": "Mitt skäl"}),
    ]

    texts = [page if isinstance(page, str) else page.content.decode() for page in pages]
    assert [words in text for words, text in zip(
        ("Min anteckning", "Mitt långa svar", "Mitt skäl"), texts, strict=True)] == [True] * 3  # fmt: skip


# Answering ---------------------------------------------------------------------------------------------


def marked(case: Case, registrar: User) -> None:
    mark_secret(case, **PROVISION, user=registrar, loss=Loss.GRANT)


def protected(case: Case, registrar: User) -> None:
    protect_identity(case.records.get().parties.get(), registrar)


def typed(case: Case, do: str, **given: Any) -> dict[str, Any]:
    answer = answers.find_open_answer(case)
    assert answer
    return {"do": do, "version": answer.version, "subject": answer.subject, "body": "Svaret"} | given


@pytest.mark.parametrize(("mark", "named"), [(marked, "OSL 21 kap. 1 §"), (protected, "skyddad identitet")])
def test_an_answer_in_a_marked_case_warns_and_is_mailed_only_once_it_is_confirmed(
    client: Client, registrar: User, case: Case, officer: User, mark: Any, named: str
) -> None:
    mark(case, registrar)
    client.force_login(officer)
    begin = client.get(answer_page(case)).content.decode()
    client.post(answer_page(case))
    written = client.get(answer_page(case)).content.decode()

    refused = client.post(answer_page(case), typed(case, "send"))

    case.refresh_from_db()
    assert (named in begin, named in written) == (True, True)
    assert (refused.status_code, case.status) == (200, Case.Status.IN_PROGRESS)
    assert named in refused.content.decode()
    assert answers.find_open_answer(case).body == "Svaret"  # type: ignore[union-attr]
    assert not Dispatch.objects.filter(kind=Dispatch.Kind.ANSWER).exists()

    client.post(answer_page(case), typed(case, "send", holds_nothing_secret="on"))

    case.refresh_from_db()
    assert (case.status, Dispatch.objects.filter(kind=Dispatch.Kind.ANSWER).count()) == (Case.Status.ANSWERED, 1)
    assert "bekräftade att svaret inte innehåller" in in_words(case.events.get(kind=Event.Kind.ANSWERED))
    assert list(find_faults()) == []


@pytest.mark.parametrize("mark", [marked, protected])
def test_the_service_mails_nothing_that_is_marked_unless_it_is_confirmed(
    registrar: User, case: Case, officer: User, mark: Any
) -> None:
    answer = answers.start_answer(case, officer)
    answer = answers.write_answer(answer, officer, {"subject": "Sv", "body": "Svar"}, version=answer.version)
    mark(case, registrar)

    with pytest.raises(answers.UnprotectedMailError):
        answers.send_answer(answer, officer, version=answer.version)

    assert not Record.objects.filter(direction=Record.Direction.OUTGOING).exists()
    answers.send_answer(answer, officer, version=answer.version, confirmed=True)
    assert Record.objects.filter(direction=Record.Direction.OUTGOING).count() == 1


def test_a_lifted_mark_asks_nothing_and_a_letter_is_told_as_how(registrar: User, case: Case, officer: User) -> None:
    mark_secret(case, **PROVISION, user=registrar, loss=Loss.GRANT)
    perform_act(Act.ANSWER, case, officer, how="Brev den 4 maj.")
    assert in_words(case.events.latest("sequence")) == "Ärendet besvarades: Brev den 4 maj."

    second = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    lift_secrecy(mark_secret(second, **PROVISION, user=registrar, loss=Loss.GRANT), registrar)
    answer = answers.start_answer(second, officer)
    answer = answers.write_answer(answer, officer, {"subject": "Sv", "body": "Svar"}, version=answer.version)
    answers.send_answer(answer, officer, version=answer.version)

    second.refresh_from_db()
    assert second.status == Case.Status.ANSWERED
