"""Typed text is kept or used by every button of a page; closing an unanswered case needs a reason."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from registry.models import Case, Delivery, Event, RetentionPlan, SavedFilter, Series
from registry.services import answers
from registry.services.case_acts import UnansweredError, perform_act
from registry.services.mail_intake import take_due_mail
from registry.templatetags.registry_words import in_words
from registry.transitions import Act
from tests.factories import make_case, make_delivery, make_incoming_mail, make_retention_plan, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/registry/case/"


@pytest.fixture
def registrar(client: Client) -> User:
    user = make_user(Role.REGISTRAR, username="registrator")
    client.force_login(user)
    return user


@pytest.fixture
def officer() -> User:
    return make_user(Role.OFFICER, username="handlaggare")


def page_of(case: Case) -> str:
    return reverse("admin:registry_case_change", args=[case.pk])


def whole_page(client: Client, url: str) -> dict[str, str]:
    """Return every field of the page's form, as a browser posts them."""
    page = client.get(url).content.decode()
    form = page[page.index('class="whole-page"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'<input type="(?:text|date)" name="(\w+)" value="([^"]*)"', form))
    fields |= {name: text.strip() for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)<', form)}
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


TYPED = {
    "reason": "Mitt skäl",
    "title": "Ny rubrik som inte är sparad",
    "due_on": "2031-05-04",
    "note": "Ringde Anna i dag.",
    "provision": "OSL 21 kap. 7 §",
    "authority": "En annan nämnd",
    "forward_authority": "Länsstyrelsen",
    "contact": "lst@example.org",
}
USED = {
    "distribute": {"reason"},
    "close": {"reason"},
    "void": {"reason"},
    "describe": {"title", "due_on"},
    "note": {"note"},
    "secrecy": {"provision", "authority"},
    "forward": {"forward_authority", "contact"},
    "protect": set(),
    "": set(),
}


@pytest.mark.parametrize("act", USED)
def test_every_button_of_a_cases_page_keeps_what_is_typed_in_the_other_fields(
    client: Client, registrar: User, officer: User, act: str
) -> None:
    case = make_case()
    value = f"protect:{case.records.get().parties.get().pk}" if act == "protect" else act
    posted = whole_page(client, page_of(case)) | TYPED | {"act": value, "officer": str(officer.pk)}

    response = client.post(page_of(case), posted)

    assert response.status_code == (302 if act else 200)
    page = (client.get(page_of(case)) if act else response).content.decode()
    shown = whole_page(client, page_of(case)) if act else {}
    if act in ("close", "void"):  # forms that an ended case has no more
        kept = {"title", "due_on", "note", "provision", "authority"}
    else:
        kept = TYPED.keys() - USED[act]
    assert {name for name in kept if TYPED[name] not in page} == set()
    assert {name: shown[name] for name in kept if name in shown} == {
        name: TYPED[name] for name in kept if name in shown
    }
    if act and "reason" in USED[act]:
        assert "Mitt skäl" in page


def test_what_is_kept_goes_when_it_is_used_or_emptied_and_belongs_to_one_case(client: Client, registrar: User) -> None:
    case, other = make_case(), make_case()
    client.post(page_of(case), whole_page(client, page_of(case)) | {"act": "describe", "title": "A", "note": "Kvar"})
    assert "Kvar" in client.get(page_of(case)).content.decode()
    assert "Kvar" in client.get(page_of(case)).content.decode()  # reading it takes nothing away
    assert "Kvar" not in client.get(page_of(other)).content.decode()

    client.post(page_of(case), whole_page(client, page_of(case)) | {"act": "note"})

    case.refresh_from_db()
    assert in_words(case.events.latest("sequence")) == "Anteckning: Kvar"
    assert whole_page(client, page_of(case))["note"] == ""
    client.post(page_of(case), whole_page(client, page_of(case)) | {"act": "describe", "title": "B", "note": "Två"})
    client.post(page_of(case), whole_page(client, page_of(case)) | {"act": "describe", "title": "C", "note": ""})
    assert "Två" not in client.get(page_of(case)).content.decode()


def test_a_failed_act_and_a_stale_page_keep_everything(client: Client, registrar: User, officer: User) -> None:
    case = make_case()
    posted = whole_page(client, page_of(case)) | TYPED
    failed = client.post(page_of(case), posted | {"act": "distribute", "officer": ""}).content.decode()
    perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)
    stale = client.post(page_of(case), posted | {"act": "distribute", "officer": officer.pk}).content.decode()

    for page in (failed, stale):
        assert {words for words in TYPED.values() if words not in page} == set()
    assert "ändrats av någon annan" in stale


def test_an_act_that_takes_the_case_away_does_not_take_what_else_was_written(client: Client, officer: User) -> None:
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    client.force_login(officer)
    posted = {"act": "return", "version": case.version, "reason": "Fel område.", "note": "Viktig anteckning"}

    page = client.post(page_of(case), posted).content.decode()

    case.refresh_from_db()
    assert (case.status, "Viktig anteckning" in page, "Spara eller töm" in page) == ("in_progress", True, True)
    client.post(page_of(case), posted | {"note": ""})
    case.refresh_from_db()
    assert case.status == "registered"


def test_the_return_key_does_nothing_on_the_pages_of_many_buttons(client: Client, registrar: User) -> None:
    case = make_case()
    page = client.get(page_of(case)).content.decode()
    desk = client.get("/admin/").content.decode()

    for form in (page[page.index('class="whole-page"') :], desk[desk.index(f"/admin/registry/case/{case.pk}/act/") :]):
        first = re.search(r'<button[^>]*name="act" value="(\w*)"', form)
        assert first
        assert first[1] == ""
    client.post(page_of(case), {"act": "", "version": case.version})
    assert case.events.count() == 1


# Rows of the dashboard --------------------------------------------------------------------------------------


def test_an_act_on_one_row_keeps_what_was_written_and_chosen_in_the_others(client: Client, officer: User) -> None:
    first, second = (make_case(Case.Status.DISTRIBUTED, assign_to=officer) for _ in range(2))
    client.force_login(officer)
    posted = {
        "act": "accept",
        f"version-{first.pk}": first.version, f"reason-{first.pk}": "",
        f"version-{second.pk}": second.version, f"reason-{second.pk}": "Inte mitt område",
    }  # fmt: skip

    client.post(reverse("admin:registry_case_act", args=[first.pk]), posted)

    first.refresh_from_db()
    assert first.status == Case.Status.IN_PROGRESS
    assert 'value="Inte mitt område"' in client.get("/admin/").content.decode()
    again = {"act": "return", f"version-{second.pk}": second.version, f"reason-{second.pk}": "Inte mitt område"}
    client.post(reverse("admin:registry_case_act", args=[second.pk]), again)
    second.refresh_from_db()
    assert second.status == Case.Status.REGISTERED
    assert "Inte mitt område" not in client.get("/admin/").content.decode()


def test_the_officers_chosen_in_other_rows_stay_chosen(client: Client, registrar: User, officer: User) -> None:
    first, second = make_case(), make_case()
    posted = {"act": "distribute"} | {
        f"{name}-{case.pk}": value
        for case in (first, second)
        for name, value in (("version", case.version), ("officer", officer.pk))
    }

    client.post(reverse("admin:registry_case_act", args=[first.pk]), posted)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.assigned_to, second.assigned_to) == (officer, None)
    row = client.get("/admin/").content.decode().split(f'id="officer-{second.pk}"')[1].split("</select>")[0]
    assert f'value="{officer.pk}" selected' in row


# Other pages -------------------------------------------------------------------------------------------


def test_taking_a_file_away_keeps_the_answer_as_it_was_typed(client: Client, officer: User) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    client.force_login(officer)
    url = reverse("admin:registry_answer", args=[case.pk])
    client.post(url)
    given = {"subject": "Sv", "body": "", "version": 1}
    client.post(url, given | {"do": "save", "attachments": [SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF")]})
    answer = answers.find_open_answer(case)
    assert answer
    file = answer.files.get()

    client.post(url, given | {"do": f"remove:{file.pk}", "version": answer.version, "body": "Halva svaret"})

    answer.refresh_from_db()
    assert (answer.body, answer.files.count()) == ("Halva svaret", 0)


def test_approving_does_not_throw_away_what_should_be_changed(client: Client, registrar: User, officer: User) -> None:
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    Series.objects.update(answers_need_approval=True)
    answer = answers.start_answer(case, officer)
    answers.submit_answer(answer, officer, version=answer.version)
    url = reverse("admin:registry_answer", args=[case.pk])

    page = client.post(url, {"do": "approve", "reason": "Skriv kortare."}).content.decode()

    answer.refresh_from_db()
    assert (answer.state, "Skriv kortare." in page) == ("submitted", True)


def test_an_answer_to_a_case_that_was_closed_meanwhile_is_handed_back(
    client: Client, registrar: User, officer: User
) -> None:
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    answer = answers.start_answer(case, officer)
    perform_act(Act.CLOSE, case, registrar, reason="Återkallat.")
    client.force_login(officer)
    posted = {"do": "save", "version": answer.version, "subject": "Sv", "body": "Tre timmars arbete"}

    response = client.post(reverse("admin:registry_answer", args=[case.pk]), posted)

    assert (response.status_code, "Tre timmars arbete" in response.content.decode()) == (403, True)


@pytest.mark.parametrize("do", ["attach", "register"])
def test_the_number_typed_at_an_arrival_is_kept(client: Client, registrar: User, do: str) -> None:
    make_incoming_mail(b"From: a@example.org\r\nSubject: RUS 1999/0001\r\nAuto-Submitted: auto-replied\r\n\r\nHej\r\n")
    take_due_mail()
    from registry.models import Intake

    intake = Intake.objects.get()
    url = reverse("admin:registry_intake_change", args=[intake.pk])

    page = client.post(url, {"do": do, "number": "RUS 1999/0099"}, follow=True).content.decode()

    assert 'value="RUS 1999/0099"' in page
    assert 'class="error"' in page
    assert not Case.objects.exists()
    client.post(url, {"do": "register", "number": ""})
    assert Case.objects.count() == 1


@pytest.mark.parametrize("do", ["confirm", "refuse"])
def test_a_delivery_page_throws_neither_receipt_nor_refusal_away(client: Client, do: str) -> None:
    delivery = make_delivery()
    client.force_login(make_user(Role.ARCHIVIST))
    url = f"/admin/registry/delivery/{delivery.pk}/change/"

    page = client.post(url, {"do": do, "receipt": "Kvitto 17", "reason": "Trasig fil"}).content.decode()

    assert ("Kvitto 17" in page, "Trasig fil" in page) == (True, True)
    assert Delivery.objects.waiting().count() == 1


def test_removing_a_selection_keeps_the_name_that_was_typed(client: Client, registrar: User) -> None:
    saved = SavedFilter.objects.create(owner=registrar, name="Gammal", query="year=2026")

    client.post(f"{LIST}?year=2025", {"do": f"remove_filter:{saved.pk}", "name": "Nytt urval"})

    assert 'value="Nytt urval"' in client.get(f"{LIST}?year=2025").content.decode()
    client.post(f"{LIST}?year=2025", {"do": "save_filter", "name": "Nytt urval"})
    assert 'value="Nytt urval"' not in client.get(f"{LIST}?year=2025").content.decode()


def test_a_new_version_of_a_plan_that_is_prepared_holds_what_was_typed(client: Client) -> None:
    client.force_login(make_user(Role.ARCHIVIST))
    plan = make_retention_plan(decided_on="2099-01-01")
    kind = plan.types.get()
    typed = {
        "decided_on": "2099-02-02", "decision": "Nytt beslut 7", "_new_version": "1",
        "types-TOTAL_FORMS": 1, "types-INITIAL_FORMS": 1, "types-MIN_NUM_FORMS": 0, "types-MAX_NUM_FORMS": 1000,
        "types-0-id": kind.pk, "types-0-plan": plan.pk, "types-0-code": "fraga", "types-0-retention_years": 7,
        "types-0-title_sv": "Fråga", "types-0-title_en": "Question", "types-0-public_title_sv": "Fråga",
        "types-0-public_title_en": "Question",
    }  # fmt: skip

    client.post(f"/admin/registry/retentionplan/{plan.pk}/change/", typed)

    plan.refresh_from_db()
    copy = RetentionPlan.objects.exclude(pk=plan.pk).get()
    assert (plan.decision, copy.types.get().retention_years) == ("Nytt beslut 7", 7)


# Closing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "asks"),
    [("registered", True), ("distributed", True), ("in_progress", True), ("answered", False)],
)
def test_an_unanswered_case_asks_why_it_is_closed_on_every_road(
    client: Client, registrar: User, officer: User, status: str, asks: bool
) -> None:
    cases = [make_case(Case.Status(status), assign_to=officer) for _ in range(4)]
    on_page, on_row, in_list, by_service = cases
    posted = {"act": "close", "version": on_page.version, "reason": " ", "without_answer": ""}

    page = client.post(page_of(on_page), posted).content.decode()
    row = client.post(reverse("admin:registry_case_act", args=[on_row.pk]), posted)
    listed = client.post(LIST, {"action": "close_selected", "_selected_action": [in_list.pk]})
    if asks:
        with pytest.raises(UnansweredError, match=str(by_service)):
            perform_act(Act.CLOSE, by_service, registrar)
    else:
        perform_act(Act.CLOSE, by_service, registrar)

    for case in cases:
        case.refresh_from_db()
    assert [case.status for case in cases] == [status if asks else "closed"] * 4
    if asks:
        assert "Säg varför det avslutas utan svar." in page
        assert row["Location"] == f"{page_of(on_row)}#handle"
        assert (listed.status_code, str(in_list) in listed.content.decode()) == (200, True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"without_answer": "not_needed"}, "Ärendet avslutades utan svar: Inget svar behövs"),
        ({"reason": "Reklam."}, "Ärendet avslutades utan svar: Reklam."),
        (
            {"without_answer": "elsewhere", "reason": "RUS 2026/0007"},
            "Ärendet avslutades utan svar: Det besvaras i ett annat ärende: RUS 2026/0007",
        ),
    ],
)
def test_why_a_case_was_closed_without_an_answer_stays_with_it(
    client: Client, registrar: User, given: dict[str, Any], words: str
) -> None:
    case = make_case()

    client.post(page_of(case), {"act": "close", "version": case.version} | given)

    assert in_words(case.events.get(kind=Event.Kind.CLOSED)) == words
