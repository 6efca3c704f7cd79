"""A file saved as drafts or published, with an own change note or the automatic one, and the plan that is chosen."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from actionplans.models import Activity, ActivityImport, Contribution, Involvement, Milestone, StatusUpdate
from actionplans.spreadsheet import jobs
from publishing.drafts.submission import save_draft
from publishing.models import ChangeNote, Draft, Revision
from tests import factories
from tests.actionplans.sheets import as_file, cells_of, milestones_of, rows, saved, with_milestones, written
from tests.actionplans.test_spreadsheet import make_full_activity
from tests.actionplans.test_spreadsheet_admin import IMPORT, text_of, upload

pytestmark = pytest.mark.django_db
Manner = ActivityImport.Manner
DRAFTS, PUBLISH = {"manner": "drafts"}, {"manner": "publish"}


@pytest.fixture
def client(client, county):
    client.force_login(county.coordinator)
    return client


def read_public_rows():
    """Return all that the public could see."""
    models = (Activity, Milestone, Contribution, Involvement, StatusUpdate, ChangeNote)
    return [list(model.objects.order_by("pk").values()) for model in models]


def make_changed_file(county):
    """Create a published activity with rows of each kind, and return a file that changes all of them."""
    activity = make_full_activity(county, slug="skogen", planned_amount=1_200_000)
    factories.make_milestone(activity, title_sv="Första")
    factories.make_milestone(activity, title_sv="Andra")
    (row,) = cells_of(written(county))
    first, second = milestones_of(written(county))
    row |= {
        "title_sv": "Ny titel",
        "ends_on": None,
        "planned_amount": 1_300_000,
        "contact": "Örjan Åberg",
        "participating": "Sundsvalls kommun",
        "financing": "Tillväxtverket: 600000",
        "goals_sv": "M1 / Väg x1: först: Nytt sätt.\nM2: Också.",
        "goals_en": None,
    }
    new = {"activity": "plan-a/skogen", "title_sv": "Tredje", "due_on": "2027-05-01"}
    found = [first | {"title_sv": "Ändrad"}, {"id": second["id"]}, new]
    return activity, with_milestones(as_file([row]), found)


def test_as_drafts_changes_nothing_public_and_publishing_the_draft_changes_all(county):
    activity, content = make_changed_file(county)
    before = read_public_rows()

    report, is_saved = saved(county, content, "drafts", note_sv="Planen är omarbetad.")
    assert (is_saved, report.published, read_public_rows()) == (True, 4, before)
    draft = Draft.objects.get()
    assert (draft.find_thing(), draft.author, draft.title) == (activity, county.coordinator, "Ny titel")
    save_draft(draft)

    activity.refresh_from_db()
    assert (activity.title_sv, activity.planned_amount, activity.contact.name) == ("Ny titel", 1_300_000, "Örjan Åberg")
    assert sorted(activity.milestones.values_list("title_sv", flat=True)) == ["Tredje", "Ändrad"]
    involved = activity.involvements.values_list("organisation__name_sv", "role", "amount").order_by("role", "pk")
    assert list(involved) == [
        ("Tillväxtverket", "financing", 600_000),
        ("Sundsvalls kommun", "participating", None),
        ("Mittuniversitetet", "responsible", None),
    ]
    served = activity.contributions.values_list("goal__code", "priority__slug", "how_sv", "how_en").order_by("pk")
    assert sorted(served) == [("M1", "vag-x1", "Nytt sätt.", ""), ("M2", None, "Också.", "")]
    assert ChangeNote.objects.get().note_sv == "Planen är omarbetad."


def test_a_draft_from_a_file_opens_in_its_form_without_a_conflict(county, client):
    activity, content = make_changed_file(county)
    saved(county, content, "drafts")

    page = client.get(reverse("admin:actionplans_activity_change", args=[activity.pk]))

    assert page.context["edit_conflict"] is None
    assert page.context["drafts"].shown == Draft.objects.get()
    assert 'value="Ny titel"' in page.content.decode()
    assert 'name="milestones-1-DELETE" id="id_milestones-1-DELETE" checked' in page.content.decode()


def test_a_draft_that_was_begun_is_kept_beside_that_of_the_file(county, client):
    activity, content = make_changed_file(county)
    url = reverse("admin:actionplans_activity_change", args=[activity.pk])
    client.post(url, {"title_sv": "Påbörjat", "_keep": "1"})

    saved(county, content, "drafts")

    assert sorted(Draft.objects.values_list("title", flat=True)) == ["Ny titel", "Påbörjat"]


@pytest.mark.parametrize(("manner", "publication"), [("drafts", "draft"), ("publish", "published")])
def test_new_activities_are_published_only_if_that_is_chosen(county, client, manner, publication):
    _report, is_saved = saved(county, as_file(rows(1)), manner)

    activity = Activity.objects.get(slug="rad-0")
    assert (is_saved, activity.publication) == (True, publication)
    assert activity.is_published() == (manner == "publish")
    notes = [note.note_sv for note in ChangeNote.objects.all()]
    assert notes == (["Publicerat genom inläsning av Excel-fil."] if manner == "publish" else [])
    assert client.get(activity.get_absolute_url()).status_code == (200 if manner == "publish" else 404)


@pytest.mark.parametrize("manner", ["drafts", "publish"])
def test_what_is_stored_but_not_published_is_saved_and_stays_so(county, manner):
    activity = factories.make_activity(county.plans[0], publication="draft", publish_from=None)
    row = cells_of(written(county))[0] | {"title_sv": "Ny titel", "delivery_status": "Klar"}

    saved(county, as_file([row]), manner)

    activity.refresh_from_db()
    assert (activity.title_sv, activity.delivery_status, activity.publication) == ("Ny titel", "done", "draft")
    assert (Draft.objects.count(), ChangeNote.objects.count()) == (0, 0)


def test_what_is_scheduled_waits_as_a_draft_too(county):
    activity = factories.make_activity(county.plans[0], publish_from="2090-01-01T00:00Z")
    saved(county, as_file([cells_of(written(county))[0] | {"title_sv": "Ny titel"}]), "drafts")

    activity.refresh_from_db()
    assert activity.title_sv != "Ny titel"
    assert Draft.objects.get().title == "Ny titel"


def test_a_status_of_what_is_published_cannot_be_a_draft_and_that_is_told(county, client):
    factories.make_activity(county.plans[0])
    row = cells_of(written(county))[0] | {"delivery_status": "Klar"}
    before = read_public_rows()

    report, is_saved = saved(county, as_file([row]), "drafts")
    location = upload(client, as_file([row]))["Location"]
    page = text_of(client.get(location))
    refused = text_of(client.post(f"{location}save/", DRAFTS))

    assert (is_saved, read_public_rows(), Draft.objects.count()) == (False, before, 0)
    assert [fault.column for fault in report.faults] == ["Läge"]
    assert "Som utkast</strong> går inte, för rad 2 ändrar läget" in page
    assert "Spara som utkast" not in page
    assert "Läget för en publicerad aktivitet ändras av en signerad rapport" in refused
    client.post(f"{location}save/", PUBLISH)
    assert Activity.objects.get(pk=row["id"]).delivery_status == "done"


def test_an_own_note_is_in_the_change_log_and_the_report(county, client):
    activity = factories.make_activity(county.plans[0])
    row = cells_of(written(county))[0] | {"delivery_status": "Klar"}
    location = upload(client, as_file([row]))["Location"]

    wrong = text_of(client.post(f"{location}save/", PUBLISH | {"note_en": "It is done."}))
    client.post(f"{location}save/", PUBLISH | {"note_sv": "Leden är klar.", "note_en": "The trail is done."})

    assert "Skriv ändringsnoteringen på svenska också." in wrong
    assert "> It is done.</textarea>" in wrong
    assert "Leden är klar." in text_of(client.get("/andringar/"))
    assert "The trail is done." in text_of(client.get("/en/changes/"))
    update = activity.updates.get()
    assert (update.text_sv, update.text_en) == ("Leden är klar.", "The trail is done.")


def test_nothing_is_saved_before_the_manner_is_chosen(county, client):
    location = upload(client, as_file(rows(1)))["Location"]

    for given in ({}, {"manner": "x"}, PUBLISH | {"note_sv": "å" * 1001}):
        assert client.post(f"{location}save/", given).status_code == 200

    assert Activity.objects.filter(plan__in=county.plans).count() == 0


def test_the_worker_saves_in_the_manner_and_with_the_note_that_were_chosen(county, client, monkeypatch):
    monkeypatch.setattr(jobs, "SMALL", 0)
    location = upload(client, as_file(rows(1)))["Location"]
    jobs.run_due_imports()

    client.post(f"{location}save/", PUBLISH | {"note_sv": "Ny plan."})
    jobs.run_due_imports()

    assert ActivityImport.objects.get().state == "saved"
    assert (Activity.objects.get(slug="rad-0").publication, ChangeNote.objects.get().note_sv) == (
        "published",
        "Ny plan.",
    )


def test_many_drafts_are_left_to_the_worker(county, client, monkeypatch):
    monkeypatch.setattr(jobs, "FEW_DRAFTS", 1)
    for _n in range(2):
        factories.make_activity(county.plans[0])
    location = upload(client, as_file([row | {"title_sv": "Ny"} for row in cells_of(written(county))]))["Location"]

    client.post(f"{location}save/", DRAFTS)
    waiting = Draft.objects.count()
    jobs.run_due_imports()

    assert (waiting, Draft.objects.count()) == (0, 2)


def test_each_change_asks_as_often_however_many_there_are(county):
    counts = {}
    for manner in ("publish", "drafts"):
        for count in (2, 12):
            Activity.objects.filter(plan__in=county.plans).delete()
            for _n in range(count):
                make_full_activity(county)
            changed = [row | {"title_sv": "Ny"} for row in cells_of(written(county))]
            with CaptureQueriesContext(connection) as captured:
                _report, is_saved = saved(county, as_file(changed), manner)
            assert is_saved
            counts[manner, count] = len(captured)
    each = {manner: (counts[manner, 12] - counts[manner, 2]) / 10 for manner in ("publish", "drafts")}

    assert each == {"publish": 20, "drafts": 6}  # what is published has its history kept


@pytest.mark.parametrize("path", ["list", "plan"])
def test_the_plan_is_chosen_where_excel_is_reached_from_it(county, client, path):
    plan = county.plans[1]
    url = f"/admin/actionplans/activity/?plan__id__exact={plan.pk}"
    url = url if path == "list" else f"/admin/actionplans/actionplan/{plan.pk}/change/"

    assert f'href="{IMPORT}?plan={plan.pk}"' in client.get(url).content.decode()
    page = client.get(IMPORT, {"plan": plan.pk}).content.decode()
    assert f'<option value="{plan.pk}" selected>' in page
    assert (
        "selected" not in client.get(IMPORT, {"plan": county.other.pk}).content.decode().partition("<option")[2][:400]
    )
    for given in ("x", "9" * 40, "-1", ""):
        assert client.get(IMPORT, {"plan": given}).status_code == 200


def test_whose_only_plan_it_is_has_it_chosen(log_in):
    user = factories.make_user(Role.COORDINATOR)
    plan = factories.make_plan(coordinators=[factories.make_staff(user=user)])
    client = log_in(Role.COORDINATOR)
    client.force_login(user)

    assert f'<option value="{plan.pk}" selected>' in client.get(IMPORT).content.decode()


def test_the_command_keeps_drafts_unless_it_publishes(county, tmp_path):
    activity = factories.make_activity(county.plans[0])
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_file([cells_of(written(county))[0] | {"title_sv": "Ny titel"}]).getvalue())

    call_command("import_activities", str(path), save=True, user="samordnaren")
    activity.refresh_from_db()
    kept = activity.title_sv
    call_command("import_activities", str(path), save=True, publish=True, note="Ny.", user="samordnaren")
    activity.refresh_from_db()

    assert (kept == "Ny titel", activity.title_sv, Draft.objects.count()) == (False, "Ny titel", 1)
    assert ChangeNote.objects.get().note_sv == "Ny."


@pytest.mark.parametrize("what", ["changed", "new", "milestone"])
def test_where_a_plan_needs_two_a_file_is_saved_as_drafts_only(county, what):
    activity = factories.make_activity(county.plans[0], slug="skogen")
    factories.make_milestone(activity, title_sv="Första")
    type(county.plans[0]).objects.update(needs_review=True)
    (row,), (milestone,) = cells_of(written(county)), milestones_of(written(county))
    new = {name: value for name, value in row.items() if name not in ("id", "publication")} | {
        "slug": "ny",
        "title_sv": "Ny aktivitet",
    }
    content = {
        "changed": as_file([row | {"title_sv": "Ändrad"}]),
        "new": as_file([new]),
        "milestone": with_milestones(as_file([row]), [milestone | {"title_sv": "Ändrad"}]),
    }[what]
    before = read_public_rows()

    report, is_saved = saved(county, content)

    assert (is_saved, read_public_rows()) == (False, before)
    assert "Någon annan måste läsa" in report.faults[0].why
    assert saved(county, content, Manner.DRAFTS)[1]


def test_what_an_activity_was_before_a_file_changed_it_is_kept(county):
    activity = factories.make_activity(county.plans[0], title_sv="Före")
    (row,) = cells_of(written(county))

    saved(county, as_file([row | {"title_sv": "Efter"}]))

    after, before = Revision.objects.of(activity)
    assert [one.contents["fields"]["title_sv"] for one in (before, after)] == ["Före", "Efter"]
    assert after.author == county.coordinator
