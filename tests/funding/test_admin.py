"""Administrators edit everything; coordinators their programmes' calls, their plans' guidance and theme words."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from contacts.models import StaffMember
from funding.models import Call, FundingProgramme, Guidance, ThemeWords
from tests import factories

pytestmark = pytest.mark.django_db
CALLS, GUIDANCE, WORDS = "/admin/funding/call/", "/admin/funding/guidance/", "/admin/funding/themewords/"
PROGRAMMES = "/admin/funding/fundingprogramme/"


@pytest.fixture
def member() -> StaffMember:
    return factories.make_staff(user=factories.make_user(Role.COORDINATOR))


@pytest.fixture
def coordinator(client: Client, member: StaffMember) -> Client:
    client.force_login(member.user)
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))
    return client


def change(thing: Any) -> str:
    return reverse(f"admin:funding_{thing._meta.model_name}_change", args=[thing.pk])


def call_data(programme: FundingProgramme, **given: Any) -> dict[str, Any]:
    return {"programme": programme.pk, "title_sv": "Ny utlysning", "opens_on": "2026-11-24"} | factories.MINOR | given


def test_coordinator_keeps_the_calls_of_programmes_she_is_the_contact_for(
    coordinator: Client, member: StaffMember
) -> None:
    own = factories.make_programme(contact=member)

    response = coordinator.post(f"{CALLS}add/", call_data(own, closes_on="2026-12-24", _publish=""))

    assert response.status_code == 302
    call = Call.objects.get()
    assert (call.programme, call.is_published()) == (own, True)

    coordinator.post(change(call), call_data(own, title_sv="Annan rubrik"))

    assert Call.objects.get().title_sv == "Annan rubrik"


def test_coordinator_reaches_no_call_of_another_by_any_request(coordinator: Client, member: StaffMember) -> None:
    own, other = factories.make_programme(contact=member), factories.make_programme(contact=factories.make_staff())
    call = factories.make_call(other, title="Orörd")

    answers = {
        "see": coordinator.get(change(call)).status_code,
        "change": coordinator.post(change(call), call_data(own, title_sv="Kapad")).status_code,
        "add": coordinator.post(f"{CALLS}add/", call_data(other)).status_code,
        "delete": coordinator.post(f"{CALLS}{call.pk}/delete/", {"post": "yes"}).status_code,
        "withdraw": coordinator.post(CALLS, {"action": "withdraw", "_selected_action": call.pk}).status_code,
    }

    assert answers == {"see": 403, "change": 403, "add": 200, "delete": 403, "withdraw": 302}
    assert [(one.title_sv, one.publication, one.programme) for one in Call.objects.all()] == [
        ("Orörd", "published", other)
    ]


def test_coordinator_changes_no_programme(coordinator: Client, member: StaffMember) -> None:
    programme = factories.make_programme(contact=member, name="Orörd")
    data = {"name_sv": "Kapad", "guidance-TOTAL_FORMS": 0, "guidance-INITIAL_FORMS": 0}

    answers = {coordinator.post(path, data).status_code for path in (change(programme), f"{PROGRAMMES}add/")}

    assert answers == {403}
    assert FundingProgramme.objects.get().name_sv == "Orörd"


def test_coordinator_says_how_money_serves_her_own_plans(coordinator: Client, member: StaffMember) -> None:
    programme, plan = factories.make_programme(), factories.make_plan(coordinators=[member])

    response = coordinator.post(
        f"{GUIDANCE}add/", {"programme": programme.pk, "plan": plan.pk, "how_sv": "Så tjänar pengarna."}
    )

    assert response.status_code == 302
    assert Guidance.objects.get().plan == plan


def test_coordinator_writes_no_guidance_for_other_plans_or_for_goals(coordinator: Client) -> None:
    programme, goal, other = factories.make_programme(), factories.make_goal(), factories.make_plan()
    theirs = factories.make_guidance(programme, plan=other, how_sv="Orörd")
    ends = [{"plan": other.pk}, {"goal": goal.pk}, {"plan": other.pk, "goal": goal.pk}]

    added = [
        coordinator.post(f"{GUIDANCE}add/", {"programme": programme.pk, "how_sv": "Kapad"} | end).status_code
        for end in ends
    ]
    coordinator.post(change(theirs), {"programme": programme.pk, "plan": other.pk, "how_sv": "Kapad"})
    coordinator.post(f"{GUIDANCE}{theirs.pk}/delete/", {"post": "yes"})

    assert added == [200, 200, 200]
    assert [one.how_sv for one in Guidance.objects.all()] == ["Orörd"]


def test_coordinator_keeps_the_words_of_her_plans_themes_only(coordinator: Client, member: StaffMember) -> None:
    own = factories.make_theme_words(factories.make_plan(coordinators=[member]).theme)
    other = factories.make_theme_words(factories.make_plan().theme, telling="orörd")

    coordinator.post(change(own), {"theme": own.theme_id, "telling_sv": "fiber"})
    coordinator.post(change(other), {"theme": other.theme_id, "telling_sv": "kapad"})
    coordinator.post(change(own), {"theme": other.theme_id, "telling_sv": "kapad"})

    assert dict(ThemeWords.objects.values_list("pk", "telling_sv")) == {own.pk: "fiber", other.pk: "orörd"}


def test_administrator_makes_a_programme_with_guidance_and_calls(administrator: Client) -> None:
    plan = factories.make_plan()
    data = {
        "fund": "growth",
        "position": 0,
        "name_sv": "Pengarna",
        "slug": "pengarna",
        "summary_sv": "För projekt.",
        "authority_sv": "Regionen",
        "geography_sv": "Länet",
        "applicants": ["municipality", "business"],
        "guidance-TOTAL_FORMS": 1,
        "guidance-INITIAL_FORMS": 0,
        "guidance-0-plan": plan.pk,
        "guidance-0-how_sv": "Så.",
        "calls-TOTAL_FORMS": 1,
        "calls-INITIAL_FORMS": 0,
        "calls-0-title_sv": "Utlysningen",
        "calls-0-opens_on": "2026-11-24",
    }

    response = administrator.post(f"{PROGRAMMES}add/", data | factories.MINOR | {"_publish": ""})

    assert response.status_code == 302
    programme = FundingProgramme.objects.get()
    assert (programme.is_published(), programme.applicants) == (True, ["municipality", "business"])
    assert programme.guidance.get().plan == plan
    assert programme.calls.get().publication == "draft"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"calls-0-closes_on": "2026-11-01"}, "Utlysningen kan inte stänga innan den öppnar."),
        ({"guidance-0-goal": "", "guidance-0-plan": ""}, "Välj ett mål eller en handlingsplan, ett av dem."),
        ({"applicants": "space_agency"}, "space_agency"),
        ({"highest_rate": "101"}, "101|100"),
    ],
)
def test_mistakes_get_sentences_and_save_nothing(administrator: Client, wrong: dict[str, str], sentence: str) -> None:
    plan = factories.make_plan()
    data = {
        "fund": "growth", "position": 0, "name_sv": "Pengarna", "slug": "pengarna", "summary_sv": "För projekt.",
        "authority_sv": "Regionen", "geography_sv": "Länet", "applicants": "municipality",
        "guidance-TOTAL_FORMS": 1, "guidance-INITIAL_FORMS": 0, "guidance-0-plan": plan.pk, "guidance-0-how_sv": "Så.",
        "calls-TOTAL_FORMS": 1, "calls-INITIAL_FORMS": 0, "calls-0-title_sv": "U", "calls-0-opens_on": "2026-11-24",
    }  # fmt: skip

    response = administrator.post(f"{PROGRAMMES}add/", data | factories.MINOR | wrong)

    assert response.status_code == 200
    assert any(one in response.content.decode() for one in sentence.split("|"))
    assert not FundingProgramme.objects.exists()


@pytest.mark.parametrize(
    ("state", "titles"),
    [("soon", {"Snart"}), ("open", {"Snart", "Länge"}), ("upcoming", {"Kommande"}), ("closed", {"Förbi"})],
)
def test_list_of_calls_is_narrowed_by_state(administrator: Client, state: str, titles: set[str]) -> None:
    today, day = timezone.localdate(), timezone.timedelta(days=1)
    factories.make_call(title="Snart", opens_on=today, closes_on=today + 30 * day)
    factories.make_call(title="Länge", opens_on=today, closes_on=today + 31 * day)
    factories.make_call(title="Kommande", opens_on=today + day, closes_on=today + day)
    factories.make_call(title="Förbi", opens_on=today - day, closes_on=today - day)

    found = administrator.get(CALLS, {"state": state}).context["cl"].queryset

    assert {call.title_sv for call in found} == titles


def test_desks_tell_of_calls_that_close_soon(client: Client, member: StaffMember) -> None:
    today = timezone.localdate()
    factories.make_call(factories.make_programme(contact=member), title="Hennes", opens_on=today, closes_on=today)
    factories.make_call(title="Annans", opens_on=today, closes_on=today)
    logins: dict[str, User] = {"coordinator": member.user, "administrator": factories.make_user(Role.ADMINISTRATOR)}

    pages = {}
    for name, user in logins.items():
        client.force_login(user)
        pages[name] = client.get("/admin/").content.decode()

    assert ("Hennes" in pages["coordinator"], "Annans" in pages["coordinator"]) == (True, False)
    assert "<strong>2</strong> utlysningar som stänger inom 30 dagar" in pages["administrator"]
