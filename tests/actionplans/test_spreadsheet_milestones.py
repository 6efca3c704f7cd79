"""Milestones on a sheet of their own: round trips, what is added, changed and removed, and what is refused."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from actionplans.models import Activity, Milestone
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.importer import Saving, import_sheet
from actionplans.spreadsheet.parser import UnreadableFileError, parse_workbook
from actionplans.spreadsheet.preview import CHANGED, NEW, REMOVED
from publishing.models import ChangeNote
from tests import factories
from tests.actionplans.sheets import as_file, cells_of, milestones_of, rows, saved, tried, with_milestones, written

pytestmark = pytest.mark.django_db
NEW_ROW = {"activity": "plan-a/skogen", "title_sv": "Klart", "title_en": "Done", "due_on": date(2027, 5, 1)}


@pytest.fixture
def activity(county):
    return factories.make_activity(county.plans[0], slug="skogen", title_sv="Skogen")


@pytest.fixture
def milestone(activity):
    return factories.make_milestone(activity, reached_on=date(2017, 1, 2))


def make_file(county, *found):
    """Return the exported file, with other rows of milestones."""
    return with_milestones(written(county), found)


def kinds_of(report):
    return [(outcome.sheet, outcome.row, outcome.kind) for outcome in report.outcomes]


def faults_of(report):
    return [(fault.sheet, fault.cell, fault.column) for fault in report.faults]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_untouched_file_changes_no_milestone(county, milestone, language):
    factories.make_milestone(milestone.activity, title_sv="=1+1", title_en="")
    with override(language):
        content = written(county)

    report = tried(county, content)

    assert (report.unchanged, report.outcomes, report.faults) == (3, [], [])


def test_the_sheet_shows_every_milestone_of_the_plans_with_real_dates(county, milestone):
    factories.make_milestone(county.others_activity)

    assert milestones_of(written(county)) == [
        {
            "id": milestone.pk,
            "activity": "plan-a/skogen",
            "title_sv": "Första spadtaget",
            "title_en": "The ground is broken",
            "due_on": date(2016, 12, 31),
            "reached_on": date(2017, 1, 2),
        }
    ]


def test_milestones_are_added_changed_and_removed(county, milestone):
    gone = factories.make_milestone(milestone.activity, title_sv="Bort")
    (row, _gone) = milestones_of(written(county))
    changed = row | {"title_sv": "Andra spadtaget", "due_on": date(2016, 11, 30), "reached_on": None}
    content = make_file(county, changed, {"id": gone.pk}, NEW_ROW)

    report = tried(county, content)
    _report, is_saved = saved(county, content, note_sv="Nya delmål.")

    assert kinds_of(report) == [("Milstolpar", 2, CHANGED), ("Milstolpar", 3, REMOVED), ("Milstolpar", 4, NEW)]
    assert report.outcomes[1].title == "Skogen: Bort"
    assert [one.before for one in report.outcomes[1].differences] == [
        "plan-a/skogen", "Bort", "The ground is broken", "2016-12-31",
    ]  # fmt: skip
    assert is_saved
    stored = Milestone.objects.order_by("due_on").values_list("title_sv", "title_en", "due_on", "reached_on")
    assert list(stored) == [
        ("Andra spadtaget", "The ground is broken", date(2016, 11, 30), None),
        ("Klart", "Done", date(2027, 5, 1), None),
    ]
    assert Milestone.objects.filter(pk=milestone.pk).exists()
    note = ChangeNote.objects.get()
    assert (note.object_id, note.note_sv) == (milestone.activity.pk, "Nya delmål.")
    assert LogEntry.objects.filter(object_id=milestone.activity.pk).count() == 1
    assert tried(county, written(county)).outcomes == []


@pytest.mark.parametrize("without", ["rows", "sheet"])
def test_a_row_or_a_sheet_that_is_absent_removes_nothing(county, milestone, without):
    content = make_file(county) if without == "rows" else as_file(cells_of(written(county)))

    report = tried(county, content)

    assert (report.unchanged, report.outcomes, report.faults) == (1, [], [])


def test_a_cleared_row_without_the_columns_that_are_needed_removes_nothing(county, milestone):
    book = load_workbook(make_file(county, {"id": milestone.pk}))
    book["Milstolpar"].delete_cols(5, 2)
    content = io.BytesIO()
    book.save(content)

    report = tried(county, content)

    assert {column for _sheet, _cell, column in faults_of(report)} == {"Aktivitet", "Milstolpe, svenska"}


def test_a_new_activity_gets_its_milestones_in_the_same_file(county):
    content = with_milestones(as_file(rows(1)), [NEW_ROW | {"activity": "Plan-A/RAD-0 "}])

    _report, is_saved = saved(county, content, "drafts")

    stored = Milestone.objects.get()
    assert (is_saved, stored.activity.slug, stored.title_sv) == (True, "rad-0", "Klart")


def test_a_renamed_activity_is_known_by_both_addresses(county, milestone):
    (activity,) = cells_of(written(county))
    (row,) = milestones_of(written(county))
    moved = as_file([activity | {"slug": "ny-adress"}])
    new = NEW_ROW | {"activity": "plan-a/ny-adress"}

    report, is_saved = saved(
        county, with_milestones(moved, [row | {"activity": "plan-a/ny-adress"}, new, NEW_ROW | {"title_sv": "Två"}])
    )

    assert (report.faults, is_saved) == ([], True)
    assert kinds_of(report) == [("", 2, CHANGED), ("Milstolpar", 3, NEW), ("Milstolpar", 4, NEW)]
    assert Milestone.objects.filter(activity=milestone.activity).count() == 3


@pytest.mark.parametrize(
    ("given", "column", "words"),
    [
        ({"activity": None}, "Aktivitet", "Aktiviteten saknas."),
        ({"activity": "plan-a/skogem"}, "Aktivitet", "”plan-a/skogem” finns inte i listan. Menade du ”plan-a/skogen”"),
        ({"activity": "annans-plan/annans"}, "Aktivitet", "”annans-plan/annans” finns inte i listan."),
        ({"title_sv": None}, "Milstolpe, svenska", "Cellen är tom"),
        ({"title_sv": "a\nb"}, "Milstolpe, svenska", "Texten måste stå på en rad."),
        ({"title_sv": "å" * 201}, "Milstolpe, svenska", "Säkerställ att detta värde"),
        ({"title_en": "=1+1"}, "Milstolpe, engelska", "Cellen innehåller en formel."),
        ({"due_on": None}, "Ska nås", "Cellen är tom"),
        ({"due_on": "i vår"}, "Ska nås", "”i vår” är inget datum."),
        ({"due_on": date(2207, 1, 1)}, "Ska nås", "Årtalet 2207 är troligen felskrivet."),
        ({"due_on": True}, "Ska nås", "Cellen innehåller sant eller falskt."),
        ({"reached_on": datetime(2090, 1, 1)}, "Nåddes", "Ange dagen då milstolpen nåddes."),  # noqa: DTZ001 - as in cells
        ({"id": 999_999}, "Id", "Det finns ingen milstolpe med id 999999."),
        ({"id": "x"}, "Id", "”x” är inget id."),
    ],
)
def test_what_is_wrong_is_told_by_sheet_row_and_column_and_nothing_is_saved(county, activity, given, column, words):
    content = make_file(county, NEW_ROW | {"title_sv": "Rätt"}, NEW_ROW | given)

    report, is_saved = saved(county, content)

    assert [(fault.sheet, fault.row, fault.column) for fault in report.faults] == [("Milstolpar", 3, column)]
    assert report.faults[0].why.startswith(words)
    assert (is_saved, Milestone.objects.count()) == (False, 0)


def test_anothers_milestone_an_id_twice_and_a_move_are_refused(county, milestone):
    factories.make_activity(county.plans[1], slug="annat")
    others = factories.make_milestone(county.others_activity)
    (row,) = milestones_of(written(county))

    report = tried(county, make_file(county, row, row, row | {"id": others.pk}))
    moved = tried(county, make_file(county, row | {"activity": "plan-b/annat"}))
    emptied = tried(county, make_file(county, row | {"title_sv": None}))

    assert faults_of(report) == [("Milstolpar", "A3", "Id"), ("Milstolpar", "A4", "Id")]
    assert report.faults[1].why == "Milstolpen hör till en plan som du inte samordnar. Ta bort raden."
    assert [fault.why[:41] for fault in moved.faults] == ["En milstolpe kan inte flyttas till en ann"]
    assert "töm alla celler i raden utom id" in emptied.faults[0].why


def test_the_same_file_twice_adds_no_milestone_twice(county, activity):
    content = make_file(county, NEW_ROW, NEW_ROW | {"title_sv": " KLART"})
    doubled = tried(county, content)
    saved(county, make_file(county, NEW_ROW))

    again = tried(county, make_file(county, NEW_ROW))

    assert [fault.why for fault in doubled.faults] == [
        "Rad 2 har samma aktivitet, text och datum. Ta bort en av raderna."
    ]
    assert [fault.why for fault in again.faults] == [
        "Aktiviteten har redan en milstolpe med den texten och det datumet. Ta bort raden."
    ]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda sheet: sheet.merge_cells("B2:C2"), "På bladet ”Milstolpar”: Bladet har sammanfogade celler"),
        (lambda sheet: sheet.cell(1, 3, "Färg"), "På bladet ”Milstolpar”: De här kolumnerna känns inte igen: C (Färg)"),
        (lambda sheet: sheet.cell(1, 3, "Ska nås"), "På bladet ”Milstolpar”: Två kolumner har rubriken ”Ska nås”."),
        (lambda sheet: sheet.delete_cols(1), "På bladet ”Milstolpar”: Kolumnen ”Id” saknas."),
        (lambda sheet: sheet.delete_rows(1), "På bladet ”Milstolpar”: Den första raden måste innehålla rubrikerna."),
        (lambda sheet: sheet.cell(2, 9, "x"), "På bladet ”Milstolpar”: Cell I2 innehåller något"),
        (lambda sheet: sheet.cell(10_002, 1, 1), "På bladet ”Milstolpar”: Bladet har fler än 10 000 rader"),
        (lambda sheet: sheet.parent.create_sheet("milestones"), "Två blad heter ”Milstolpar”."),
        (
            lambda sheet: sheet.parent.remove(sheet.parent["Aktiviteter"]),
            "Filen har inget blad som heter ”Aktiviteter”",
        ),
    ],
)
def test_a_hostile_or_mistaken_sheet_gets_a_sentence_that_names_it(county, activity, spoil, words):
    book = load_workbook(make_file(county, NEW_ROW))
    spoil(book["Milstolpar"])
    content = io.BytesIO()
    book.save(content)

    with pytest.raises(UnreadableFileError) as refused:
        parse_workbook(content)

    assert str(refused.value).startswith(words)


def test_a_milestone_that_changed_meanwhile_is_not_overwritten(county, milestone):
    (row,) = milestones_of(written(county))
    content = make_file(county, row | {"title_sv": "Mitt"})
    fingerprint = tried(county, content).fingerprint
    Milestone.objects.filter(pk=milestone.pk).update(title_sv="Någon annans")

    sheet, user = parse_workbook(content), county.coordinator
    report, is_saved = import_sheet(sheet, Choices(user), user, Saving("publish"), tried=fingerprint)

    assert (report.outcomes[0].differences[0].before, is_saved) == ("Någon annans", False)


def test_reading_milestones_asks_as_often_with_many(county, activity):
    counts = []
    for count in (2, 60):
        Milestone.objects.all().delete()
        stored = [factories.make_milestone(activity, title_sv=f"Nr {number}") for number in range(count)]
        found = milestones_of(written(county))
        found = [*found, *(NEW_ROW | {"title_sv": f"Ny {number}"} for number in range(count))]
        found[: count // 2] = [{"id": one.pk} for one in stored[: count // 2]]
        content = make_file(county, *found)
        with CaptureQueriesContext(connection) as captured:
            report = tried(county, content)
        assert (report.new, report.removed, report.unchanged - 1) == (count, count // 2, count - count // 2)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_who_may_not_touch_milestones_is_told(county, milestone):
    (row,) = milestones_of(written(county))
    content = make_file(county, row | {"title_sv": "Nytt"}, NEW_ROW)
    group = county.coordinator.groups.get()
    group.permissions.remove(*group.permissions.filter(content_type__model="milestone"))
    user = User.objects.get(pk=county.coordinator.pk)

    report = tried(county._replace(coordinator=user), content)

    assert [fault.why for fault in report.faults] == [
        "Du får inte ändra milstolpar. Återställ raden.", "Du får inte skapa nya milstolpar. Ta bort raden.",
    ]  # fmt: skip


def test_a_milestone_marks_its_activity_as_changed(county, activity):
    Activity.objects.update(updated_at=timezone.now() - timedelta(days=9))

    saved(county, make_file(county, NEW_ROW))

    activity.refresh_from_db()
    assert timezone.now() - activity.updated_at < timedelta(minutes=1)
