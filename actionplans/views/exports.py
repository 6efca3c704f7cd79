"""The list of activities as CSV (RFC 4180), Excel and JSON. Text that starts like a formula stays text."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from actionplans.columns import PUBLIC_COLUMNS, Value
from actionplans.models import Activity, ActivityQuerySet
from files.media_types import XLSX
from language.characters import make_writable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters of a cell that a spreadsheet would run as a formula (OWASP: CSV injection)."""
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
WIDTH, WIDE = 18, 48
ROWS_AT_ONCE = 500


def export_csv(activities: ActivityQuerySet, **_asked: str) -> HttpResponseBase:
    response = StreamingHttpResponse(
        stream_in_language(_csv_parts(activities)), content_type="text/csv; charset=utf-8; header=present"
    )
    response["Content-Disposition"] = f'attachment; filename="{_file_name()}.csv"'
    return response


def export_json(activities: ActivityQuerySet, **asked: str) -> HttpResponseBase:
    return StreamingHttpResponse(stream_in_language(_json_parts(activities, asked)), content_type="application/json")


def export_workbook(activities: ActivityQuerySet, **_asked: str) -> HttpResponseBase:
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_workbook(activities, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_file_name()}.xlsx", content_type=XLSX)


EXPORTS: dict[str, Callable[..., HttpResponseBase]] = {"csv": export_csv, "xlsx": export_workbook, "json": export_json}


def read_rows(activities: ActivityQuerySet) -> Iterator[Activity]:
    """Yield every activity with what its row shows, some hundreds at a time."""
    found = activities.in_plan_order().with_links().defer("body", "plan__body", "plan__summary")
    return found.iterator(chunk_size=ROWS_AT_ONCE)


def format_value(value: Value) -> str:
    """Return a value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def neutralize_formula(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def stream_in_language(parts: Iterator[str]) -> Iterator[str]:
    """Make each part in the request's language, which is no longer active when a stream is read."""
    language = get_language() or settings.LANGUAGE_CODE

    def speak() -> Iterator[str]:
        while True:
            with override(language):
                part = next(parts, None)
            if part is None:
                return
            yield part

    return speak()


def _csv_parts(activities: ActivityQuerySet) -> Iterator[str]:
    yield _csv_lines([[str(column.label) for column in PUBLIC_COLUMNS]])
    for some in _batches(read_rows(activities)):
        yield _csv_lines([[format_value(column.value(activity)) for column in PUBLIC_COLUMNS] for activity in some])


def _csv_lines(rows: Iterable[Iterable[str]]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerows([neutralize_formula(make_writable(text)) for text in row] for row in rows)
    return buffer.getvalue()


def _json_parts(activities: ActivityQuerySet, asked: dict[str, str]) -> Iterator[str]:
    head = {
        "licence": LICENCE,
        "language": get_language(),
        "read_at": timezone.now().isoformat(timespec="seconds"),
        "source": settings.BASE_URL + reverse("actionplans:activities"),
        "asked": asked,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "activities": [\n'
    separator = ""
    for some in _batches(read_rows(activities)):
        yield separator + ",\n".join(_json_row(activity) for activity in some)
        separator = ",\n"
    yield "\n]}\n"


def _json_row(activity: Activity) -> str:
    row: dict[str, Value] = {column.key: column.value(activity) for column in PUBLIC_COLUMNS}
    row["status_code"] = activity.delivery_status
    return json.dumps(row, ensure_ascii=False, default=_iso)


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def write_workbook(activities: ActivityQuerySet, file: IO[bytes]) -> None:
    """Write a workbook with one sheet, with a frozen header and filters."""
    from openpyxl import Workbook  # heavy, so it is imported only when needed
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("Activities"))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(PUBLIC_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if column.is_wide else WIDTH
    head = [WriteOnlyCell(sheet, str(column.label)) for column in PUBLIC_COLUMNS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for activity in read_rows(activities):
        sheet.append([_cell(sheet, column.value(activity)) for column in PUBLIC_COLUMNS])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(PUBLIC_COLUMNS))}{sheet._current_row or 1}"  # noqa: SLF001
    workbook.save(file)


def _cell(sheet: Any, value: Value) -> Any:
    """Return a cell: dates and numbers as such, text as text whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, datetime):
        return timezone.make_naive(value)
    if value is None or (isinstance(value, date | int) and not isinstance(value, bool)):
        return value
    cell = WriteOnlyCell(sheet, neutralize_formula(make_writable(format_value(value))))
    cell.data_type = "s"
    return cell


def _batches(rows: Iterator[Activity]) -> Iterator[list[Activity]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some


def _file_name() -> str:
    return reverse("actionplans:activities").strip("/").rpartition("/")[2]
