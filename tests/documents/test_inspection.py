"""The facts and faults of a file, as the sandbox finds them."""

from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from documents import inspection
from documents.inspection import inspect_file
from documents.models import Fault, MediaType
from documents.pdf_export import make_pdf
from files.extraction.facts import Facts
from files.extraction.sandbox import Limits
from tests.factories.files import (
    make_docx,
    make_odt,
    make_pptx,
    make_text_pdf,
    make_xlsx,
    pdf_with_pages,
    saved,
    zipped,
)

PDF, DOCX, XLSX, PPTX, ODT = (kind.value for kind in MediaType)
NOTHING_TOLD = ("untagged", "no_language", "no_title")


def our_pdf() -> bytes:
    return make_pdf(
        title="Plan", language="sv", body_html="<h2>Mål</h2><p>Text.</p>", author="Frida", date=date(2026, 5, 4)
    )


def facts(content: bytes, name: str | None = None) -> Facts:
    return inspect_file(ContentFile(content, name=name))


def refused(content: bytes, name: str | None = None) -> tuple[str | None, str]:
    with pytest.raises(ValidationError) as refusal:
        facts(content, name)
    (message,) = refusal.value.messages
    return refusal.value.code, message


def uploaded(content: bytes) -> TemporaryUploadedFile:
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)  # as the first upload does
    file = TemporaryUploadedFile("plan.pdf", "application/pdf", len(content), None)
    file.write(content)
    return file


@pytest.mark.parametrize(
    "wrap",
    [ContentFile, lambda content: SimpleUploadedFile("plan.pdf", content), uploaded],
    ids=["kept", "sent", "large"],
)
def test_our_own_document_is_without_fault(wrap: Any) -> None:
    file = wrap(our_pdf())
    file.seek(100)

    found = inspect_file(file)

    assert found == Facts(PDF, 1, tagged=True, language="sv", title="Plan", outline=((0, "Mål", 1),), faults=())
    assert (file.tell(), file.read(5)) == (0, b"%PDF-")


def test_file_on_disk_is_inspected(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(our_pdf())

    with (tmp_path / "plan.pdf").open("rb") as stream:
        assert inspect_file(File(stream)).pages == 1


def test_plain_file_tells_nothing() -> None:
    assert facts(make_text_pdf("Bredband", "Fiber")) == Facts(PDF, 2, faults=NOTHING_TOLD)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ((None, None), ("no_text",)),
        (("Text", None, "Text"), ("some_no_text",)),
        (("Text", "", "Text"), ()),
        (("",), ("no_text",)),
        ((*["Text"] * 399, None), ()),  # of very many pages some are looked at
    ],
    ids=["scanned", "scanned in part", "an empty page", "nothing at all", "many pages"],
)
def test_pages_without_text_are_a_fault(pages: tuple[str | None, ...], expected: tuple[str, ...]) -> None:
    found = set(facts(make_text_pdf(*pages)).faults) - {*NOTHING_TOLD, "no_bookmarks"}

    assert found == set(expected)


def test_long_file_needs_bookmarks() -> None:
    with_bookmarks = pdf_with_pages(*["Text"] * 21)
    with with_bookmarks.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Inledning", 0))
        outline.root[0].children.append(pikepdf.OutlineItem("Mål\x00 och\u202e\n medel", 20))

    found = facts(saved(with_bookmarks))

    assert found.outline == ((0, "Inledning", 1), (1, "Mål och medel", 21))
    assert Fault.NO_BOOKMARKS not in found.faults
    assert Fault.NO_BOOKMARKS in facts(make_text_pdf(*["Text"] * 21)).faults
    assert Fault.NO_BOOKMARKS not in facts(make_text_pdf(*["Text"] * 20)).faults


def test_outline_ends_after_500_entries() -> None:
    pdf = pdf_with_pages("Text")
    with pdf.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(f"Rubrik {number}", 0) for number in range(700))

    found = facts(saved(pdf)).outline

    assert (len(found), found[-1]) == (500, (0, "Rubrik 499", 1))


def test_odd_entries_are_passed_over() -> None:
    odd = pdf_with_pages("Text")
    odd.Root.MarkInfo, odd.Root.Lang = pikepdf.Name("/Yes"), pikepdf.String("en svenska")
    odd.docinfo["/Title"] = pikepdf.Array([1])

    assert facts(saved(odd)) == Facts(PDF, 1, faults=NOTHING_TOLD)


def test_marks_without_structure_are_no_tags() -> None:
    marked = pdf_with_pages("Text")
    marked.Root.MarkInfo = pikepdf.Dictionary(Marked=True)

    assert not facts(saved(marked)).tagged


def test_title_is_found_in_the_metadata() -> None:
    pdf = pdf_with_pages("Text")
    with pdf.open_metadata(update_docinfo=False) as metadata:
        metadata["dc:title"] = "Årsredovisning"

    assert facts(saved(pdf)).title == "Årsredovisning"


OFFICE = {
    "docx": (make_docx("Text", title="Plan", language="sv-SE"), Facts(DOCX, None, language="sv-SE", title="Plan")),
    "pptx": (make_pptx("Ett", "Två", title="Plan", language="sv-SE"), Facts(PPTX, 2, language="sv-SE", title="Plan")),
    "odt": (make_odt("Text", title="Plan", language="sv"), Facts(ODT, 4, language="sv-SE", title="Plan")),
    "xlsx": (make_xlsx([["Mål", 7]], [["År"]], title="Plan"), Facts(XLSX, 2, title="Plan")),
    "bare docx": (make_docx(), Facts(DOCX, None, faults=("no_text", "no_language", "no_title"))),
    "bare xlsx": (make_xlsx([]), Facts(XLSX, 1, faults=("no_text", "no_title"))),
}


@pytest.mark.parametrize(("content", "expected"), OFFICE.values(), ids=OFFICE)
def test_office_file_tells_title_language_and_pages(content: bytes, expected: Facts) -> None:
    assert facts(content) == expected


def test_pages_that_word_counted_are_told() -> None:
    counted = make_docx("Text", **{"docProps/app.xml": "<Properties><Pages>12</Pages></Properties>"})

    assert facts(counted).pages == 12


@pytest.mark.parametrize("password", ["hemligt", ""], ids=["to open", "to change"])
def test_protected_file_is_refused(password: str) -> None:
    protected = saved(pdf_with_pages("Text"), encryption=pikepdf.Encryption(user=password, owner="ägare"))

    assert refused(protected) == (
        "encrypted",
        "Filen är skyddad med lösenord eller krypterad. Spara den utan skydd och välj den igen.",
    )


def with_action(**action: Any) -> bytes:
    pdf = pdf_with_pages("Text")
    pdf.Root.OpenAction = pikepdf.Dictionary(action)
    return saved(pdf)


def with_attachment() -> bytes:
    pdf = pdf_with_pages("Text")
    pdf.attachments["bilaga.txt"] = pikepdf.AttachedFileSpec(pdf, b"Text")
    return saved(pdf)


def javascript() -> dict[str, Any]:
    return {"/S": pikepdf.Name("/JavaScript"), "/JS": pikepdf.String("app.alert(1)")}


def with_script_behind_a_link() -> bytes:
    pdf = pdf_with_pages("Text")
    link = pikepdf.Dictionary({"/S": pikepdf.Name("/URI"), "/URI": pikepdf.String("x"), "/Next": pikepdf.Array([
        pikepdf.Dictionary(javascript())])})  # fmt: skip
    pdf.pages[0].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])
    return saved(pdf)


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
REFUSED = {
    "nothing": (b"", None, "empty"),
    "text": ("Bara text å".encode(), "plan.pdf", "not_taken"),
    "web page": (b"<html>", "plan.html", "not_taken"),
    "archive": (zipped({"a.txt": "x"}), "a.zip", "not_taken"),
    "named otherwise": (our_pdf(), "plan.docx", "mislabelled"),
    "named as a program": (make_docx("Text"), "plan.EXE", "mislabelled"),
    "old Word": (COMPOUND, "plan.doc", "old_office"),
    "locked Word": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "plan.docx", "encrypted"),
    "locked Writer": (make_odt(**{"META-INF/manifest.xml": "<m><m:encryption-data/></m>".replace("m:", "")}), None,
                      "encrypted"),
    "macros of Word": (make_docx(**{"word/vbaProject.bin": b"x"}), None, "macros"),
    "macros of Writer": (make_odt("Text", **{"Basic/Standard/Module1.xml": b"x"}), None, "macros"),
    "script when opened": (with_action(**javascript()), None, "script"),
    "script behind a link": (with_script_behind_a_link(), None, "script"),
    "program": (with_action(**{"/S": pikepdf.Name("/Launch"), "/F": pikepdf.String("cmd.exe")}), None, "program"),
    "attachment": (with_attachment(), None, "attachments"),
    "header further on": (b"\n" + our_pdf(), None, "two_things"),
    "page before it": (b"<html><script></script>" + our_pdf(), None, "two_things"),
    "archive after it": (our_pdf() + zipped({"a.txt": "x"}), None, "two_things"),
    "header only": (b"%PDF-1.7\n", None, "broken"),
    "cut early": (our_pdf()[:4000], None, "broken"),
    "cut late": (our_pdf()[:-200], None, "broken"),
    "no page tree": (our_pdf().replace(b"/Pages", b"/Sidor"), None, "broken"),
    "no pages": (saved(pikepdf.new()), None, "broken"),
    "cut Word": (make_docx("Text" * 500)[:-100], None, "broken"),
    "no XML": (make_docx(**{"word/document.xml": b"<w:document>"}), None, "broken"),
    "entities": (make_docx(**{"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), None, "broken"),
    "name that leads out": (make_docx(**{"../x": b"x"}), None, "broken_office"),
    "unpacks to much": (make_docx(**{"word/a.bin": b"\0" * 30_000_000}), None, "broken_office"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name", "code"), REFUSED.values(), ids=REFUSED)
def test_other_file_is_refused_with_a_sentence(content: bytes, name: str | None, code: str) -> None:
    found, sentence = refused(content, name)

    assert found == code
    assert sentence.endswith(".")


def test_refusal_names_what_is_wrong() -> None:
    _code, wrong_name = refused(our_pdf(), "plan.docx")
    _code, wrong_part = refused(make_docx(**{"../x": b"x"}))

    assert (".docx" in wrong_name, "PDF" in wrong_name, "”.pdf”" in wrong_name) == (True, True, True)
    assert "%" not in wrong_part


def test_action_that_turns_to_a_page_harms_nobody() -> None:
    pdf = pdf_with_pages("Text")
    pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
    again = pdf_with_pages("Text")
    again.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([again.pages[0].obj]))

    assert [facts(saved(pdf)).pages, facts(saved(again)).pages] == [1, 1]


def test_time_and_memory_run_out_for_a_file_and_not_for_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "LIMITS", Limits(memory=80 * 2**20))
    texts = "".join(f"<si><t>{number}</t></si>" for number in range(1_000_000))
    memory, _sentence = refused(make_xlsx([["Text"]], **{"xl/sharedStrings.xml": f"<sst>{texts}</sst>"}))
    monkeypatch.setattr(inspection, "LIMITS", Limits(seconds=0))

    time, _sentence = refused(our_pdf())

    assert (memory, time) == ("too_heavy", "too_heavy")


def test_what_the_process_says_is_looked_up_and_never_shown() -> None:
    from files.extraction.refusals import make_refusal

    assert make_refusal("<script>").messages == make_refusal("broken").messages
