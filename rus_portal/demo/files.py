"""The files of the demo's documents: accessible PDFs, a scanned one, and a workbook."""

import json
import tomllib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pikepdf
import typst
from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from documents.models import Document
from documents.pdf_export import make_pdf

FOLDER = Path(__file__).parent
NOTICE = {
    "sv": "Exempeldata: dokumentet är framtaget för en demonstration.",
    "en": "Example data: this document was made for a demonstration.",
}
DOTS_PER_INCH = 96
SCANNED_AT = datetime(2013, 3, 14, tzinfo=UTC)


def make_file(document: Document, source: dict[str, Any]) -> tuple[str, bytes]:
    """Return the extension and content of the file that the source describes."""
    if "sheet" in source:
        return "pdf", _scanned(document, source["sheet"])
    if "table_of" in source:
        return "xlsx", _workbook(document, FOLDER / source["table_of"])
    return "pdf", _accessible(document, source["body"])


def _accessible(document: Document, body: str) -> bytes:
    responsible, language = document.responsible, document.language
    with translation.override(language):
        return make_pdf(
            title=document.title,
            language=language,
            body_html=body,
            author=f"{responsible.name}, {responsible.title}" if responsible else "",
            date=document.decided_on or document.created_at.date(),
            reference=document.reference,
            notice=NOTICE[language],
        )


def _scanned(document: Document, sheets: list[dict[str, Any]]) -> bytes:
    """Return a PDF as a scanner makes it: a picture a page, without text."""
    with TemporaryDirectory() as folder:
        pictures = []
        for number, picture in enumerate(_typeset(folder, {"sheets": sheets, "reference": document.reference}, "png")):
            pictures.append(f"{number}.png")
            (Path(folder) / pictures[-1]).write_bytes(picture)
        (made,) = _typeset(folder, {"pictures": pictures}, "pdf")
    return _untold(made)


def _typeset(folder: str, content: dict[str, Any], kind: Literal["pdf", "png"]) -> list[bytes]:
    source = Path(folder) / "scanned.typ"
    source.write_bytes((FOLDER / "scanned.typ").read_bytes())
    made: Any = typst.compile(
        source,
        root=Path(folder),
        font_paths=typst.Fonts(include_system_fonts=False),
        format=kind,
        ppi=DOTS_PER_INCH,
        sys_inputs={"content": json.dumps(content)},
        timestamp=SCANNED_AT,
        pdf_tags=False,
    )
    return made if isinstance(made, list) else [made]


def _untold(made: bytes) -> bytes:
    """Return the PDF without language and title, which no scanner knows."""
    content = BytesIO()
    with pikepdf.open(BytesIO(made)) as pdf:
        for name in ("/Lang", "/ViewerPreferences", "/Metadata"):
            if name in pdf.Root:
                del pdf.Root[name]
        pdf.save(content, deterministic_id=True)
    return content.getvalue()


def _workbook(document: Document, source: Path) -> bytes:
    """Return a workbook of the strategy's goals and priorities, a row for each priority."""
    book = Workbook()
    book.properties.title, book.properties.language = document.title_sv, document.language  # type: ignore[attr-defined]
    book.properties.creator = ""
    rows = book.active
    rows.title = "Mål och prioriteringar"
    rows.append(["Mål nr", "Mål", "Målår", "Prioritering", "Vad den innebär"])
    for goal in tomllib.loads(source.read_text(encoding="utf-8"))["goal"]:
        for priority in goal["priority"]:
            row = [goal["code"], goal["title_sv"], goal["target_year"], priority["title_sv"], priority["summary_sv"]]
            rows.append(row)
    for column, width in zip("ABCDE", (9, 32, 9, 34, 90), strict=True):
        rows.column_dimensions[column].width = width
    for cell in rows["1:1"]:
        cell.font = Font(bold=True)
    for (cell,) in rows.iter_rows(min_row=2, min_col=5, max_col=5):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    rows.freeze_panes = "A2"
    about = book.create_sheet("Om arbetsboken")
    about.column_dimensions["A"].width = 90
    about.append([NOTICE["sv"]])
    about.append(["Uppgifterna kommer ur strategins text, så som den står på webbplatsen."])
    content = BytesIO()
    book.save(content)
    return content.getvalue()
