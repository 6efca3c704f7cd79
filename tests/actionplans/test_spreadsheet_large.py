"""A file as large as a county's: every fault reported, nothing saved; corrected, all saved; exported again, equal."""

import io

import pytest
from django.forms.models import model_to_dict

from actionplans.columns import BY_KEY
from actionplans.models import Activity
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.exporter import export_plans
from actionplans.spreadsheet.importer import Saving, import_sheet
from actionplans.spreadsheet.parser import parse_workbook
from actionplans.spreadsheet.preview import preview_rows
from tests.actionplans.sheets import as_file, cells_of, kinds, make_county, rows

pytestmark = [pytest.mark.django_db, pytest.mark.load]

ROWS, OLD, OF_EACH = 5_000, 500, 8


def test_five_thousand_rows_with_two_hundred_faults_are_told_and_corrected_are_saved():
    county = make_county()
    choices = Choices(county.coordinator)
    _report, is_saved = import_sheet(
        parse_workbook(as_file(rows(OLD))), choices, county.coordinator, Saving("drafts"), tried=None
    )
    assert is_saved
    written = io.BytesIO()
    export_plans(Choices(county.coordinator), written)
    right = cells_of(written) + rows(ROWS - OLD, OLD)
    for row in right[: OLD // 2]:
        row["summary_sv"] = "Ny sammanfattning."
    right[1] |= {"delivery_status": "Inställd", "status_reason_sv": "Pengarna tog slut."}
    wrong = [dict(row) for row in right]
    expected = []
    places = iter(range(OLD, ROWS, (ROWS - OLD) // 200))
    for kind in kinds(county):
        for _n in range(OF_EACH):
            place = next(places)
            kind.spoil(wrong[place], wrong)
            expected.append((place + 2, str(BY_KEY[kind.key].label), kind.words))
    before = snapshot()

    report, is_saved = import_sheet(
        parse_workbook(as_file(wrong)), Choices(county.coordinator), county.coordinator, Saving("drafts"), tried=None
    )

    said = {(fault.row, fault.column): fault.why for fault in report.faults}
    assert len(expected) == 200
    assert [(row, column) for row, column, _words in sorted(expected)] == sorted(said)
    assert [(row, column, said[row, column]) for row, column, words in expected if words not in said[row, column]] == []
    assert (len(report.faults), is_saved, snapshot()) == (200, False, before)

    corrected = parse_workbook(as_file(right))
    report, is_saved = import_sheet(
        corrected, Choices(county.coordinator), county.coordinator, Saving("drafts"), tried=None
    )

    assert (report.new, report.changed, report.unchanged, is_saved) == (ROWS - OLD, OLD // 2, OLD // 2, True)
    again = io.BytesIO()
    export_plans(Choices(county.coordinator), again)
    exported = parse_workbook(again)
    assert without_ids(exported) == without_ids(corrected)
    assert preview_rows(exported, Choices(county.coordinator), county.coordinator).report.unchanged == ROWS


def snapshot():
    return [model_to_dict(activity, exclude=["goals", "organisations"]) for activity in Activity.objects.order_by("pk")]


def without_ids(sheet):
    """Leave out id and publication, which the portal gives a new row."""
    kept = [{key: cell for key, cell in row.cells.items() if key not in ("id", "publication")} for row in sheet.rows]
    return sorted(kept, key=lambda row: row["slug"])
