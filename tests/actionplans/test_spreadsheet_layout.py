"""An exported file as people see it: rows as high as their text, paper, and what its cells let them enter."""

import io
import zipfile

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from actionplans.spreadsheet.layout import HIGHEST, LINE, count_lines
from tests import factories
from tests.actionplans.sheets import cell_of, written

pytestmark = pytest.mark.django_db
SENTENCE = "Företag med färre än femtio anställda kunde få upp till 100 000 kronor för att köpa hjälp av en forskare."


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 8, 1),
        ("Titel", 36, 1),
        (SENTENCE, 44, 3),
        (SENTENCE, 26, 4),
        (f"{SENTENCE}\n\n{SENTENCE}", 44, 7),
        ("a\nb\n\nc\n", 44, 5),
        ("innovationscheckar-for-sma-foretag", 26, 2),
        ("m" * 100, 26, 8),
        ("i" * 50, 26, 1),
        ("🌲" * 44, 44, 3),
        ("x " * 2000, 44, 72),
    ],
)
def test_the_lines_of_a_text_are_estimated_from_its_letters_and_words(text, width, lines):
    assert count_lines(text, width) == lines


def test_rows_are_as_high_as_their_text_and_excel_may_fit_them_anew(county):
    for summary in ("Kort.", SENTENCE * 3, "Rad\n" * 200):
        factories.make_activity(county.plans[0], summary_sv=summary, body_sv="", body_en="", title_sv="Titel")

    content = written(county)

    sheet = load_workbook(content).worksheets[0]
    heights = [sheet.row_dimensions[number].height for number in range(1, 5)]
    assert heights == [2 * LINE, LINE, count_lines(SENTENCE * 3, 44) * LINE, HIGHEST]
    written_rows = zipfile.ZipFile(content).read("xl/worksheets/sheet1.xml")
    assert b'customHeight="1"' not in written_rows
    assert sheet.sheet_format.customHeight is None


@pytest.mark.parametrize(("language", "page"), [("sv", "Sida &P av &N"), ("en", "Page &P of &N")])
def test_every_sheet_is_printed_on_a4_with_its_header_and_page_numbers(county, language, page):
    with override(language):
        book = load_workbook(written(county))

    for sheet in book.worksheets[:3]:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.print_title_rows, sheet.oddFooter.center.text) == ("$1:$1", page)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "Skriv ett datum från 1950-01-01 till 2099-12-31, till exempel 2026-01-31."),
        ("en", "Enter a date from 1950-01-01 to 2099-12-31, such as 2026-01-31."),
    ],
)
def test_cells_of_dates_take_dates_only_and_say_so(county, language, words):
    with override(language):
        activities, milestones = load_workbook(written(county)).worksheets[:2]

    (starts,) = [one for one in activities.data_validations.dataValidation if cell_of("starts_on") in one.sqref]
    assert (starts.type, starts.operator, starts.showErrorMessage, starts.error) == ("date", "between", True, words)
    assert (starts.formula1, starts.formula2) == ("DATE(1950,1,1)", "DATE(2099,12,31)")
    due, reached = [one for one in milestones.data_validations.dataValidation if one.type == "date"]
    assert (str(due.sqref), str(reached.sqref), reached.formula2) == ("E2:E501", "F2:F501", "TODAY()")


def test_amounts_are_whole_numbers_and_lists_cover_new_rows(county):
    factories.make_activity(county.plans[0], slug="skogen")

    activities, milestones = load_workbook(io.BytesIO(written(county).getvalue())).worksheets[:2]

    offers = {str(one.sqref).split(":")[0]: one for one in activities.data_validations.dataValidation}
    amount, status = offers[cell_of("planned_amount")], offers[cell_of("delivery_status")]
    assert (amount.type, amount.formula1, amount.error) == (
        "whole", "0", "Skriv hela kronor med siffror, till exempel 500000.",
    )  # fmt: skip
    assert (status.formula1, status.error) == ("'Lists'!$A$1:$A$6", "Välj ur listan.")
    assert str(status.sqref).endswith("502")
    (offer,) = [one for one in milestones.data_validations.dataValidation if one.type == "list"]
    assert (str(offer.sqref), offer.showErrorMessage) == ("B2:B501", False)
