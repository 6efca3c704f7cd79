"""A case that was closed too long ago to be reopened is followed by a new one."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from registry.models import Case, Event, Record
from registry.models.case import REOPENABLE_FOR
from registry.search import search_cases
from registry.services import answers, registration
from registry.services.case_acts import perform_act, protect_identity
from registry.services.continuation import may_be_followed, open_following_case
from registry.services.delivery import deliver_cases
from registry.services.registration import receive_message
from registry.templatetags.registry_words import in_words
from registry.transitions import Act
from registry.verification import find_faults
from tests.factories import make_case, make_message, make_retention_plan, make_user

pytestmark = pytest.mark.django_db


def make_old_case(status: Case.Status = Case.Status.CLOSED, **given: Any) -> Case:
    case = make_case(status, **given)
    closed = timezone.now() - REOPENABLE_FOR - timedelta(minutes=1)
    Case.objects.filter(pk=case.pk).update(closed_at=closed, title="Fråga om buss")
    case.refresh_from_db()
    return case


def page_of(case: Case) -> str:
    return reverse("admin:registry_case_change", args=[case.pk])


def test_a_following_case_has_the_next_number_a_record_and_an_event() -> None:
    old, registrar = make_old_case(), make_user(Role.REGISTRAR)

    case = open_following_case(old, registrar)

    record, event = case.records.get(), case.events.get()
    assert (case.follows, case.kind, case.title, case.status) == (old, old.kind, "Fråga om buss", "registered")
    assert (case.number, case.version) == (old.number + 1, 1)
    assert (record.direction, record.subject) == ("drawn_up", f"Fortsättning på {old}")
    assert (event.kind, event.actor, event.intake) == (Event.Kind.REGISTERED, registrar.username, None)
    assert in_words(event) == f"Ärendet öppnades som {case}, som fortsättning på {old}."
    assert list(find_faults()) == []


def test_a_second_press_leads_to_the_case_that_is_open() -> None:
    old, registrar = make_old_case(), make_user(Role.REGISTRAR)

    first, second = open_following_case(old, registrar), open_following_case(old, registrar)

    assert (first, Case.objects.count()) == (second, 2)


@pytest.mark.parametrize("status", Case.Status)
def test_only_what_is_over_for_good_is_followed(status: Case.Status) -> None:
    registrar = make_user(Role.REGISTRAR)

    followed = may_be_followed(registrar, make_old_case(status))

    assert followed == (status in ("closed", "delivered", "archived"))


def test_a_case_that_can_be_reopened_is_not_followed() -> None:
    case = make_case(Case.Status.CLOSED)

    with pytest.raises(PermissionDenied):
        open_following_case(case, make_user(Role.REGISTRAR))

    assert Case.objects.get() == case


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ARCHIVIST])
def test_nobody_but_the_registrar_opens_one(client: Client, role: Role) -> None:
    user = make_user(role)
    case = make_old_case()
    Case.objects.filter(pk=case.pk).update(assigned_to=user)
    client.force_login(user)

    response = client.post(page_of(case), {"act": "follow"})

    assert (response.status_code, Case.objects.count()) == (403, 1)


def test_the_button_leads_to_the_new_case_and_both_pages_name_the_other(client: Client) -> None:
    old = make_old_case()
    client.force_login(make_user(Role.REGISTRAR))
    offered = 'value="follow"' in client.get(page_of(old)).content.decode()

    response = client.post(page_of(old), {"act": "follow"})

    new = Case.objects.get(follows=old)
    assert (offered, response["Location"]) == (True, page_of(new))
    assert f'Följer på <a href="{page_of(old)}">' in " ".join(client.get(page_of(new)).content.decode().split())
    assert f'Följs av <a href="{page_of(new)}">' in " ".join(client.get(page_of(old)).content.decode().split())
    assert client.get(new.get_absolute_url()).status_code == 200


def test_a_following_case_with_more_records_goes_to_the_archive(tmp_path: Path) -> None:
    case = open_following_case(make_old_case(), make_user(Role.REGISTRAR))
    Record.objects.create(
        case=case, ordinal=2, direction="outgoing", recorded_at=timezone.now(), subject="Sv", body="Svar", language="sv"
    )
    kind = make_retention_plan().types.get()
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=timezone.now(), document_type=kind)
    case.refresh_from_db()

    delivery = deliver_cases([case], tmp_path, make_user(Role.ARCHIVIST), progress=[].append)

    assert (tmp_path / delivery.package).exists()


@pytest.mark.parametrize("is_protected", [False, True])
def test_the_sender_is_taken_over_as_protected_as_before_and_can_be_answered_at_once(is_protected: bool) -> None:
    registrar, officer = make_user(Role.REGISTRAR), make_user(Role.OFFICER)
    old = make_old_case(name="Anna Dold", email="anna@example.org")
    if is_protected:
        protect_identity(old.records.get().parties.get(), registrar)

    case = open_following_case(old, registrar)
    case = perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)
    answer = answers.start_answer(perform_act(Act.ACCEPT, case, officer), officer)
    answer = answers.write_answer(answer, officer, {"subject": "Sv", "body": "Svar."}, version=answer.version)
    sent = answers.send_answer(answer, officer, version=answer.version, confirmed=is_protected)

    party, recipient = case.records.get(ordinal=1).parties.get(), sent.parties.get()
    assert (party.role, party.name, party.email) == ("sender", "Anna Dold", "anna@example.org")
    assert (party.identity_is_protected, recipient.identity_is_protected) == (is_protected, is_protected)
    assert recipient.email == "anna@example.org"
    assert list(search_cases(Case.objects.filter(pk=case.pk), "Dold")) == [case]
    assert list(find_faults()) == []


def test_a_protected_sender_is_named_to_no_officer_on_the_following_page(client: Client) -> None:
    registrar, officer = make_user(Role.REGISTRAR), make_user(Role.OFFICER)
    old = make_old_case(name="Anna Dold", email="anna.dold@example.org")
    protect_identity(old.records.get().parties.get(), registrar)
    case = perform_act(Act.DISTRIBUTE, open_following_case(old, registrar), registrar, officer=officer)
    client.force_login(officer)

    page = client.get(page_of(case)).content.decode()

    assert ("skyddad identitet" in page, "Anna Dold" in page, "anna.dold" in page) == (True, False, False)


def test_the_sender_with_an_address_is_taken_over_and_one_without_where_there_is_none_else() -> None:
    registrar = make_user(Role.REGISTRAR)
    nameless, both = make_old_case(name="Bo", email=""), make_old_case(name="Cia", email="")
    registration.add_incoming(
        both, receive_message(make_message(name="Dag", email="dag@example.org"), quarantine_reason="x")
    )

    cases = [open_following_case(old, registrar) for old in (nameless, both)]

    parties = [case.records.get().parties.get() for case in cases]
    assert [(party.name, party.email) for party in parties] == [("Bo", ""), ("Dag", "dag@example.org")]


ALTERATIONS = {
    "UPDATE registry_record SET body = 'x' WHERE id = (SELECT max(id) FROM registry_record)": (
        "-1: its text is not as the chain says."
    ),
    "UPDATE registry_case SET follows_id = NULL": ": its follows is not as the chain says.",
    "UPDATE registry_case SET follows_id = id WHERE follows_id IS NOT NULL": ": its follows is not as the chain says.",
}


@pytest.mark.parametrize(("statement", "told"), ALTERATIONS.items(), ids=ALTERATIONS)
def test_an_altered_following_case_is_told(statement: str, told: str, alter: Callable[[str], None]) -> None:
    open_following_case(make_old_case(), make_user(Role.REGISTRAR))

    alter(statement)

    assert [told in fault for fault in find_faults()] == [True]
