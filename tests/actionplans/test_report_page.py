"""Who may report and confirm, what the form says, and that nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.roles import Role
from actionplans.models import ActionPlan, Activity, StatusUpdate
from actionplans.services.reports import write_report
from tests import factories

pytestmark = pytest.mark.django_db
ACTIVITIES = "/admin/actionplans/activity/"
NO_ROWS = {
    f"{rows}-{n}_FORMS": 0 for rows in ("milestones", "contributions", "involvements") for n in ("TOTAL", "INITIAL")
} | factories.MINOR


@pytest.fixture
def coordinator() -> User:
    return factories.make_user(Role.COORDINATOR)


@pytest.fixture
def own(coordinator: User) -> ActionPlan:
    return factories.make_plan(coordinators=[factories.make_staff(user=coordinator, name="Frida Bergman")])


@pytest.fixture
def client(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


def page(activity: Activity, name: str = "report") -> str:
    return f"{ACTIVITIES}{activity.pk}/{name}/"


def given(**fields: Any) -> dict[str, Any]:
    return {"before": "ongoing", "after": "ongoing", "text_sv": "Allt går bra.", "is_public": "on"} | fields


def status(activity: Activity) -> str:
    return Activity.objects.values_list("delivery_status", flat=True).get(pk=activity.pk)


def test_form_begins_with_what_stands(client: Client, own: ActionPlan) -> None:
    activity = factories.make_activity(own, delivery_status="paused", status_reason="Pengarna är slut.")

    form = html.document_fromstring(client.get(page(activity)).content.decode())

    assert form.xpath("//input[@name='after'][@checked]/@value") == ["paused"]
    assert form.xpath("//input[@name='before']/@value") == ["paused"]
    assert form.xpath("//textarea[@name='reason_sv']")[0].text_content().strip() == "Pengarna är slut."
    assert len(form.xpath("//input[@name='is_public'][@checked]")) == 1


def test_reason_that_another_gave_meanwhile_is_told_and_not_replaced_at_once(client: Client, own: ActionPlan) -> None:
    """The status is as when the form was opened, but the public text beside it is not."""
    activity = factories.make_activity(own, delivery_status="paused", status_reason="Pengarna är slut.")
    form = html.document_fromstring(client.get(page(activity)).content.decode())
    opened = {name: form.xpath(f"//input[@name='{name}']/@value")[0] for name in ("before", "expected")}
    write_report(
        activity,
        after="paused",
        text_sv="Vi väntar.",
        by=factories.make_user(),
        reason_sv="Upphandlingen är överklagad.",
    )
    mine = given(**opened, after="paused", text_sv="Inget nytt.", reason_sv="Pengarna är fortfarande slut.")

    stopped = client.post(page(activity), mine)
    kept = Activity.objects.get(pk=activity.pk).status_reason_sv
    seen = html.document_fromstring(stopped.content.decode())
    again = client.post(page(activity), mine | {"expected": seen.xpath("//input[@name='expected']/@value")[0]})

    words = " ".join(seen.text_content().split())
    assert (stopped.status_code, kept, again.status_code) == (200, "Upphandlingen är överklagad.", 302)
    assert "Vi väntar." in words
    assert "Skälet som står nu: ”Upphandlingen är överklagad.”" in words
    assert "Pengarna är fortfarande slut." in words
    assert Activity.objects.get(pk=activity.pk).status_reason_sv == "Pengarna är fortfarande slut."


def test_report_is_saved_and_told(client: Client, own: ActionPlan) -> None:
    activity, target = factories.make_activity(own), factories.make_activity()
    data = given(after="merged", text_en="All is well.", reason_sv="Samma sak.", merged_into=target.pk)

    response = client.post(page(activity), data)

    assert (response.status_code, response["Location"]) == (302, page(activity, "change"))
    assert StatusUpdate.objects.values_list("before", "after", "text_sv", "text_en", "is_public").get() == (
        "ongoing", "merged", "Allt går bra.", "All is well.", True,
    )  # fmt: skip
    activity.refresh_from_db()
    assert (activity.merged_into, activity.status_reason_sv) == (target, "Samma sak.")


def test_unticked_report_is_internal(client: Client, own: ActionPlan) -> None:
    data = given()
    del data["is_public"]

    client.post(page(factories.make_activity(own)), data)

    assert StatusUpdate.objects.get().is_public is False


def test_target_of_another_status_is_dropped(client: Client, own: ActionPlan) -> None:
    activity = factories.make_activity(own)

    client.post(page(activity), given(after="done", merged_into=factories.make_activity().pk))

    assert (status(activity), StatusUpdate.objects.get().after) == ("done", "done")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text_sv": ""}, "text_sv"),
        ({"after": "paused"}, "reason_sv"),
        ({"after": "merged", "reason_sv": "Samma."}, "merged_into"),
        ({"after": "merged", "reason_sv": "Samma.", "merged_into": "999999"}, "merged_into"),
        ({"after": "borta"}, "after"),
        ({"text_sv": "x" * 4001}, "text_sv"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    client: Client, own: ActionPlan, wrong: dict[str, str], field: str
) -> None:
    activity = factories.make_activity(own)

    response = client.post(page(activity), given(text_en="Typed in English.") | wrong)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert "Typed in English." in response.content.decode()
    assert (status(activity), StatusUpdate.objects.count()) == ("ongoing", 0)


def test_drafts_of_others_are_no_choice_to_be_merged_into(client: Client, own: ActionPlan) -> None:
    activity, mine = factories.make_activity(own), factories.make_activity(own, publication="draft")
    public = factories.make_activity()
    factories.make_activity(publication="draft")
    factories.make_activity(delivery_status="done")

    choices = client.get(page(activity)).context["form"].fields["merged_into"].queryset

    assert set(choices) == {mine, public}


def test_stale_form_keeps_the_text_tells_who_came_between_and_can_be_sent_again(
    client: Client, own: ActionPlan
) -> None:
    activity, colleague = factories.make_activity(own), factories.make_user(username="kollegan")
    write_report(activity, after="paused", text_sv="Vi väntar.", reason_sv="Beslut.", by=colleague)

    response = client.post(page(activity), given(after="done", text_sv="Vi är klara."))

    (sentence,) = response.context["form"].non_field_errors()
    assert ("kollegan" in sentence, "Vi väntar." in sentence, status(activity)) == (True, True, "paused")
    form = html.document_fromstring(response.content.decode())
    assert form.xpath("//textarea[@name='text_sv']")[0].text_content().strip() == "Vi är klara."
    assert form.xpath("//input[@name='after'][@checked]/@value") == ["done"]

    again = given(before=form.xpath("//input[@name='before']/@value")[0], after="done", text_sv="Vi är klara.")
    assert client.post(page(activity), again).status_code == 302
    assert (status(activity), StatusUpdate.objects.first().before) == ("done", "paused")


@pytest.mark.parametrize("name", ["report", "confirm"])
@pytest.mark.parametrize("role", [None, Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST, Role.COORDINATOR])
def test_others_neither_report_nor_confirm(client: Client, own: ActionPlan, role: Role | None, name: str) -> None:
    activity = factories.make_activity(own)
    client.logout()
    if role:
        client.force_login(factories.make_user(role))

    response = client.post(page(activity, name), given(after="done"))

    assert response.status_code == {None: 302, Role.COORDINATOR: 404}.get(role, 403)
    activity.refresh_from_db()
    assert (activity.delivery_status, activity.last_confirmed_at) == ("ongoing", None)
    assert StatusUpdate.objects.count() == 0


def test_administrator_reports_on_any_plan(client: Client) -> None:
    activity = factories.make_activity()
    client.force_login(factories.make_user(Role.ADMINISTRATOR))

    client.post(page(activity), given(after="done"))

    assert status(activity) == "done"


def test_reports_of_others_plans_are_not_listed(client: Client, own: ActionPlan) -> None:
    mine, theirs = factories.make_update(factories.make_activity(own)), factories.make_update()

    listed = client.get("/admin/actionplans/statusupdate/").context["cl"].result_list

    assert list(listed) == [mine]
    assert client.get(f"/admin/actionplans/statusupdate/{theirs.pk}/change/").status_code == 302


def test_change_form_leaves_the_status_alone(client: Client, own: ActionPlan) -> None:
    activity = factories.make_activity(own, delivery_status="paused", status_reason="Därför.")
    texts = {"title_sv": "Nytt namn", "slug": activity.slug, "summary_sv": "Något."}
    forged = {"delivery_status": "done", "status_reason_sv": "", "merged_into": factories.make_activity().pk}

    response = client.post(page(activity, "change"), {"plan": own.pk} | texts | NO_ROWS | forged)

    assert response.status_code == 302, response.context["errors"]
    activity.refresh_from_db()
    assert (activity.title_sv, activity.delivery_status, activity.status_reason_sv) == (
        "Nytt namn",
        "paused",
        "Därför.",
    )
    assert activity.merged_into is None


@pytest.mark.parametrize(("chosen", "saved"), [("planned", True), ("ongoing", True), ("done", False)])
def test_new_activity_is_planned_or_ongoing(client: Client, own: ActionPlan, chosen: str, *, saved: bool) -> None:
    texts = {"title_sv": "Ny", "slug": "ny", "summary_sv": "Något.", "delivery_status": chosen}

    client.post(f"{ACTIVITIES}add/", {"plan": own.pk} | texts | NO_ROWS)

    assert Activity.objects.filter(delivery_status=chosen).exists() is saved


def test_amount_of_who_does_not_pay_is_refused_in_words(client: Client, own: ActionPlan) -> None:
    activity, organisation = factories.make_activity(own), factories.make_organisation()
    texts = {"title_sv": "Namn", "slug": "namn", "summary_sv": "Något.", "planned_amount": "1 200\u00a0000"}
    row = {"organisation": organisation.pk, "role": "participating", "amount": "5 000"}
    involved = {"involvements-TOTAL_FORMS": 1}
    data = (
        {"plan": own.pk} | texts | NO_ROWS | involved | {f"involvements-0-{name}": value for name, value in row.items()}
    )

    refused = client.post(page(activity, "change"), data)
    saved = client.post(page(activity, "change"), data | {"involvements-0-role": "financing"})

    assert (refused.status_code, saved.status_code) == (200, 302)
    activity.refresh_from_db()
    assert (activity.planned_amount, activity.involvements.get().amount) == (1_200_000, 5_000)


def test_one_click_confirms_and_leads_back_to_where_it_stood(client: Client, own: ActionPlan) -> None:
    activity = factories.make_activity(own)
    came_from = f"http://testserver{ACTIVITIES}?attention=unconfirmed"

    first = client.post(page(activity, "confirm"), headers={"referer": came_from})
    activity.refresh_from_db()
    confirmed = activity.last_confirmed_at
    second = client.post(page(activity, "confirm"), headers={"referer": "https://example.com/admin/"})
    activity.refresh_from_db()

    assert (first["Location"], second["Location"]) == (came_from, page(activity, "change"))
    assert timezone.now() - confirmed < timedelta(minutes=1)
    assert activity.last_confirmed_at == confirmed
    assert client.get(page(activity, "confirm")).status_code == 405


def test_every_row_of_the_list_that_is_not_finished_has_the_button(client: Client, own: ActionPlan) -> None:
    going = factories.make_activity(own)
    factories.make_activity(own, delivery_status="done")

    listed = html.document_fromstring(client.get(ACTIVITIES).content.decode())

    assert listed.xpath("//form[@id='changelist-form'][@method='post']//button/@formaction") == [page(going, "confirm")]


def test_activity_that_was_reported_on_is_not_deleted_by_anyone(client: Client) -> None:
    reported, other = factories.make_update().activity, factories.make_activity()
    client.force_login(User.objects.create_superuser("overordnad"))

    statuses = [client.post(page(each, "delete"), {"post": "yes"}).status_code for each in (reported, other)]
    client.post(ACTIVITIES, {"action": "delete_selected", "_selected_action": [reported.pk], "post": "yes"})

    assert statuses == [403, 302]
    assert list(Activity.objects.all()) == [reported]


# Milestones, a new end and what shows it -----------------------------------------------------------
def test_one_form_ticks_milestones_moves_the_end_and_says_what_shows_it(client: Client, own: ActionPlan) -> None:
    activity = factories.make_activity(own, ends_on=date(2026, 6, 30))
    reached, left = (factories.make_milestone(activity, title=title) for title in ("Avtal klart", "Bygget börjar"))
    typed = given(
        milestones=[reached.pk],
        ends_on="2027-06-30",
        evidence_title="Beslut i nämnden",
        evidence_url="www.example.org/beslut",
    )

    assert client.post(page(activity), typed).status_code == 302

    activity.refresh_from_db()
    report = StatusUpdate.objects.get()
    assert activity.ends_on == date(2027, 6, 30)
    assert (report.ends_before, report.ends_after) == (date(2026, 6, 30), date(2027, 6, 30))
    assert [list(report.milestones.all()), list(activity.milestones.filter(reached_on=None))] == [[reached], [left]]
    public = html.document_fromstring(client.get(activity.get_absolute_url()).content.decode())
    told = [" ".join(line.text_content().split()) for line in public.xpath("//ul[@class='particulars']/li")]
    assert told == [
        "Nådd: Avtal klart",
        "Nytt slutdatum: 30 juni 2027 (tidigare: 30 juni 2026)",
        "Underlag: Beslut i nämnden",
    ]
    assert public.xpath("//ul[@class='particulars']//a/@href") == ["https://www.example.org/beslut"]


def test_an_empty_end_keeps_the_old_one(client: Client, own: ActionPlan) -> None:
    activity = factories.make_activity(own, ends_on=date(2026, 6, 30))

    client.post(page(activity), given(ends_on=""))

    activity.refresh_from_db()
    assert (activity.ends_on, StatusUpdate.objects.get().ends_after) == (date(2026, 6, 30), None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ends_on": "2015-01-01"}, "Aktiviteten kan inte sluta innan den börjar."),
        ({"ends_on": "i morgon"}, "Fyll i ett giltigt datum."),
        ({"evidence_url": "https://example.org/"}, "Skriv vad länken visar."),
        ({"evidence_title": "Beslut"}, "Fyll i länken, eller lämna båda fälten tomma."),
        ({"evidence_title": "Beslut", "evidence_url": "javascript:alert(1)"}, "Fyll i en giltig URL."),
        ({"milestones": ["999999"]}, "finns inte bland tillgängliga alternativ"),
    ],
)
def test_particulars_that_cannot_be_are_told_and_kept(
    client: Client, own: ActionPlan, typed: dict[str, Any], sentence: str
) -> None:
    activity = factories.make_activity(own)
    factories.make_milestone(activity)

    answer = client.post(page(activity), given(text_sv="Det här skrev jag.", **typed)).content.decode()

    assert sentence in answer
    assert "Det här skrev jag." in answer
    assert not StatusUpdate.objects.exists()


def test_a_milestone_of_another_activity_is_not_ticked(client: Client, own: ActionPlan) -> None:
    others = factories.make_milestone(factories.make_activity())

    answer = client.post(page(factories.make_activity(own)), given(milestones=[others.pk]))

    others.refresh_from_db()
    assert (answer.status_code, others.reached_on) == (200, None)
