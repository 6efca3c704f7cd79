"""Files that are not spreadsheets, that lie, or that are malicious: each is refused with a sentence."""

import io
import random
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from actionplans.models import Activity
from actionplans.spreadsheet.parser import UnreadableFileError, parse_workbook
from tests.actionplans.sheets import as_file, rows, saved, tried

pytestmark = pytest.mark.django_db


def zipped(members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content


def parts_of(content):
    with zipfile.ZipFile(content) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_sheet(old, new):
    parts = parts_of(as_file(rows(1)))
    name = "xl/worksheets/sheet1.xml"
    assert old in parts[name]
    return zipped(parts | {name: parts[name].replace(old, new, 1)})


def book(*found, title="Aktiviteter", merge=None):
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in found:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    content = io.BytesIO()
    made.save(content)
    return content


HEADERS = ["Id", "Handlingsplan", "Titel, svenska", "Sammanfattning, svenska"]
NOISE = random.Random(1).randbytes(30_000)  # noqa: S311 - what does not pack well
MANY_EMPTY = b"".join(b'<row r="%d"/>' % number for number in range(3, 1_000_000))
HOSTILE = {
    "empty": (lambda: io.BytesIO(b""), "Filen är ingen Excel-fil."),
    "text": (lambda: io.BytesIO(b"Id;Titel\n1;Hej"), "Filen är ingen Excel-fil."),
    "another zip": (lambda: zipped({"a.txt": "x"}), "Filen är ingen Excel-fil."),
    "encrypted": (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512), "Filen är låst med lösenord"),
    "cut off": (lambda: io.BytesIO(as_file(rows(1)).getvalue()[:900]), "Filen går inte att läsa"),
    "too large": (lambda: io.BytesIO(b"PK\x03\x04" + b"\0" * (20 * 2**20)), "Filen är större än 20 MB."),
    "bomb": (
        lambda: zipped(parts_of(as_file([])) | {"xl/media/a.png": b"\0" * 90 * 2**20}),
        "Filen går inte att läsa: den packas upp",
    ),
    "much text": (
        lambda: zipped({f"xl/{n}.xml": NOISE * 35 for n in range(70)} | parts_of(as_file([]))),
        "Filen innehåller mer än",
    ),
    "entities": (
        lambda: changed_sheet(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
        "Filen innehåller XML",
    ),
    "broken xml": (lambda: changed_sheet(b"</row>", b"<row>"), "Filen är skadad"),
    "external links": (
        lambda: zipped(parts_of(as_file(rows(1))) | {"xl/externalLinks/externalLink1.xml": "<a/>"}),
        "Filen hämtar värden ur andra filer.",
    ),
    "merged cells": (lambda: book(HEADERS, [None, "Plan A"], merge="B2:C2"), "Bladet har sammanfogade celler"),
    "a million empty rows": (
        lambda: changed_sheet(b"</sheetData>", MANY_EMPTY + b"</sheetData>"),
        "Bladet har fler än 10 000 rader",
    ),
    "a row far down": (
        lambda: changed_sheet(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'),
        "Bladet har fler än 10 000 rader",
    ),
    "wrong headers": (lambda: book(["Namn", "Ort"], ["a", "b"]), "Den första raden måste innehålla rubrikerna."),
    "an unknown header": (lambda: book([*HEADERS, "Färg"]), "De här kolumnerna känns inte igen: E (Färg)."),
    "a header twice": (lambda: book([*HEADERS, "Titel, svenska"]), "Två kolumner har rubriken ”Titel, svenska”."),
    "no id": (lambda: book(HEADERS[1:]), "Kolumnen ”Id” saknas."),
    "a cell beside": (lambda: book(HEADERS, [None, "Plan A", "T", "S", None, "x"]), "Cell F2 innehåller något"),
    "no sheet": (lambda: zipped(parts_of(as_file([])) | {"xl/worksheets/sheet1.xml": b""}), "Filen är skadad"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_mistaken_file_gets_a_sentence(name):
    make, sentence = HOSTILE[name]

    with pytest.raises(UnreadableFileError) as refused:
        parse_workbook(make())

    assert str(refused.value).startswith(sentence)


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(county):
    content = changed_sheet(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')

    assert tried(county, content).new == 1


def test_numbers_and_dates_in_text_cells_are_text(county):
    row = rows(1)[0] | {"title_sv": 2030, "summary_sv": date(2026, 1, 31), "starts_on": "2026-01-31", "ends_on": None}

    saved(county, as_file([row]))

    activity = Activity.objects.get(slug="rad-0")
    assert (activity.title_sv, activity.summary_sv, activity.starts_on) == ("2030", "2026-01-31", date(2026, 1, 31))
