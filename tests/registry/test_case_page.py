"""Secrecy, notes and answers, by the pages that staff use."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from registry.models import Case, Event, Party
from registry.templatetags.registry_words import in_words
from tests.factories import make_case, make_retention_plan, make_user

pytestmark = pytest.mark.django_db


def page_of(case: Case) -> str:
    return reverse("admin:registry_case_change", args=[case.pk])


def answer_page(case: Case) -> str:
    return reverse("admin:registry_answer", args=[case.pk])


def test_a_marked_case_is_hidden_from_its_officer_until_the_mark_is_lifted(client: Client) -> None:
    officer, registrar = make_user(Role.OFFICER), make_user(Role.REGISTRAR)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    url = page_of(case)

    client.force_login(registrar)
    given = {"provision": "OSL 21 kap. 1 §", "authority": "Regionen", "loss": "take_back"}
    client.post(url, {"act": "secrecy"} | given)
    mark = case.secrecy_marks.get()
    client.force_login(officer)
    hidden = [
        f'href="{url}' in client.get(page).content.decode()
        for page in ("/admin/", "/admin/registry/case/", f"/admin/registry/case/?q={case.registration_number}")
    ]
    statuses = (client.get(url).status_code, client.get(answer_page(case)).status_code)
    client.force_login(registrar)
    client.post(url, {"act": "lift", "mark": mark.pk})
    case.refresh_from_db()
    client.post(url, {"act": "distribute", "version": case.version, "officer": officer.pk})

    case.refresh_from_db()
    mark.refresh_from_db()
    client.force_login(officer)
    assert (hidden, statuses) == ([False, False, False], (403, 403))
    assert (mark.lifted_by, client.get(url).status_code) == (registrar.username, 200)


def test_an_officer_marks_nothing_but_writes_notes(client: Client) -> None:
    officer = make_user(Role.OFFICER)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    client.force_login(officer)

    refused = client.post(page_of(case), {"act": "secrecy", "provision": "OSL", "authority": "Regionen"})
    client.post(page_of(case), {"act": "note", "note": "Ringde Anna."})

    assert (refused.status_code, case.secrecy_marks.count()) == (403, 0)
    assert case.events.latest("sequence").kind == Event.Kind.NOTE_WRITTEN


def test_a_protected_identity_is_shown_only_to_those_with_the_right(client: Client) -> None:
    officer = make_user(Role.OFFICER)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    Party.objects.create(
        record=case.records.get(),
        role="sender",
        name="Skyddad Person",
        email="s@example.org",
        identity_is_protected=True,
    )
    seen = []

    for user in (officer, make_user(Role.REGISTRAR)):
        client.force_login(user)
        seen.append("Skyddad Person" in client.get(page_of(case)).content.decode())

    assert seen == [False, True]


def test_a_case_is_distributed_accepted_and_returned_from_the_desks(client: Client) -> None:
    officer, case = make_user(Role.OFFICER), make_case()
    url, seen = reverse("admin:registry_case_act", args=[case.pk]), []

    for user, act, given in (
        (make_user(Role.REGISTRAR), "distribute", {"officer": officer.pk}),
        (officer, "accept", {}),
        (officer, "return", {"reason": ""}),
        (officer, "return", {"reason": "Fel område."}),
    ):
        client.force_login(user)
        case.refresh_from_db()
        response = client.post(url, {"act": act, "version": case.version} | given)
        case.refresh_from_db()
        seen.append((response["Location"], case.status))

    assert seen == [("/admin/", status) for status in ("distributed", "in_progress", "in_progress", "registered")]


def test_the_desks_row_takes_no_act_of_anothers_case_and_no_get(client: Client) -> None:
    case = make_case(Case.Status.DISTRIBUTED, assign_to=make_user(Role.OFFICER))
    url = reverse("admin:registry_case_act", args=[case.pk])
    client.force_login(make_user(Role.OFFICER))

    statuses = (client.post(url, {"act": "accept", "version": 1}).status_code, client.get(url).status_code)

    case.refresh_from_db()
    assert (statuses, case.status) == ((404, 405), Case.Status.DISTRIBUTED)


def test_the_registrar_closes_many_and_leaves_what_cannot_be_closed(client: Client) -> None:
    cases = [make_case(), make_case(), make_case(Case.Status.RESTING)]
    client.force_login(make_user(Role.REGISTRAR))

    chosen = {"action": "close_selected", "_selected_action": [case.pk for case in cases]}
    asked = client.post("/admin/registry/case/", chosen)
    empty = client.post("/admin/registry/case/", chosen | {"without_answer": "", "reason": " "})
    client.post("/admin/registry/case/", chosen | {"without_answer": "not_needed", "reason": "Reklam."})

    assert (asked.status_code, empty.status_code) == (200, 422)
    assert in_words(cases[0].events.latest("sequence")) == ("Ärendet avslutades utan svar: Inget svar behövs: Reklam.")
    for case in cases:
        case.refresh_from_db()
    assert [case.status for case in cases] == ["closed", "closed", "resting"]


def test_an_officer_cannot_close_many(client: Client) -> None:
    officer = make_user(Role.OFFICER)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    client.force_login(officer)

    client.post("/admin/registry/case/", {"action": "close_selected", "_selected_action": [case.pk]})

    case.refresh_from_db()
    assert case.status == Case.Status.IN_PROGRESS


def described(case: Case, **given: Any) -> dict[str, Any]:
    """Return the POST data of the description form."""
    case.refresh_from_db()
    return {"act": "describe", "version": case.version, "title": case.title, "due_on": case.due_on} | given


def test_marking_as_answered_asks_how_it_was_answered(client: Client) -> None:
    officer = make_user(Role.OFFICER)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    client.force_login(officer)

    page = client.post(page_of(case), {"act": "answer", "version": case.version, "reason": "  "}).content.decode()

    assert case.events.exclude(kind=Event.Kind.REGISTERED).count() == 0
    assert "Skriv hur ärendet besvarades" in page
    client.post(page_of(case), {"act": "answer", "version": case.version, "reason": "Ringde och berättade."})
    assert in_words(case.events.get(kind=Event.Kind.ANSWERED)) == "Ärendet besvarades: Ringde och berättade."


def test_a_chosen_type_proposes_its_title_until_someone_has_set_one(client: Client) -> None:
    client.force_login(make_user(Role.REGISTRAR))
    case, kind = make_case(), make_retention_plan().types.get()
    automatic = case.title

    client.post(page_of(case), described(case, document_type=kind.pk))
    proposed = client.get(page_of(case)).context["beside"]["describe"]["title"].value()
    case.refresh_from_db()
    kept = case.title
    client.post(page_of(case), described(case, document_type=kind.pk, title=proposed))
    case.refresh_from_db()
    used = case.title
    client.post(page_of(case), described(case, document_type=kind.pk, title="Egen rubrik"))
    shown = client.get(page_of(case)).context["beside"]["describe"]["title"].value()

    assert (proposed, kept, used, shown) == (kind.public_title, automatic, kind.public_title, "Egen rubrik")
