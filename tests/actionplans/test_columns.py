"""Every column of an activity is in each file and in the search, as far as it says that it is."""

import csv
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from actionplans.columns import PUBLIC_COLUMNS, SHEET_COLUMNS, Column
from actionplans.models import Activity, Involvement
from actionplans.spreadsheet.cell_kinds import SlugCell, TextCell
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.exporter import export_plans
from actionplans.spreadsheet.parser import parse_workbook
from actionplans.spreadsheet.preview import preview_rows
from search.models import Kind
from search.sources import SOURCES
from tests import factories
from tests.actionplans.sheets import cells_of

pytestmark = pytest.mark.django_db
NAMES = {role: f"organisation{role}" for role in Involvement.Role.values}
SEARCHED = [column for column in SHEET_COLUMNS if column.searched]


def word_of(column: Column) -> str:
    """Return the word that only this column's cell has: a text's, or the organisation's in that role."""
    return NAMES.get(column.key, f"ord{column.key.replace('_', '')}")


def is_text(column: Column) -> bool:
    return isinstance(column.cell, TextCell) and not isinstance(column.cell, SlugCell)


@pytest.fixture
def activity() -> Activity:
    """An activity with something in every column."""
    plan = factories.make_plan()
    activity = factories.make_activity(
        plan,
        goal=factories.make_goal(plan.strategy),
        responsible=factories.make_organisation(name=NAMES["responsible"]),
        participating=(factories.make_organisation(name=NAMES["participating"]),),
        slug="aktiviteten",
        ends_on=date(2017, 12, 31),
        delivery_status=Activity.Delivery.MERGED,
        merged_into=factories.make_activity(plan),
        planned_amount=1000,
        contact=factories.make_staff(),
        **{column.key: word_of(column) for column in SHEET_COLUMNS if is_text(column)},
    )
    financing = factories.make_organisation(name=NAMES["financing"])
    activity.involvements.create(organisation=financing, role=Involvement.Role.FINANCING, amount=500)
    return activity


def test_the_file_of_the_coordinators_has_every_column_and_is_understood_when_it_comes_back(activity: Activity) -> None:
    content, choices = io.BytesIO(), Choices(None)
    export_plans(choices, content)

    (row,) = [row for row in cells_of(content) if row["slug"] == activity.slug]
    content.seek(0)
    sheet = parse_workbook(content)

    assert [column.key for column in SHEET_COLUMNS if row[column.key] in (None, "")] == []
    assert {column.key: row[column.key] for column in SHEET_COLUMNS if is_text(column)} == {
        column.key: word_of(column) for column in SHEET_COLUMNS if is_text(column)
    }
    assert list(sheet.headers) == [column.key for column in SHEET_COLUMNS]
    assert preview_rows(sheet, choices, None).report.unchanged == len(sheet.rows) == 2


@pytest.mark.parametrize("column", [column for column in SHEET_COLUMNS if is_text(column)], ids=lambda one: one.key)
def test_a_changed_text_is_read_from_its_column(activity: Activity, column: Column) -> None:
    content, choices = io.BytesIO(), Choices(None)
    export_plans(choices, content)
    workbook = openpyxl.load_workbook(content)
    (cell,) = [cell for row in workbook.worksheets[0].iter_rows() for cell in row if cell.value == word_of(column)]
    cell.value = "annat"
    workbook.save(content)

    preview = preview_rows(parse_workbook(content), choices, None)

    assert preview.report.faults == []
    (changed,) = preview.changed
    assert (changed.pk, [change.key for change in changed.changes]) == (activity.pk, [column.key])  # type: ignore[attr-defined]
    assert "annat" in getattr(changed, column.key)


def test_each_public_file_has_every_column_that_is_public(activity: Activity, client: Client) -> None:
    file = client.get("/aktiviteter.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/aktiviteter.xlsx").getvalue())).active
    assert sheet is not None
    read = json.loads(client.get("/aktiviteter.json").getvalue())["activities"]
    labels = [str(column.label) for column in PUBLIC_COLUMNS]

    assert {column.published for column in SHEET_COLUMNS if column.published} < set(PUBLIC_COLUMNS)
    (row,) = [row for row in rows if row["Adress"].endswith(activity.get_absolute_url())]
    assert list(row) == labels
    assert [cell.value for cell in sheet[1]] == labels
    (shown,) = [row for row in read if row["address"].endswith(activity.get_absolute_url())]
    assert list(shown) == [*(column.key for column in PUBLIC_COLUMNS), "status_code"]
    assert [label for label in labels if row[label] == ""] == []
    assert [key for key, value in shown.items() if value in (None, "", [])] == []
    for column in SHEET_COLUMNS:
        if column.published and is_text(column):
            assert shown[column.published.key] == row[str(column.published.label)] == word_of(column)


@pytest.mark.parametrize("column", SEARCHED, ids=[column.key for column in SEARCHED])
def test_the_search_holds_every_column_that_is_searched(activity: Any, column: Column) -> None:
    activity.public_updates = []
    content = SOURCES[Kind.ACTIVITY].content(activity, "sv")

    part = getattr(content, column.searched)
    words = [part.text] if column.searched == "title" else [text.text for text in part]
    assert word_of(column) in words
