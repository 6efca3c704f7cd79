"""PDF and Office files as programs make them, small, with what a test asks for."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import openpyxl
import pikepdf

OFFICE = "http://schemas.openxmlformats.org"
RELATIONS = f"{OFFICE}/officeDocument/2006/relationships"
WORD = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main"'
SLIDES = f'xmlns:p="{OFFICE}/presentationml/2006/main" xmlns:a="{OFFICE}/drawingml/2006/main" xmlns:r="{RELATIONS}"'
ODF = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def core_properties(title: str = "", language: str = "") -> str:
    return (
        '<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{language}</dc:language></cp:coreProperties>"
    )


def make_docx(*paragraphs: str, title: str = "", language: str = "", **parts: str | bytes) -> bytes:
    """A Word file; `parts` are more of its members, or others in their place."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f'<w:styles {WORD}><w:rPr><w:lang w:val="{language}"/></w:rPr></w:styles>',
            "docProps/core.xml": core_properties(title),
        }
        | parts
    )


def make_pptx(*slides: str, title: str = "", language: str = "", **parts: str | bytes) -> bytes:
    """A presentation, whose slides stand in the archive in the opposite order."""
    count = len(slides)
    shown = "".join(f'<p:sldId r:id="r{number}"/>' for number in range(count))
    links = "".join(
        f'<Relationship Id="r{number}" Target="slides/slide{count - number}.xml"/>' for number in range(count)
    )
    pages = {
        f"ppt/slides/slide{count - number}.xml": f"<p:sld {SLIDES}><a:p><a:r>"
        f'<a:rPr lang="{language}"/><a:t>{escape(text)}</a:t></a:r></a:p></p:sld>'
        for number, text in enumerate(slides)
    }
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": f"<p:presentation {SLIDES}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": f"<Relationships>{links}</Relationships>",
            "docProps/core.xml": core_properties(title),
        }
        | pages
        | parts
    )


def make_odt(*paragraphs: str, title: str = "", language: str = "", **parts: str | bytes) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "meta", "style"))
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    meta = f'<dc:title xmlns:dc="d">{escape(title)}</dc:title><meta:document-statistic meta:page-count="4"/>'
    style = f'<style:text-properties xmlns:fo="f" fo:language="{language}" fo:country="SE"/>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
            "meta.xml": f"<office:document-meta {spaces}>{meta}</office:document-meta>",
            "styles.xml": f"<office:document-styles {spaces}>{style}</office:document-styles>",
        }
        | parts
    )


def make_xlsx(*sheets: list[list[object]], title: str | None = None, **parts: str | bytes) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title = title
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Blad {number}")
        for row in rows:
            sheet.append(row)
    target = BytesIO()
    book.save(target)
    if not parts:
        return target.getvalue()
    with zipfile.ZipFile(target) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | parts)


def pdf_with_pages(*texts: str | None) -> pikepdf.Pdf:
    """A PDF with a line for each line of the texts; a page without text is a picture."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
                           Encoding=pikepdf.Name.WinAnsiEncoding)
    )  # fmt: skip
    for text in texts:
        page = pdf.add_blank_page()
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(P1=_picture(pdf))
        )
        page.obj.Contents = pdf.make_stream(_written(text) if text is not None else b"q 500 0 0 700 0 0 cm /P1 Do Q")
    return pdf


def _picture(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pikepdf.Stream(
        pdf, b"\x80" * 3, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
    )  # fmt: skip


def _written(text: str) -> bytes:
    lines = b"".join(
        b"(" + line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b") Tj T*\n"
        for line in text.split("\n")
    )
    return b"BT /F1 11 Tf 14 TL 50 740 Td\n" + lines + b"ET"


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    target = BytesIO()
    pdf.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def make_text_pdf(*texts: str | None, title: str = "") -> bytes:
    """The bytes of such a PDF."""
    pdf = pdf_with_pages(*texts)
    if title:
        pdf.docinfo["/Title"] = title
    return saved(pdf)
