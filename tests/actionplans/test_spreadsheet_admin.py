"""The admin pages for Excel files: nothing is saved before the button, and then only what was previewed."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from actionplans.models import Activity, ActivityImport
from actionplans.spreadsheet import jobs
from actionplans.spreadsheet.importer import Saving
from tests import factories
from tests.actionplans.sheets import as_file, cell_of, cells_of, rows

pytestmark = pytest.mark.django_db

IMPORT = "/admin/actionplans/activity/import/"
EXPORT = "/admin/actionplans/activity/export/"
PUBLISH = {"manner": "publish"}


@pytest.fixture
def client(client, county):
    client.force_login(county.coordinator)
    return client


def upload(client, content, name="aktiviteter.xlsx"):
    content.seek(0)
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content.read())})


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_list_leads_to_the_pages_and_the_file_comes_down(client, county):
    factories.make_activity(county.plans[0])

    assert f'href="{IMPORT}"' in client.get("/admin/actionplans/activity/").content.decode()
    response = client.get(EXPORT, {"plan": county.plans[0].pk})

    assert len(cells_of(io.BytesIO(response.content))) == 1
    assert re.fullmatch(r'attachment; filename="plan-a-\d{4}-\d\d-\d\d\.xlsx"', response["Content-Disposition"])
    assert client.get(EXPORT, {"plan": county.other.pk}).status_code == 404


def test_a_file_is_tried_then_saved_by_the_button_and_once_only(client, county):
    response = upload(client, as_file(rows(2)))
    page = client.get(response["Location"])

    assert response.status_code == 302
    assert "Inget är sparat än." in text_of(page)
    assert "Spara som utkast" in text_of(page)
    assert Activity.objects.filter(plan__in=county.plans).count() == 0

    for _twice in range(2):
        done = client.post(f"{response['Location']}save/", {"manner": "drafts"}, follow=True)

    assert "Det är sparat. Det här ändrades." in text_of(done)
    assert sorted(Activity.objects.filter(plan__in=county.plans).values_list("publication", flat=True)) == ["draft"] * 2
    history = client.get(reverse("admin:actionplans_activity_history", args=[Activity.objects.get(slug="rad-0").pk]))
    assert "Inläst från en Excel-fil." in text_of(history)


def test_faults_come_first_and_offer_no_button(client, county):
    wrong = [*rows(1), rows(1, 1)[0] | {"plan": "Annans plan"}]

    location = upload(client, as_file(wrong))["Location"]
    page = text_of(client.get(location))
    client.post(f"{location}save/", PUBLISH)

    assert "1 rad kan inte läsas in." in page
    assert page.index("Du samordnar inte planen") < page.index("Vad som skulle ändras")
    assert "Spara som utkast" not in page
    assert Activity.objects.filter(plan__in=[*county.plans, county.other]).count() == 1


def test_what_cannot_be_read_is_told_and_nothing_is_kept(client):
    response = upload(client, io.BytesIO(b"hej"))

    assert "Filen är ingen Excel-fil." in text_of(response)
    assert 'role="alert"' in text_of(response)
    assert ActivityImport.objects.count() == 0
    assert "Välj en fil." in text_of(client.post(IMPORT, {}))


def test_a_change_in_between_shows_the_trial_again(client, county):
    activity = factories.make_activity(county.plans[0])
    row = cells_of(io.BytesIO(client.get(EXPORT).content))[0] | {"title_sv": "Min titel"}
    location = upload(client, as_file([row]))["Location"]
    Activity.objects.filter(pk=activity.pk).update(title_sv="Någon annans titel")

    page = text_of(client.post(f"{location}save/", PUBLISH, follow=True))

    assert "Något har ändrats i portalen sedan du tittade." in page
    assert "Någon annans titel" in page
    activity.refresh_from_db()
    assert activity.title_sv == "Någon annans titel"
    client.post(f"{location}save/", PUBLISH)
    activity.refresh_from_db()
    assert activity.title_sv == "Min titel"


def test_nobody_sees_or_saves_anothers_file(client, county, log_in):
    location = upload(client, as_file(rows(1)))["Location"]

    other = log_in(Role.ADMINISTRATOR)

    assert other.get(location).status_code == 404
    assert other.post(f"{location}save/").status_code == 404
    assert client.get(f"{IMPORT}{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST, Role.COORDINATOR])
def test_whoever_has_no_plans_may_neither_read_in_nor_download(log_in, role):
    client = log_in(role)

    assert client.get(IMPORT).status_code == 403
    assert upload(client, as_file(rows(1))).status_code == 403
    assert client.get(EXPORT).status_code == 403


def test_asking_changes_nothing(client, county):
    location = upload(client, as_file(rows(1)))["Location"]

    assert client.get(f"{location}save/").status_code == 405
    assert Activity.objects.filter(plan__in=county.plans).count() == 0


def test_bytes_that_were_exchanged_are_not_saved(client, county):
    location = upload(client, as_file(rows(1)))["Location"]
    job = ActivityImport.objects.get()
    storages["private"].delete(job.file.name)
    storages["private"].save(job.file.name, as_file(rows(1, 5)))

    page = text_of(client.post(f"{location}save/", PUBLISH, follow=True))

    assert "Filen är inte längre som när den skickades." in page
    assert Activity.objects.filter(plan__in=county.plans).count() == 0


def test_a_large_file_is_left_to_the_worker_with_a_page_that_tells_how_far(client, county, monkeypatch):
    monkeypatch.setattr(jobs, "SMALL", 2)

    location = upload(client, as_file(rows(3)))["Location"]
    waiting = text_of(client.get(location))
    handled = jobs.run_due_imports()
    tried = text_of(client.get(location))
    client.post(f"{location}save/", PUBLISH)
    saving = text_of(client.get(location))
    jobs.run_due_imports()

    assert '<meta http-equiv="refresh" content="2">' in waiting
    assert "0 av 3 rader" in waiting
    assert (handled, "Spara som utkast" in tried, "Aktiviteterna sparas." in saving) == (1, True, True)
    assert "Det är sparat." in text_of(client.get(location))
    assert jobs.run_due_imports() == 0


def test_a_file_that_fails_thrice_is_given_up_with_a_sentence(client, county, monkeypatch):
    monkeypatch.setattr(jobs, "SMALL", 0)
    location = upload(client, as_file(rows(1)))["Location"]
    ActivityImport.objects.update(attempts=jobs.ATTEMPTS)

    jobs.run_due_imports()

    assert "Filen gick inte att hantera." in text_of(client.get(location))


def test_whoever_has_lost_the_plan_meanwhile_saves_nothing(client, county):
    location = upload(client, as_file(rows(1)))["Location"]
    for plan in county.plans:
        plan.coordinators.clear()

    assert client.post(f"{location}save/", PUBLISH).status_code == 403
    jobs.confirm_import(ActivityImport.objects.get(), Saving("publish"))

    assert ActivityImport.objects.get().fault == "Den som skickade filen får inte längre ändra aktiviteter."
    assert Activity.objects.filter(plan__in=county.plans).count() == 0


def test_a_file_is_kept_for_a_day(client, django_capture_on_commit_callbacks):
    location = upload(client, as_file(rows(1)))["Location"]
    job = ActivityImport.objects.get()
    assert jobs.remove_old_imports() == 0
    ActivityImport.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert client.get(location).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.remove_old_imports() == 1

    assert not storages["private"].exists(job.file.name)


def test_pages_of_a_report_ask_as_often_with_many_rows(client, django_assert_num_queries, county):
    few, many = (upload(client, as_file(rows(count)))["Location"] for count in (1, 120))
    client.get(few)

    for location in (few, many):
        with django_assert_num_queries(7):
            page = client.get(location)

    assert "1–50 av 120" in text_of(page)
    assert "101–120 av 120" in text_of(client.get(many, {"rows": 3}))


def test_progress_is_written_over_a_connection_of_its_own(county, client):
    """Progress uses a connection of its own, which does not see this test's transaction, and that must not matter."""
    upload(client, as_file(rows(1)))
    job = ActivityImport.objects.get()

    with jobs._progress(job) as tell, CaptureQueriesContext(connection) as captured:
        tell(7, 9)

    job.refresh_from_db()
    assert (len(captured), job.done) == (0, 1)


# The commands -----------------------------------------------------------------------------------------------


def test_commands_write_try_and_save(county, tmp_path, capsys):
    activity = factories.make_activity(county.plans[0])
    path = tmp_path / "aktiviteter.xlsx"

    call_command("export_activities", str(path), plan="plan-a")
    call_command("import_activities", str(path))
    assert "0 nya, 0 ändrade, 0 borttagna, 1 oförändrade, 0 underkända." in capsys.readouterr().out

    path.write_bytes(as_file([cells_of(io.BytesIO(path.read_bytes()))[0] | {"title_sv": "Ny titel"}]).getvalue())
    call_command("import_activities", str(path))
    told = capsys.readouterr().out
    activity.refresh_from_db()
    assert "→ 'Ny titel'" in told
    assert "Nothing is saved yet." in told
    assert activity.title_sv != "Ny titel"

    call_command("import_activities", str(path), save=True, publish=True, user="samordnaren", plan="plan-a")
    activity.refresh_from_db()
    assert activity.title_sv == "Ny titel"


def test_commands_say_what_is_wrong_and_fail(county, tmp_path, capsys):
    path = tmp_path / "fel.xlsx"
    path.write_bytes(as_file([rows(1)[0] | {"starts_on": "snart"}]).getvalue())

    for words, arguments in {
        "1 rows are refused": {"file": str(path)},
        "There is no plan with the address x.": {"file": str(path), "plan": "x"},
        "Say with --user who saves it": {"file": str(path), "save": True},
        "There is no active login called nobody": {"file": str(path), "user": "nobody"},
        "The file could not be opened": {"file": str(tmp_path / "saknas.xlsx")},
    }.items():
        with pytest.raises(CommandError, match=re.escape(words)):
            call_command("import_activities", arguments.pop("file"), **arguments)
    assert f"✗ rad 2, Börjar, {cell_of('starts_on')}: ”snart” är inget datum." in capsys.readouterr().out
    with pytest.raises(CommandError, match="could not be written"):
        call_command("export_activities", str(tmp_path / "saknas" / "a.xlsx"))


def test_a_row_of_another_plan_than_the_one_named_is_refused(county, tmp_path, capsys):
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_file(rows(2)).getvalue())

    with pytest.raises(CommandError):
        call_command("import_activities", str(path), plan="plan-a")

    assert "rad 3, Handlingsplan, B3" in capsys.readouterr().out
