"""Hostile Office files."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from tests.factories.files import make_docx, make_odt, make_pptx, make_xlsx, zipped

DECLARATIONS = {
    "laughs": '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + step)} "{f"&{chr(97 + step)};" * 10}">' for step in range(9))
    + "]><a>&j;</a>",
    "quadratic": f'<!DOCTYPE a [<!ENTITY b "{"c" * 50_000}">]><a>{"&b;" * 50_000}</a>',
    "outside": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "parameters": '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/x"> %b;]><a/>',
    "deep": "<a>" * 500_000,
    "wide": f'<a b="{"c" * 9_000_000}"/>',
    "no text": "\0" * 1000,
    "cut": "<a><b>",
    "half characters": "<a>&#xD800;&#0;</a>",
}
MAIN = {
    "docx": ("word/document.xml", "word/styles.xml", "docProps/core.xml", "docProps/app.xml"),
    "xlsx": ("xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"),
    "pptx": ("ppt/presentation.xml", "ppt/_rels/presentation.xml.rels", "ppt/slides/slide1.xml"),
    "odt": ("content.xml", "meta.xml", "META-INF/manifest.xml"),
}


def made(suffix: str, **parts: str | bytes) -> bytes:
    """A file of that kind, with these parts in place of its own."""
    if suffix == "xlsx":
        return make_xlsx([["Mål", 1]], **parts)
    makers = {"docx": make_docx, "pptx": make_pptx, "odt": make_odt}
    return makers[suffix]("Bredband", **parts)


def office_files() -> Iterator[tuple[str, str, bytes]]:
    for number, (kind, content) in enumerate(DECLARATIONS.items()):
        for suffix, parts in MAIN.items():
            part = parts[number % len(parts)]
            yield f"xml {kind}", suffix, made(suffix, **{part: content})
    yield from zips()
    yield from sheets()
    many = "".join(f'<sldId r:id="r{number % 2}"/>' for number in range(20_000))
    yield "many slides", "pptx", make_pptx("Ett", "Två", **{"ppt/presentation.xml": f"<p>{many}</p>"})


def zips() -> Iterator[tuple[str, str, bytes]]:
    inner = zipped({"0": b"\0" * 20_000_000})
    for level in range(3):
        inner = zipped({f"{level}-{number}.zip": inner for number in range(16)})
    yield "zip in zip", "docx", made("docx", **{"word/a.zip": inner})
    yield "zip in zip", "docx", made("docx", **{"word/a.docx": inner})
    for size in (30, 120):
        yield "zip bomb", "docx", made("docx", **{"word/a.bin": b"\0" * (size * 2**20)})
    yield "zip bomb", "odt", made("odt", **{"content.xml": b"<a>" + b" " * (60 * 2**20) + b"</a>"})
    yield "many members", "docx", made("docx", **{f"word/{number}": b"" for number in range(6_000)})
    yield "many members", "docx", listing_without_end()
    for name in ("../x", "/etc/passwd", "C:\\x", "word/../../x", "a" * 60_000, "å\u202e", "word/document.xml/x"):
        yield "odd names", "docx", made("docx", **{name: b"x"})
    yield "same name twice", "docx", twice()
    for field, value in ((10, 99), (8, 1), (20, 0xFFFFFFFF), (24, 0xFFFFFFFF), (16, 0), (42, 0xFFFFFFF0)):
        yield "lying list", "docx", lying(field, value)
    yield "macros", "docx", made("docx", **{"word/vbaProject.bin": b"x"})
    yield "macros", "xlsx", made("xlsx", **{"xl/macrosheets/sheet1.xml": b"<a/>"})
    yield "macros", "odt", made("odt", **{"Basic/Standard/script-lb.xml": b"<a/>"})
    yield "locked", "odt", made("odt", **{"META-INF/manifest.xml": b"<a><encryption-data/></a>"})


def twice() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("word/document.xm1", "<b/>")
    return target.getvalue().replace(b"document.xm1", b"document.xml")


def lying(field: int, value: int) -> bytes:
    """A file whose list says something else of its first member than is so (APPNOTE 4.3.12)."""
    content = bytearray(made("docx"))
    entry = content.rindex(b"PK\x01\x02")
    width = 2 if field in {8, 10} else 4
    place = entry + field
    content[place : place + width] = value.to_bytes(width, "little")
    return bytes(content)


def listing_without_end() -> bytes:
    """A list of 300,000 members that are one and the same."""
    content = made("docx")
    start = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry = content[start : content.index(b"PK\x01\x02", start + 4)]
    listing = entry * 300_000
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(listing), start, 0)
    assert content[end : end + 4] == b"PK\x05\x06"
    return content[:start] + listing + tail


def sheets() -> Iterator[tuple[str, str, bytes]]:
    """Cells that point at texts which are not there, and rows without end."""
    for number in ("-1", "99999999999999999999", "1e5", "å", "", "0x1", " 0 "):
        cell = f'<worksheet><row><c t="s"><v>{number}</v></c></row></worksheet>'
        yield "odd cells", "xlsx", made("xlsx", **{"xl/worksheets/sheet1.xml": cell})
    rows = '<row><c t="n"><v>1</v></c></row>' * 500_000
    yield "many rows", "xlsx", made("xlsx", **{"xl/worksheets/sheet1.xml": f"<worksheet>{rows}</worksheet>"})
    texts = "<si><t>a</t></si>" * 2_500_000
    yield "many texts", "xlsx", made("xlsx", **{"xl/sharedStrings.xml": f"<sst>{texts}</sst>"})
