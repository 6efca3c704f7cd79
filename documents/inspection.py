"""What a PDF file is, seen from the inside, when an editor uploads it."""

from typing import BinaryIO, NamedTuple, cast

import pikepdf
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

HEADER = b"%PDF-"


class PdfFacts(NamedTuple):
    """What the portal tells of a PDF. Language (as in `sv-SE`) and title are empty where the file gives none."""

    pages: int
    tagged: bool
    language: str
    title: str


def inspect_pdf(file: BinaryIO | File) -> PdfFacts:
    """The facts of a PDF file, which is left at its start.

    Raises `ValidationError` (code `not_pdf`, `encrypted` or `broken`) for a file that not everybody can read.
    """
    file.seek(0)
    try:
        if file.read(len(HEADER)) != HEADER:
            message = _("The file is not a PDF. Save the document as a PDF and choose that file.")
            raise ValidationError(message, code="not_pdf")
        with pikepdf.open(cast("BinaryIO", file), attempt_recovery=False) as pdf:
            return _facts(pdf)
    except pikepdf.PasswordError as error:
        message = _(
            "The file is protected with a password or encrypted. Save it without protection and choose it again."
        )
        raise ValidationError(message, code="encrypted") from error
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError) as error:
        message = _("The file is damaged and cannot be read. Save the document as a PDF again and choose the new file.")
        raise ValidationError(message, code="broken") from error
    finally:
        file.seek(0)


def _facts(pdf: pikepdf.Pdf) -> PdfFacts:
    if pdf.is_encrypted:  # and yet opened: with an empty password
        raise pikepdf.PasswordError
    pages = len(pdf.pages)
    if pages == 0:
        raise ValueError("no pages")
    marks = pdf.Root.get("/MarkInfo", pikepdf.Dictionary())
    return PdfFacts(
        pages=pages,
        tagged="/StructTreeRoot" in pdf.Root and bool(marks.get("/Marked", False)),
        language=_text(pdf.Root.get("/Lang")),
        title=_title(pdf),
    )


def _title(pdf: pikepdf.Pdf) -> str:
    """The title of the information dictionary, or of the metadata (XMP), which may be all that newer files have."""
    if title := _text(pdf.docinfo.get("/Title")):
        return title
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        return str(metadata.get("dc:title") or "").strip()


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, pikepdf.String) else ""
