import io
from datetime import date

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.inspection import PdfFacts, inspect_pdf
from documents.pdf import make_pdf


def saved(document, **options):
    target = io.BytesIO()
    document.save(target, **options)
    return target.getvalue()


def plain_pdf(pages=1, **root):
    """A PDF as an office printer makes it, with those entries in its catalogue."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    for name, value in root.items():
        document.Root[f"/{name}"] = value
    return document


def our_pdf():
    return make_pdf(title="Plan", language="sv", body_html="<p>Text.</p>", author="Frida", date=date(2026, 5, 4))


@pytest.mark.parametrize("wrap", [io.BytesIO, ContentFile, lambda content: SimpleUploadedFile("plan.pdf", content)])
def test_our_own_document_is_tagged_and_titled(wrap):
    file = wrap(our_pdf())
    file.read(100)

    assert inspect_pdf(file) == PdfFacts(pages=1, tagged=True, language="sv", title="Plan")
    assert file.tell() == 0


def test_file_on_disk_is_inspected(tmp_path):
    (tmp_path / "plan.pdf").write_bytes(our_pdf())

    with (tmp_path / "plan.pdf").open("rb") as file:
        assert inspect_pdf(file).pages == 1


def test_plain_file_has_pages_only():
    assert inspect_pdf(io.BytesIO(saved(plain_pdf(pages=3)))) == PdfFacts(pages=3, tagged=False, language="", title="")


def test_odd_entries_are_passed_over():
    odd = plain_pdf(MarkInfo=pikepdf.Name("/Yes"), Lang=pikepdf.Name("/sv"))
    odd.docinfo["/Title"] = pikepdf.Array([1])

    assert inspect_pdf(io.BytesIO(saved(odd))) == PdfFacts(pages=1, tagged=False, language="", title="")


def test_marks_without_structure_are_no_tags():
    marked = plain_pdf(MarkInfo=pikepdf.Dictionary(Marked=True))

    assert not inspect_pdf(io.BytesIO(saved(marked))).tagged


def test_title_is_found_in_the_metadata():
    document = plain_pdf()
    with document.open_metadata(update_docinfo=False) as metadata:
        metadata["dc:title"] = "Årsredovisning"

    assert inspect_pdf(io.BytesIO(saved(document))).title == "Årsredovisning"


@pytest.mark.parametrize("password", ["hemligt", ""], ids=["to open", "to change"])
def test_protected_file_is_refused(password):
    protected = saved(plain_pdf(), encryption=pikepdf.Encryption(user=password, owner="ägare"))

    with pytest.raises(ValidationError) as refusal:
        inspect_pdf(io.BytesIO(protected))
    assert refusal.value.messages == [
        "Filen är skyddad med lösenord eller krypterad. Spara den utan skydd och välj den igen."
    ]
    assert refusal.value.code == "encrypted"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"\n%PDF-1.7\n", b"%PD"])
def test_other_file_is_refused(content):
    with pytest.raises(ValidationError) as refusal:
        inspect_pdf(io.BytesIO(content))
    assert refusal.value.messages == ["Filen är inte en PDF. Spara dokumentet som PDF och välj den filen."]
    assert refusal.value.code == "not_pdf"


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n", our_pdf()[:4000], our_pdf()[:-200], our_pdf().replace(b"/Pages", b"/Sidor"), saved(pikepdf.new())],
    ids=["header only", "cut early", "cut late", "no page tree", "no pages"],
)
def test_damaged_file_is_refused(content):
    file = io.BytesIO(content)

    with pytest.raises(ValidationError) as refusal:
        inspect_pdf(file)
    assert refusal.value.messages == [
        "Filen är skadad och kan inte läsas. Spara dokumentet som PDF på nytt och välj den nya filen."
    ]
    assert refusal.value.code == "broken"
    assert file.tell() == 0
