"""The registry in the admin: read by those who may, changed only by acts, each with its event."""

import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from registry.models import Case, Event, File, Intake, Record
from registry.services.case_acts import perform_act
from registry.services.registration import Attachment, receive_message
from registry.templatetags.registry_words import in_words
from registry.transitions import Act
from registry.verification import find_faults
from tests.factories import make_case, make_message, make_user

pytestmark = pytest.mark.django_db

CASES = "/admin/registry/case/"
INTAKES = "/admin/registry/intake/"


@pytest.fixture
def registrar() -> User:
    return make_user(Role.REGISTRAR, username="registrator")


@pytest.fixture
def officer() -> User:
    return make_user(Role.OFFICER, username="handlaggare", first_name="Hanna", last_name="Läggare")


@pytest.fixture
def client(client: Client, registrar: User) -> Client:
    client.force_login(registrar)
    return client


def page_of(case: Case) -> str:
    return reverse("admin:registry_case_change", args=[case.pk])


def act(case: Case, name: str, **given: Any) -> dict[str, Any]:
    """Return the POST data of a button on the case's page."""
    case.refresh_from_db()
    return {"act": name, "version": case.version} | given


def described(case: Case, **given: Any) -> dict[str, Any]:
    """Return the POST data of the description form, with changes."""
    case.refresh_from_db()
    opened = {"act": "describe", "version": case.version, "title": case.title, "due_on": case.due_on}
    return opened | given


def status_of(client: Client, url: str) -> int:
    """Return the status of a response, and close it if it is a file."""
    response = client.get(url)
    for close in response._resource_closers:  # `response.close()` would close the database connection too
        close()
    return response.status_code


def acts(case: Case) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the kinds of the case's events after its registration."""
    events = case.events.exclude(kind=Event.Kind.REGISTERED).select_related("payload")
    return [(event.kind, event.actor, json.loads(bytes(event.payload.data))) for event in events]


def test_case_page_shows_message_sender_files_and_events(client: Client) -> None:
    attachment = Attachment("Ansökan åäö.txt", "text/plain", io.BytesIO(b"Innehall"))
    case = make_case(subject="Bredband", body="När kommer\nfibern?", name="Åsa Berg", attachments=[attachment])

    page = client.get(page_of(case)).content.decode()

    for words in ("Bredband", "fibern?", "Åsa Berg", "anna@example.org", "Ansökan åäö.txt", case.registration_number):
        assert words in page
    assert f"Meddelandet registrerades som {case.registration_number}." in page


def test_message_is_shown_as_text_never_as_markup(client: Client) -> None:
    case = make_case(subject="<b>Fet</b>", body="<script>alert(1)</script>", name="<i>Namn</i>")

    page = client.get(page_of(case)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>Fet" not in page
    assert "<i>Namn" not in page


def test_registrar_distributes(client: Client, officer: User) -> None:
    case = make_case()

    response = client.post(page_of(case), act(case, "distribute", officer=officer.pk))

    case.refresh_from_db()
    assert (response.status_code, case.assigned_to, case.status) == (302, officer, Case.Status.DISTRIBUTED)
    assert acts(case) == [("distributed", "registrator", {"to": "handlaggare"})]


def test_registrar_closes_and_sets_the_public_title(client: Client) -> None:
    case = make_case()

    client.post(page_of(case), act(case, "close", without_answer="not_needed"))
    client.post(page_of(case), described(case, title="  Fråga om\nbredband "))

    case.refresh_from_db()
    assert (case.status, case.title) == (Case.Status.CLOSED, "Fråga om bredband")
    assert acts(case) == [
        ("closed", "registrator", {"reason": "Inget svar behövs", "unanswered": True}),
        ("title_set", "registrator", {"title": "Fråga om bredband"}),
    ]
    assert list(find_faults()) == []


def test_saving_unchanged_does_nothing(client: Client) -> None:
    case = make_case()

    client.post(page_of(case), described(case))

    assert acts(case) == []


def test_page_left_open_does_not_undo_what_another_did(client: Client, officer: User, registrar: User) -> None:
    case = make_case()
    opened = described(case)
    perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)

    response = client.post(page_of(case), opened | {"title": "Ny rubrik"})

    case.refresh_from_db()
    assert (case.assigned_to, case.title) == (officer, "Meddelande till Registrator")
    page = response.content.decode()
    assert "ändrats av någon annan" in page
    assert re.search(r"Senast: fördelat av registrator, \d{4}-\d\d-\d\d \d\d:\d\d", page)
    assert "Ny rubrik" in page

    client.post(page_of(case), opened | {"title": "Ny rubrik", "version": case.version})

    case.refresh_from_db()
    assert f'name="version" value="{case.version - 1}"' in page
    assert (case.assigned_to, case.title) == (officer, "Ny rubrik")


def test_distributing_to_nobody_is_refused_with_the_reason_kept(client: Client) -> None:
    case = make_case()

    response = client.post(page_of(case), act(case, "distribute", reason="Kvar i fältet"))

    page = response.content.decode()
    assert "vem ärendet" in page
    assert "Kvar i fältet" in page
    assert acts(case) == []


def test_cases_are_assigned_only_to_those_who_may_have_them(client: Client, officer: User) -> None:
    administrator = make_user(Role.ADMINISTRATOR)
    gone = make_user(Role.OFFICER, is_active=False)
    case = make_case()

    choices = client.get(page_of(case)).context["act_form"].fields["officer"].queryset
    client.post(page_of(case), act(case, "distribute", officer=administrator.pk))

    assert officer in choices
    assert administrator not in choices
    assert gone not in choices
    assert acts(case) == []


def test_officer_sees_their_own_cases_only(client: Client, officer: User) -> None:
    own, other = make_case(assign_to=officer), make_case(subject="Hemligt")
    client.force_login(officer)

    found = client.get(CASES).context["cl"].result_list

    assert list(found) == [own]
    assert client.get(page_of(other)).status_code == 302
    assert client.get(CASES, {"q": "Hemligt"}).context["cl"].result_count == 0
    assert client.post(page_of(other), act(other, "close")).status_code == 302
    assert acts(other) == []


def test_officer_accepts_and_answers_and_nothing_else(client: Client, officer: User) -> None:
    case = make_case(assign_to=officer)
    client.force_login(officer)

    client.post(page_of(case), act(case, "accept"))
    client.post(page_of(case), act(case, "answer", reason="Per telefon."))
    refused = client.post(page_of(case), described(case, title="Kapad"))

    case.refresh_from_db()
    assert (case.status, case.title, refused.status_code) == ("answered", "Meddelande till Registrator", 403)
    assert acts(case) == [("accepted", "handlaggare", {}), ("answered", "handlaggare", {"how": "Per telefon."})]


def test_archivist_reads_every_case_and_changes_none(client: Client) -> None:
    case = make_case()
    client.force_login(make_user(Role.ARCHIVIST))

    assert client.get(page_of(case)).status_code == 200
    assert client.post(page_of(case), act(case, "close")).status_code == 403
    assert acts(case) == []


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, None])
def test_those_without_the_registry_read_nothing_in_it(client: Client, role: Role | None) -> None:
    user = make_user(role)
    case = make_case(assign_to=user)
    client.force_login(user)

    for url in (CASES, page_of(case), INTAKES, "/admin/registry/event/", "/admin/mailroom/outgoingmail/"):
        assert client.get(url).status_code == 403


def test_superuser_cannot_change_or_delete_what_came_in(client: Client) -> None:
    case = make_case(subject="Ursprunglig")
    client.force_login(User.objects.create_superuser("overordnad"))
    record = case.records.get()

    client.post(page_of(case), described(case, subject="Ändrad", body="Ändrad", name="Ändrad"))
    deletions = [
        client.post(reverse("admin:registry_case_delete", args=[case.pk]), {"post": "yes"}),
        client.post(reverse("admin:registry_intake_delete", args=[record.intake_id]), {"post": "yes"}),
        client.post(CASES, {"action": "delete_selected", "_selected_action": [case.pk], "post": "yes"}),
    ]

    assert [response.status_code for response in deletions] == [403, 403, 302]
    assert Record.objects.get(pk=record.pk).subject == "Ursprunglig"
    assert Case.objects.filter(pk=case.pk).exists()
    assert list(find_faults()) == []


@pytest.mark.parametrize(
    "words",
    ["RUS 2026/0002", "2026/2", "rus 2026/0002-1", "Fiskehamn", "förtöja", "Greta Ek", "greta@example.com"],
)
@time_machine.travel(datetime(2026, 5, 4, 10, 30, tzinfo=UTC), tick=False)
def test_search_finds_number_subject_text_and_sender(client: Client, words: str) -> None:
    make_case()
    case = make_case(subject="Fiskehamn", body="Var får man förtöja?", name="Greta Ek", email="greta@example.com")
    make_case()

    assert list(client.get(CASES, {"q": words}).context["cl"].result_list) == [case]


def test_a_number_beyond_any_case_finds_nothing(client: Client) -> None:
    make_case()

    assert client.get(CASES, {"q": "2026/99999999999999999999"}).context["cl"].result_count == 0


def test_selected_cases_are_assigned_together(client: Client, officer: User) -> None:
    cases = [make_case(), make_case()]
    data = {"action": "assign_selected", "officer": officer.pk, "_selected_action": [case.pk for case in cases]}

    response = client.post(CASES, data, follow=True)

    assert [Case.objects.get(pk=case.pk).assigned_to for case in cases] == [officer, officer]
    assert [len(acts(case)) for case in cases] == [1, 1]
    assert "2 ärenden" in response.content.decode()


def test_assigning_without_an_officer_says_what_to_do(client: Client) -> None:
    case = make_case()

    response = client.post(CASES, {"action": "assign_selected", "_selected_action": [case.pk]}, follow=True)

    assert acts(case) == []
    assert "handläggare" in str(next(iter(response.context["messages"])))


def test_officer_cannot_assign_by_a_forged_action(client: Client, officer: User) -> None:
    case = make_case(assign_to=officer)
    client.force_login(officer)
    other = make_user(Role.OFFICER)

    client.post(CASES, {"action": "assign_selected", "officer": other.pk, "_selected_action": [case.pk]})

    assert acts(case) == []


@pytest.mark.parametrize(("value", "count"), [("nobody", 1), ("me", 1), ("others", 2)])
def test_filter_on_whose_the_case_is(client: Client, registrar: User, officer: User, value: str, count: int) -> None:
    make_case()
    make_case(assign_to=registrar)
    make_case(assign_to=officer)

    assert client.get(CASES, {"assigned": value}).context["cl"].result_count == count


def test_file_is_saved_not_shown(client: Client) -> None:
    attachment = Attachment("Åsas <b>fil</b>.txt", "text/plain", io.BytesIO(b"<script>x()</script>"))
    file = File.objects.get(intake__record__case=make_case(attachments=[attachment]))

    response = client.get(reverse("admin:registry_file", args=[file.pk]))

    assert b"".join(response.streaming_content) == b"<script>x()</script>"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_file_is_given_only_to_those_who_may_read_its_case(client: Client, officer: User) -> None:
    attachment = Attachment("fil.txt", "text/plain", io.BytesIO(b"x"))
    case = make_case(attachments=[attachment])
    url = reverse("admin:registry_file", args=[File.objects.get().pk])
    answers = {}
    for name, user in {
        "officer": officer,
        "administrator": make_user(Role.ADMINISTRATOR),
        "archivist": make_user(Role.ARCHIVIST),
    }.items():
        client.force_login(user)
        answers[name] = status_of(client, url)
    perform_act(Act.DISTRIBUTE, case, make_user(Role.REGISTRAR), officer=officer)
    client.force_login(officer)
    answers["assigned"] = status_of(client, url)
    client.logout()
    answers["visitor"] = status_of(client, url)

    assert answers == {"officer": 404, "administrator": 404, "archivist": 200, "assigned": 200, "visitor": 302}


def test_quarantined_file_is_for_those_who_see_arrivals(client: Client, officer: User) -> None:
    attachment = Attachment("fil.txt", "text/plain", io.BytesIO(b"x"))
    receive_message(make_message(attachments=[attachment]), quarantine_reason="För snabbt.")
    url = reverse("admin:registry_file", args=[File.objects.get().pk])

    assert status_of(client, url) == 200
    client.force_login(officer)
    assert status_of(client, url) == 404


def test_quarantined_message_is_read_and_released(client: Client) -> None:
    intake = receive_message(make_message(subject="Riktig fråga"), quarantine_reason="För snabbt.")
    url = reverse("admin:registry_intake_change", args=[intake.pk])

    page = client.get(url).content.decode()
    response = client.post(url)

    assert "Riktig fråga" in page
    assert "För snabbt." in page
    case = Case.objects.get()
    assert (response.status_code, response["Location"]) == (302, page_of(case))
    assert ("released", "registrator", {"reason": "För snabbt."}) in acts(case)


def test_selected_arrivals_are_released_together(client: Client) -> None:
    quarantined = [receive_message(make_message(), quarantine_reason="För snabbt.") for _n in range(2)]
    registered = receive_message(make_message())

    client.post(INTAKES, {"action": "release_selected", "_selected_action": [i.pk for i in (*quarantined, registered)]})

    assert Case.objects.count() == 3
    assert not Intake.objects.filter(state=Intake.State.QUARANTINED).exists()


def test_archivist_cannot_release(client: Client) -> None:
    intake = receive_message(make_message(), quarantine_reason="För snabbt.")
    client.force_login(make_user(Role.ARCHIVIST))

    response = client.post(reverse("admin:registry_intake_change", args=[intake.pk]))
    client.post(INTAKES, {"action": "release_selected", "_selected_action": [intake.pk]})

    assert response.status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize("model", ["case", "intake"])
def test_a_row_that_is_not_there_leads_to_the_first_page(client: Client, model: str) -> None:
    response = client.get(reverse(f"admin:registry_{model}_change", args=[4711]))

    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_every_kind_of_event_is_told_in_words(client: Client, officer: User) -> None:
    intake = receive_message(make_message(), quarantine_reason="För snabbt.")
    client.post(reverse("admin:registry_intake_change", args=[intake.pk]))
    case = Case.objects.get()
    client.post(page_of(case), described(case, title="Ny rubrik"))
    client.post(page_of(case), act(case, "distribute", officer=officer.pk))

    page = client.get(page_of(case)).content.decode()

    for words in ("karantän", "handlaggare", "Ny rubrik", "registrerat"):
        assert words in page


def test_event_whose_content_was_destroyed_still_tells_its_kind() -> None:
    assert in_words(Event(kind=Event.Kind.TITLE_SET)) == "offentlig rubrik ändrad"
