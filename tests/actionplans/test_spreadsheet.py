"""Excel export and import: content, round trips, permissions and refusals."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from actionplans.columns import BY_KEY
from actionplans.models import Activity, Involvement, Organisation, StatusUpdate
from actionplans.spreadsheet.cells import escape_text, normalize_cell, strip_cell
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.importer import Saving, import_sheet
from actionplans.spreadsheet.parser import parse_workbook
from actionplans.spreadsheet.preview import excerpt_difference
from actionplans.spreadsheet.row_reader import CHECKS, SUSPECT, RowReader, unfold_links
from publishing.models import ChangeNote, FormerSlug
from strategy.models import Priority
from tests import factories
from tests.actionplans.sheets import KEYS, as_file, cell_of, cells_of, kinds, rows, saved, tried, written

pytestmark = pytest.mark.django_db


def make_full_activity(county, **given):
    organisations = list(Organisation.objects.order_by("pk"))
    priority = Priority.objects.get(slug="vag-x1")
    activity = factories.make_activity(
        county.plans[0],
        priority=priority,
        responsible=organisations[0],
        participating=tuple(organisations[1:]),
        **given,
    )
    activity.involvements.create(organisation=organisations[2], role=Involvement.Role.FINANCING, amount=500_000)
    return activity


def changes(report):
    return {
        (outcome.row, one.column): (one.before, one.after) for outcome in report.outcomes for one in outcome.differences
    }


def test_the_file_has_frozen_headers_filter_formats_lists_and_a_guide(county):
    make_full_activity(county, ends_on=date(2028, 6, 30), planned_amount=1_200_000)

    book = load_workbook(written(county))

    sheet, _milestones, guide, lists = book.worksheets
    assert (sheet.title, guide.title, lists.sheet_state) == ("Aktiviteter", "Kolumner", "hidden")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("E2", f"A1:{cell_of(KEYS[-1])}")
    cells = {key: sheet.cell(2, KEYS.index(key) + 1) for key in KEYS}
    assert (cells["ends_on"].is_date, cells["ends_on"].number_format) == (True, "yyyy-mm-dd")
    assert (cells["planned_amount"].value, cells["planned_amount"].number_format) == (1_200_000, "#,##0")
    offers = {str(offer.sqref).split(":")[0]: offer for offer in sheet.data_validations.dataValidation}
    chosen = {cell_of(key) for key in ("plan", "delivery_status", "merged_into", "contact", "responsible")}
    typed = {cell_of(key) for key in ("starts_on", "ends_on", "planned_amount")}
    assert offers.keys() == chosen | typed | {cell_of(key) for key in ("participating", "financing", "goals_sv")}
    strict = {cell for cell, offer in offers.items() if offer.showErrorMessage}
    assert strict == chosen | typed
    assert [cell.value for cell in lists["A"]][:6] == [
        "Planerad", "Pågår", "Klar", "Pausad", "Inställd", "Sammanslagen",
    ]  # fmt: skip
    assert guide.max_row > len(KEYS)
    assert [cell.value for cell in guide[2]][:2] == ["Id", guide["B2"].value]


def test_an_english_file_says_the_same_and_is_read_in_swedish(county):
    make_full_activity(county)
    with override("en"):
        content = written(county)

    with override("sv"):
        report = tried(county, content)

    assert load_workbook(content).sheetnames == ["Activities", "Milestones", "Columns", "Lists"]
    assert (report.unchanged, report.faults, report.outcomes) == (1, [], [])


def test_the_file_of_a_plan_holds_that_plan_only_and_never_anothers(county):
    own = [make_full_activity(county), factories.make_activity(county.plans[1])]

    everything = cells_of(written(county))
    one = cells_of(written(county, plans=type(county.other).objects.filter(pk=county.plans[1].pk)))

    assert [row["id"] for row in everything] == [activity.pk for activity in own]
    assert [row["id"] for row in one] == [own[1].pk]


def test_writing_asks_as_often_with_many_rows(county):
    make_full_activity(county)
    written(county)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            written(county)
        counts.append(len(captured))
        for _n in range(10):
            make_full_activity(county)

    assert counts[0] == counts[1]


def test_trying_new_rows_asks_as_often_with_many(county):
    tried(county, as_file(rows(1)))
    counts = []
    for count in (4, 40):
        new = [row | {"delivery_status": "Planerad", "status_reason_sv": None} for row in rows(count)]
        with CaptureQueriesContext(connection) as captured:
            report = tried(county, as_file(new))
        assert (report.new, report.faults) == (count, [])
        counts.append(len(captured))

    assert counts[0] == counts[1]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
SPECIAL = [
    "=1+1", "+46", "-5", "@x", "\tx", "'citat", "a\nb", "a\r\nb", "_x000D_", "_x005F_x000D_", "_x000D_x000A_", "🌲",
    "a\x0bb\x1f\ufffe", "\x1f", "", " ", "\x85",
]  # fmt: skip
texts = settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


@texts
@given(found=st.lists(ANY_TEXT, min_size=25, max_size=25))
def test_any_text_that_is_stored_survives_the_way_out_and_in(county, found):
    Activity.objects.all().delete()
    for text in [*SPECIAL, *found]:
        factories.make_activity(county.plans[0], title_sv="Titel", summary_sv=text)

    content = written(county)

    assert tried(county, content).unchanged == len(SPECIAL) + 25
    assert all(cell.data_type != "f" for row in load_workbook(content).worksheets[0] for cell in row)


@texts
@given(found=st.lists(ANY_TEXT, min_size=25, max_size=25))
def test_any_text_that_is_typed_is_stored_normalised(county, found):
    Activity.objects.all().delete()
    typed = [*SPECIAL, *found]
    sheet = [row | {"summary_en": escape_text(text)} for row, text in zip(rows(len(typed)), typed, strict=True)]

    _report, is_saved = saved(county, as_file(sheet))

    kept = {activity.slug: activity.summary_en or "" for activity in Activity.objects.all()}
    expected = [normalize_cell(text) if strip_cell(text) else "" for text in typed]
    assert (is_saved, [kept[row["slug"]] for row in sheet]) == (True, expected)


def test_a_text_too_long_for_a_cell_is_left_alone(county):
    activity = factories.make_activity(county.plans[0], summary_sv="å" * 40_000)
    content = written(county)

    assert "för lång" in cells_of(content)[0]["summary_sv"]
    assert tried(county, content).unchanged == 1
    found = cells_of(content)
    moved = tried(county, as_file([*found, rows(1)[0] | {"summary_sv": found[0]["summary_sv"]}]))
    assert [(fault.row, fault.column) for fault in moved.faults] == [(3, "Sammanfattning, svenska")]
    assert activity.pk == found[0]["id"]


@pytest.mark.parametrize(
    ("html", "cell"),
    [
        ("<p>Ett &amp; två</p><p>Tre<br>fyra</p>", "Ett & två\n\nTre\nfyra"),
        ("<p>a &lt; b</p>", "a < b"),
        ("<p>&lt;b&gt;</p>", "<p>&lt;b&gt;</p>"),
        ("<h2>Rubrik</h2><ul><li><p>Ett</p></li></ul>", "<h2>Rubrik</h2><ul><li><p>Ett</p></li></ul>"),
        ("", ""),
    ],
)
def test_rich_text_is_plain_where_that_says_it_all(county, html, cell):
    activity = factories.make_activity(county.plans[0], body_sv=html)

    assert (cells_of(written(county))[0]["body_sv"] or "") == cell
    saved(county, as_file([cells_of(written(county))[0] | {"body_sv": f"{cell} "}, rows(1)[0] | {"body_sv": cell}]))
    assert Activity.objects.exclude(pk=activity.pk).get(slug="rad-0").body_sv in (html, html or None)
    activity.refresh_from_db()
    assert activity.body_sv == html


@pytest.mark.parametrize(
    ("html", "part"),
    [
        ("<p onclick='x()'>a</p>", "onclick"),
        ("<a href='javascript:x()'>a</a>", "href"),
        ("<p>a</p><img src=x>", "&lt;img&gt;"),
        ("<!-- a --><p>b</p>", "<!-- -->"),
        ("<iframe></iframe>", "<iframe>"),
    ],
)
def test_what_the_editor_would_take_away_is_refused_by_name(county, html, part):
    report = tried(county, as_file([rows(1)[0] | {"body_sv": html}]))

    assert [fault.column for fault in report.faults] == ["Text, svenska"]
    assert part.replace("&lt;", "<").replace("&gt;", ">") in report.faults[0].why


def test_an_untouched_file_changes_nothing(county):
    make_full_activity(county, contact=county.coordinator.staff_member, body_sv="<p>x</p><script>gammalt</script>")
    factories.make_activity(county.plans[2], delivery_status="paused", status_reason_sv="Väntar.", starts_on=None)
    before = list(Activity.objects.order_by("pk").values())

    report, is_saved = saved(county, written(county))

    assert (report.unchanged, report.outcomes, is_saved) == (2, [], False)
    assert list(Activity.objects.order_by("pk").values()) == before


def test_a_change_is_told_before_and_after_and_saved(county):
    activity = make_full_activity(county, contact=county.coordinator.staff_member)
    row = cells_of(written(county))[0]
    row |= {
        "title_sv": "Ny titel",
        "slug": "ny-adress",
        "contact": "orjan@example.org",
        "responsible": "Tillväxtverket",
        "participating": "mittuniversitetet",
        "financing": "Tillväxtverket: 600 000 kr",
        "goals_sv": "M2: Nytt sätt.\n  \n  med luft\nM1 / Väg x1: först: Så här bidrar den.",
        "goals_en": None,
        "planned_amount": 25,
    }
    content = as_file([row])

    told = changes(tried(county, content))
    _report, is_saved = saved(county, content)

    assert told[2, "Titel, svenska"][1] == "Ny titel"
    assert told[2, str(BY_KEY["contact"].label)] == ("Frida Källenbach", "Örjan Åberg")
    assert told[2, "Planerat belopp"] == ("", "25")
    assert told[2, "Finansierande organisationer"] == ("Tillväxtverket: 500000", "Tillväxtverket: 600000")
    assert is_saved
    activity = unfold_links(Activity.objects.get(pk=activity.pk))
    assert (activity.title, activity.slug, activity.contact.name) == ("Ny titel", "ny-adress", "Örjan Åberg")
    assert str(activity.responsible) == "Tillväxtverket"
    assert [str(one) for one in activity.participating] == ["Mittuniversitetet"]
    assert [share.amount for share in activity.financing] == [600_000]
    assert {link.goal.code: link.how for link in activity.goals_sv} == {
        "M1": "Så här bidrar den.",
        "M2": "Nytt sätt.\n\nmed luft",
    }
    assert FormerSlug.objects.filter(object_id=activity.pk, slug="ny-adress").exists()
    assert ChangeNote.objects.get().title_sv == "Ny titel"
    assert tried(county, written(county)).unchanged == 1


def test_a_column_that_is_left_out_is_left_alone(county):
    activity = make_full_activity(county)
    row = cells_of(written(county))[0] | {"title_sv": "Ny titel"}

    report, _is_saved = saved(county, as_file([row], keys=["id", "title_sv"]))

    assert list(changes(report)) == [(2, "Titel, svenska")]
    activity.refresh_from_db()
    assert (activity.title_sv, activity.summary_sv) == ("Ny titel", "Något görs.")
    assert activity.contributions.count() == 1


def test_publication_is_shown_but_never_changed(county):
    make_full_activity(county)
    row = cells_of(written(county))[0]

    report = tried(county, as_file([row | {"publication": "utkast"}, rows(1)[0] | {"publication": "publicerad"}]))

    assert row["publication"] == "publicerad"
    assert [(fault.cell, fault.column) for fault in report.faults] == [
        (cell_of("publication", row), "Publicering") for row in (2, 3)
    ]


def test_a_new_status_is_a_signed_report(county):
    activity = make_full_activity(county)
    target = factories.make_activity(county.plans[1], slug="malet")
    row = cells_of(written(county))[0]
    row |= {"delivery_status": "Sammanslagen", "status_reason_sv": "Samma sak.", "merged_into": "plan-b/malet"}

    _report, is_saved = saved(county, as_file([row]))

    activity.refresh_from_db()
    update = StatusUpdate.objects.get()
    assert is_saved
    assert (activity.delivery_status, activity.status_reason_sv, activity.merged_into) == (
        "merged",
        "Samma sak.",
        target,
    )
    assert (update.before, update.after, update.author) == ("ongoing", "merged", county.coordinator)
    assert (update.text_sv, update.signed_by) == (
        "Ändrat genom inläsning av Excel-fil.",
        "Frida Källenbach, Samordnare",
    )

    row = cells_of(written(county))[0] | {"delivery_status": "Pågår"}
    report, is_saved = saved(county, as_file([row]))

    activity.refresh_from_db()
    assert set(changes(report)) == {(2, "Läge"), (2, "Skäl, svenska"), (2, "Sammanslagen med")}
    assert (is_saved, activity.status_reason_sv, activity.merged_into) == (True, "", None)


def test_activities_are_not_merged_in_a_circle(county):
    for name in ("ett", "tva"):
        factories.make_activity(county.plans[0], slug=name, starts_on=None)
    found = cells_of(written(county))
    for row, other in zip(found, ("tva", "ett"), strict=True):
        row |= {"delivery_status": "Sammanslagen", "status_reason_sv": "Ihop.", "merged_into": f"plan-a/{other}"}

    report, is_saved = saved(county, as_file(found))

    assert ([fault.column for fault in report.faults], is_saved) == (["Sammanslagen med"] * 2, False)
    assert StatusUpdate.objects.count() == 0


@pytest.mark.parametrize("number", range(25))
def test_each_kind_of_fault_is_told_by_row_and_column_and_nothing_is_saved(county, number):
    saved(county, as_file(rows(1)))
    found = [*cells_of(written(county)), *rows(2, 1)]
    kind = kinds(county)[number]
    kind.spoil(found[2], found)

    report, is_saved = saved(county, as_file(found))

    assert [fault.row for fault in report.faults] == [4]
    assert report.faults[0].why.startswith(kind.words)
    assert (report.new, report.unchanged, is_saved, Activity.objects.filter(plan__in=county.plans).count()) == (
        1,
        1,
        False,
        1,
    )


def test_every_kind_of_fault_is_tried(county):
    assert len({kind.name for kind in kinds(county)}) == 25


def test_a_file_that_comes_to_something_else_than_when_it_was_tried_is_not_saved(county):
    activity = make_full_activity(county)
    content = as_file([cells_of(written(county))[0] | {"title_sv": "Ny titel"}])
    fingerprint = tried(county, content).fingerprint
    Activity.objects.filter(pk=activity.pk).update(title_sv="Någon annans titel")

    sheet, choices = parse_workbook(content), Choices(county.coordinator)
    report, is_saved = import_sheet(sheet, choices, county.coordinator, Saving("publish"), tried=fingerprint)

    assert (changes(report)[2, "Titel, svenska"], is_saved) == (("Någon annans titel", "Ny titel"), False)
    _report, is_saved = import_sheet(
        sheet, Choices(county.coordinator), county.coordinator, Saving("publish"), tried=report.fingerprint
    )
    assert is_saved


def test_every_check_of_the_model_is_known_to_the_import():
    assert {check.name for check in CHECKS} == set(SUSPECT)


def test_excerpts_show_where_long_texts_differ():
    before, after = excerpt_difference("a" * 1000 + "x" + "a" * 1000, "a" * 1000 + "y" + "a" * 1000)

    assert before != after
    assert len(before) == len(after) < 300


def test_two_of_the_same_name_are_told_apart_by_their_address(county):
    twin = factories.make_organisation(name="Tillväxtverket", slug="tvillingen")
    activity = make_full_activity(county)
    activity.involvements.create(organisation=twin, role=Involvement.Role.FINANCING)

    cells = RowReader(Choices(county.coordinator)).show_cells(unfold_links(Activity.objects.get(pk=activity.pk)))
    report = tried(county, as_file([rows(1)[0] | {"responsible": "Tillväxtverket"}]))

    assert "Tillväxtverket (tvillingen)" in cells["financing"]
    assert "Flera heter" in report.faults[-1].why
    assert tried(county, written(county)).unchanged == 1
