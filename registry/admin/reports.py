"""The page of reports, and the same tables as a workbook."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from files.media_types import XLSX
from language.characters import make_writable
from registry.models import Case
from registry.permissions import READS_ALL
from registry.reports import Report, ReportRow, make_report

FIRST = date(1990, 1, 1)
"""No registry of ours is older; earlier days are typing errors."""
LONGEST = timedelta(days=20 * 366)


class PeriodForm(forms.Form):
    """The period, by default the last twelve months."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        until = given.get("until") or timezone.localdate()
        since = given.get("since") or find_last_twelve_months(until)["since"]
        if since < FIRST or until.year > timezone.localdate().year + 1:
            raise forms.ValidationError(_("There is no data for those years. Check the period."))
        if since > until:
            raise forms.ValidationError(_("The period ends before it starts. Change one of the dates."))
        if until - since > LONGEST:
            raise forms.ValidationError(_("The period is too long. Choose a maximum of 20 years."))
        return {"since": since, "until": until}


def find_last_twelve_months(until: date | None = None) -> dict[str, date]:
    until = until or timezone.localdate()
    first = until.replace(day=1)
    for _month_back in range(11):
        first = (first - timedelta(days=1)).replace(day=1) if first > FIRST else first
    return {"since": first, "until": until}


def show_reports(request: HttpRequest) -> HttpResponse:
    """The report of a period; with `format=xlsx` as a workbook."""
    if not request.user.has_perm(READS_ALL):
        raise PermissionDenied
    form = PeriodForm(request.GET, label_suffix="")
    period = form.cleaned_data if form.is_valid() else find_last_twelve_months()
    report = make_report(period["since"], period["until"])
    if request.GET.get("format") == "xlsx" and form.is_valid():
        return _workbook(report)
    shown = PeriodForm(initial=period, label_suffix="") if form.is_valid() else form
    context = {
        **admin.site.each_context(request),
        "title": gettext("Reports"),
        "opts": Case._meta,
        "form": shown,
        "report": report,
        "period": period,
        "charts": [
            (
                gettext("Messages received, by month"),
                make_bars([(_month(row), row.arrived) for row in report.months]),
            ),
            (
                gettext("Business days to the first answer, by month (median)"),
                make_bars([(_month(row), row.median) for row in report.months]),
            ),
        ],
        "tables": [
            (heading, what, [(_month(row) if row.arrived is not None else row.name, row) for row in rows])
            for heading, what, rows in report.tables()
        ],
    }
    return TemplateResponse(request, "admin/registry/reports.html", context)


def make_bars(figures: list[tuple[str, float | None]]) -> list[dict[str, Any]]:
    """Return each figure with the length of its bar in percent."""
    largest = max((value for _name, value in figures if value), default=0)
    return [
        {"name": name, "value": value, "length": round(100 * value / largest) if value and largest else 0}
        for name, value in figures
    ]


def _month(row: ReportRow) -> str:
    return date_format(datetime.fromisoformat(row.name), "M Y") if row.name[:1].isdigit() else row.name


def _workbook(report: Report) -> HttpResponse:
    """Return a sheet for each table. What senders wrote is text, never a formula (CWE-1236)."""
    from openpyxl import Workbook  # 12 MB, so only where it is used
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for heading, what, rows in report.tables():
        sheet = book.create_sheet(heading[:31])
        head = [what, _("Arrived"), _("Cases"), _("Answered"), _("Median"), _("Nine in ten within"), _("Overdue"),
                _("Answered late")]  # fmt: skip
        sheet.append([str(title) for title in head])
        for row in rows:
            sheet.append([
                "", row.arrived, row.cases, row.answered, row.median, row.slowest_tenth, row.overdue, row.answered_late,
            ])  # fmt: skip
            write_text(sheet.cell(sheet.max_row, 1), row.name[:7] if row.arrived is not None else row.name)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = 40
    content = BytesIO()
    book.save(content)
    response = HttpResponse(content.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="diarium-{report.since}-{report.until}.xlsx"'
    return response


def write_text(cell: Any, text: str) -> None:
    """Write text that is never a formula; the quote prefix keeps it so when someone edits the cell."""
    cell.value = make_writable(text)
    cell.data_type = "s"
    cell.quotePrefix = True
