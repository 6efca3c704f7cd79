"""Hostile files: some four hundred, of many kinds, the same every time."""

import random
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import pikepdf

from tests.documents.hostile_office import office_files
from tests.factories.files import make_docx, make_odt, make_pptx, make_xlsx, pdf_with_pages, saved, zipped

MEBIBYTE = 2**20
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << >> >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


class Hostile(NamedTuple):
    """One file, under the name that its sender gave it."""

    kind: str
    name: str
    content: bytes


def files() -> list[Hostile]:
    """All of them."""
    made = [Hostile(kind, f"{kind}.pdf", content) for kind, content in pdf_files()]
    made += [Hostile(kind, f"{kind}.{suffix}", content) for kind, suffix, content in office_files()]
    made += [Hostile(kind, name, content) for kind, name, content in other_files()]
    return made


def pdf_files() -> Iterator[tuple[str, bytes]]:
    for make in (damaged, bombs, trees, outlines, forms, many_objects, active, references, protected, two_things,
                 counts, boxes, fonts, odd_texts, nested, filters):  # fmt: skip
        for content in make():
            yield make.__name__.replace("_", " "), content


def raw_pdf(objects: dict[int, bytes], trailer: bytes = b"", prefix: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of those objects, with a right table of references: what is wrong is in the objects."""
    objects = {1: CATALOGUE, 2: PAGES, 3: PAGE} | objects
    content, places = bytearray(prefix), {}
    for number, value in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    start = len(content)
    content += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        content += b"%d 1\n%010d 00000 n \n" % (number, place)
    content += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, trailer, start)
    return bytes(content)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def page(contents: bytes, resources: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    """A PDF of one page that draws those contents (a stream)."""
    drawn = PAGE.replace(b"/Resources << >>", b"/Contents 4 0 R /Resources << %s >>" % resources)
    return raw_pdf({3: drawn, 4: contents} | (more or {}))


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros, deflated without making them: one block again and again."""
    pack = zlib.compressobj(9)
    head = pack.compress(b"") + pack.flush(zlib.Z_FULL_FLUSH)
    block = pack.compress(b"\0" * MEBIBYTE) + pack.flush(zlib.Z_FULL_FLUSH)
    return head + block * mebibytes + pack.flush(zlib.Z_FINISH)


def sound() -> bytes:
    pdf = pdf_with_pages("Bredband till alla", None, "Fler ska ha ett arbete", "Sista sidan")
    with pdf.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(f"Rubrik {number}", number) for number in range(4))
    pdf.docinfo["/Title"] = "Plan"
    return saved(pdf)


def packed() -> bytes:
    """The same with its objects in streams."""
    with pikepdf.open(BytesIO(sound())) as pdf:
        return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def truncated(content: bytes, pieces: int) -> Iterator[bytes]:
    for piece in range(1, pieces + 1):
        yield content[: len(content) * piece // (pieces + 1)]


def mutated(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311
    for _number in range(count):
        changed = bytearray(content)
        for _change in range(chance.choice((1, 2, 5, 20))):
            changed[chance.randrange(8, len(changed))] = chance.randrange(256)
        yield bytes(changed)


def damaged() -> Iterator[bytes]:
    for content in (sound(), packed()):
        yield from truncated(content, 15)
        yield from mutated(content, 20, seed=5)


def bombs() -> Iterator[bytes]:
    big = zeros(1024)
    flate = b"/Filter /FlateDecode"
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    yield page(stream(big, flate))
    yield page(stream(zlib.compress(big), twice))
    yield raw_pdf({5: stream(big, b"/Type /ObjStm /N 100000 /First 1000000 " + flate)})
    yield raw_pdf({1: b"<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>",
                   5: stream(big, b"/Type /Metadata /Subtype /XML " + flate)})  # fmt: skip
    image = b"/Subtype /Image /Width 65535 /Height 65535 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
    yield page(stream(b"/I Do"), b"/XObject << /I 5 0 R >>", {5: stream(big, image + flate)})
    yield bomb_of_references(big)


def bomb_of_references(big: bytes) -> bytes:
    content = b"%PDF-1.7\n1 0 obj\n" + CATALOGUE + b"\nendobj\n"
    start = len(content)
    entries = b"/Type /XRef /Size 2147483647 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode"
    return content + b"9 0 obj\n" + stream(big, entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def trees() -> Iterator[bytes]:
    """Trees of pages that lead back to themselves, or very far down."""
    yield raw_pdf({2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})
    yield raw_pdf({2: b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"})
    yield raw_pdf({2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
                   4: b"<< /Type /Pages /Kids [5 0 R] /Parent 2 0 R /Count 1 >>",
                   5: b"<< /Type /Pages /Kids [4 0 R 3 0 R] /Parent 4 0 R /Count 1 >>"})  # fmt: skip
    yield raw_pdf({2: b"<< /Type /Pages /Kids [%s] /Count 5000 >>" % (b"3 0 R " * 5000)})
    yield raw_pdf({2: b"<< /Type /Pages /Kids [] /Count 0 >>"})
    yield raw_pdf({2: b"<< /Type /Pages /Kids [99 0 R] /Count 1 >>"})
    yield raw_pdf({2: b"<< /Type /Pages /Kids 3 0 R /Count 1 >>"})
    yield raw_pdf({3: PAGE.replace(b"/Parent 2 0 R", b"/Parent 3 0 R").replace(b"/MediaBox [0 0 600 800]", b"")})
    for depth in (200, 30_000):
        chain = {10 + step: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (11 + step, 9 + step)
                 for step in range(depth)}  # fmt: skip
        yield raw_pdf({2: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"} | chain | {10 + depth: PAGE})


def outlines() -> Iterator[bytes]:
    catalogue = {1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>", 5: b"<< /First 6 0 R /Last 6 0 R >>"}
    entry = b"<< /Title (A) /Parent 5 0 R /Dest [3 0 R /Fit] %s >>"
    for leads in (b"/First 6 0 R", b"/Next 6 0 R", b"/First 5 0 R", b"/Next 7 0 R", b"/First 7 0 R /Next 7 0 R"):
        yield raw_pdf(catalogue | {6: entry % leads, 7: entry % b"/Next 6 0 R /First 6 0 R"})
    for leads in (b"/Next %d 0 R", b"/First %d 0 R"):
        yield raw_pdf(catalogue | {6 + step: entry % (leads % (7 + step)) for step in range(20_000)})
    yield raw_pdf(catalogue | {5: b"[1 2 3]"})
    yield raw_pdf(catalogue | {6: b"<< /Title 7 /Dest (nowhere) >>"})
    yield raw_pdf(catalogue | {6: b"<< /Title (%s) /Dest [99 0 R] >>" % (b"A" * 3_000_000)})


def forms() -> Iterator[bytes]:
    """Drawings that draw themselves, or each other without end."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R /G %d 0 R >> >>"
    used = b"/XObject << /F 5 0 R >>"
    yield page(stream(b"/F Do"), used, {5: stream(b"/F Do", form % (5, 5))})
    yield page(stream(b"/F Do"), used, {5: stream(b"/F Do /G Do", form % (6, 6)), 6: stream(b"/F Do", form % (5, 5))})
    for times, levels in ((10, 12), (2, 40)):
        laughs = {5 + level: stream(b"/F Do /G Do " * (times // 2), form % (6 + level, 6 + level))
                  for level in range(levels)}  # fmt: skip
        text = stream(b"BT /F1 9 Tf (ha) Tj ET", form % (5, 5))
        yield page(stream(b"/F Do"), used, laughs | {5 + levels: text})
    yield page(stream(b"/P scn /Pattern cs 0 0 9 9 re f"), b"/Pattern << /P 4 0 R >>")


def many_objects() -> Iterator[bytes]:
    yield raw_pdf(dict.fromkeys(range(10, 100010), b"null"))
    yield raw_pdf({number: b"[%d 0 R]" % (number + 1) for number in range(10, 100_010)})
    numbers = b" ".join(b"%d %d" % (number, number * 2) for number in range(10, 200_010))
    body = numbers + b" " + b"1 " * 200_000
    entries = b"/Type /ObjStm /N 200000 /First %d /Filter /FlateDecode" % (len(numbers) + 1)
    yield raw_pdf({5: stream(zlib.compress(body), entries)})
    yield raw_pdf({2_147_483_646: b"null"})
    yield raw_pdf({3: PAGE.replace(b"/Resources", b"/Annots [%s] /Resources" % (b"<< /Subtype /Link >> " * 300_000))})


def active() -> Iterator[bytes]:
    """Files that do something by themselves."""
    script = b"<< /S /JavaScript /JS (app.alert(1)) >>"
    launch = b"<< /S /Launch /F (cmd.exe) /Win << /F (cmd.exe) >> >>"
    for action in (script, launch, b"<< /S /GoTo /D [3 0 R /Fit] /Next %s >>" % script, b"<< /S /ImportData /F (x) >>"):
        yield raw_pdf({1: CATALOGUE.replace(b" >>", b" /OpenAction %s >>" % action)})
        yield raw_pdf({1: CATALOGUE.replace(b" >>", b" /AA << /WC %s >> >>" % action)})
        yield raw_pdf({3: PAGE.replace(b" >> >>", b" >> /AA << /O %s >> >>" % action)})
        yield raw_pdf({3: PAGE.replace(b" >> >>", b" >> /Annots [<< /Subtype /Link /A %s >>] >>" % action)})
    yield raw_pdf({1: CATALOGUE.replace(b" >>", b" /Names << /JavaScript << /Names [(a) %s] >> >> >>" % script)})
    yield raw_pdf({1: CATALOGUE.replace(b" >>", b" /OpenAction 5 0 R >>"), 5: b"<< /S /GoTo /Next 5 0 R >>"})
    yield raw_pdf({1: CATALOGUE.replace(b" >>", b" /OpenAction 5 0 R >>"), 5: b"<< /S /GoTo /Next [%s] >>" % (
        b"5 0 R " * 1000)})  # fmt: skip
    with pdf_with_pages("Text") as pdf:
        pdf.attachments["virus.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ")
        yield saved(pdf)


def references() -> Iterator[bytes]:
    """Tables of references that say what is not so."""
    content = raw_pdf({})
    start = content.rindex(b"startxref\n") + 10
    for place in (b"0", b"1", b"5", b"-1", b"99999999999999999999", b"999999", b"abc", b""):
        yield content[:start] + place + b"\n%%EOF\n"
    yield content.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % content.index(b"xref\n"))
    yield content.replace(b"trailer\n<<", b"trailer\n<< /XRefStm %d" % content.index(b"xref\n"))
    yield content.replace(b" 00000 n ", b" 00001 n ")
    yield content.replace(b"0000000", b"0000009")
    yield content.replace(b"/Root 1 0 R", b"/Root 7 0 R")
    yield content.replace(b"/Root 1 0 R", b"/Root << /Pages 2 0 R >>")
    yield content.replace(b"0 1\n0000000000 65535 f", b"0 99999999\n0000000000 65535 f")
    yield raw_pdf({3: b"3 0 R"})
    yield raw_pdf({3: b"4 0 R", 4: b"3 0 R"})
    yield page(b"<< /Length 4 0 R >>\nstream\nq\nendstream")
    yield page(b"<< /Length 999999999 >>\nstream\nq\nendstream")
    yield page(b"<< /Length -5 >>\nstream\nq\nendstream")


def protected() -> Iterator[bytes]:
    for revision, aes in ((2, False), (3, False), (4, False), (4, True), (6, True)):
        for user in ("", "hemligt"):
            key = pikepdf.Encryption(user=user, owner="ägare" if revision > 4 else "owner", R=revision, aes=aes,
                                     metadata=revision >= 4 and aes)  # type: ignore[arg-type]  # fmt: skip
            yield saved(pdf_with_pages("Text"), encryption=key)
    yield raw_pdf({}, trailer=b"/Encrypt << /Filter /Standard /V 99 /R 99 /O (x) /U (y) /P -1 >> /ID [(a) (b)]")
    yield raw_pdf({}, trailer=b"/Encrypt << /Filter /Nobody >>")
    yield raw_pdf({}, trailer=b"/Encrypt 1 0 R")


def two_things() -> Iterator[bytes]:
    content = sound()
    for before in (
        b"\n",
        b"\xef\xbb\xbf",
        b"<html><script>alert(1)</script>",
        b"#!/bin/sh\n",
        b"GIF89a",
        b"MZ" + bytes(60),
    ):
        yield before + content
    for after in (zipped({"a.txt": "x"}), make_docx("Text")):
        yield content + after
        yield content + after + b"%%EOF\n"
    yield zipped({"a.pdf": content})
    yield make_docx("%PDF-1.7", **{"a.pdf": content})
    yield b"PK\x03\x04" + content
    yield content + content
    yield content + b"\0" * 100_000


def counts() -> Iterator[bytes]:
    for count in (b"2147483647", b"-1", b"0", b"99999999999999", b"(a)", b"20000", b"1.5"):
        yield raw_pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count %s >>" % count})
    pages = {10 + number: PAGE for number in range(10_001)}
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    yield raw_pdf({2: b"<< /Type /Pages /Kids [%s] /Count 10001 >>" % kids} | pages)


def boxes() -> Iterator[bytes]:
    text = stream(b"BT /F1 12 Tf 10 10 Td (Text) Tj ET")
    for box in (b"[0 0 1e38 1e38]", b"[0 0 99999999999 99999999999]", b"[9 9 0 0]", b"[0 0 0 0]", b"[0 0]", b"(a)",
                b"[(a) (b) (c) (d)]", b"3 0 R", b"[-1e300 -1e300 1e300 1e300]"):  # fmt: skip
        yield page(text).replace(b"[0 0 600 800]", box.ljust(13))
    yield page(text).replace(b"/MediaBox", b"/Rotate 1234567890123 /UserUnit 1e30 /MediaBox")


def fonts() -> Iterator[bytes]:
    """Fonts and maps of characters that lead back to themselves or have no end."""
    text = stream(b"BT /F1 12 Tf 10 700 Td <00410042> Tj ET")
    uses = b"/Font << /F1 5 0 R >>"
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding %s /DescendantFonts [%s] /ToUnicode 6 0 R >>"
    below = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << >> >>"
    maps = (
        b"/CMapName /A def /A usecmap begincmap endcmap",
        b"1 begincodespacerange <0000> <FFFFFFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0041> endbfrange",
        b"1 beginbfrange <00000000> <FFFFFFFF> <D800> endbfrange",
        b"1 beginbfchar <0041> <" + b"0041" * 200_000 + b"> endbfchar",
        b"100000000 beginbfchar " + b"<0041> <0042> " * 100_000,
    )
    for content in maps:
        yield page(text, uses, {5: font % (b"/Identity-H", below), 6: stream(content, b"/UseCMap 6 0 R")})
    yield page(text, uses, {5: font % (b"6 0 R", b"5 0 R"), 6: stream(b"", b"/Type /CMap /UseCMap 6 0 R")})
    glyph = stream(b"100 0 d0 BT /F1 9 Tf (A) Tj ET")
    type3 = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65"
        b" /Widths [1] /Encoding << /Differences [65 /a] >> /CharProcs << /a 6 0 R >> /Resources << %s >> >>" % uses
    )
    yield page(stream(b"BT /F1 9 Tf (AAAA) Tj ET"), uses, {5: type3, 6: glyph})
    for file in (b"", b"\0\1\0\0" + b"\xff" * 5000, bytes(100_000)):
        described = (b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 0 /LastChar 2147483647 /Widths [1]"
                     b" /FontDescriptor << /Type /FontDescriptor /FontFile2 6 0 R >> >>")  # fmt: skip
        yield page(text, uses, {5: described, 6: stream(file)})


def odd_texts() -> Iterator[bytes]:
    """Titles and texts that are no text: half characters, NULs, marks that turn the direction of reading."""
    titles = ("FEFFD800", "FEFFDC00D800", "FEFF0041", "FEFF00", "FEFF" + "0000" * 50, "FEFF202E0041", "EFBBBFC328",
              "FEFF" + "DBFF" * 2000, "000102030405", "FFFE4100", "FEFF" + "0041" * 100_000)  # fmt: skip
    for title in titles:
        odd = b"<" + title.encode() + b">"
        catalogue = b"<< /Type /Catalog /Pages 2 0 R /Lang %s /Outlines 5 0 R >>" % odd
        entry = b"<< /Title %s /Parent 5 0 R /Dest [3 0 R /Fit] >>" % odd
        yield raw_pdf({1: catalogue, 5: b"<< /First 6 0 R >>", 6: entry, 7: b"<< /Title %s >>" % odd}, b"/Info 7 0 R")
    uses = b"/Font << /F1 5 0 R >>"
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /A /ToUnicode 6 0 R /FirstChar 65 /LastChar 66 /Widths [1 1] >>"
    )
    for unit in (b"0000", b"D800", b"DC00", b"FFFF", b"FFFE", b"202E", b"D83DDE00", b"0002"):
        cmap = b"1 beginbfchar <41> <%s> endbfchar" % unit
        yield page(stream(b"BT /F1 12 Tf 10 700 Td (ABA\\000A) Tj ET"), uses, {5: font, 6: stream(cmap)})
    xmp = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "%s">]><a>%s</a>' % (b"c" * 10_000, b"&b;" * 10_000)
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for content in (xmp, outside, b"<", b"\0" * 1000):
        yield raw_pdf({1: CATALOGUE.replace(b" >>", b" /Metadata 5 0 R >>"), 5: stream(content)})


def nested() -> Iterator[bytes]:
    for depth in (400, 100_000, 1_000_000):
        yield raw_pdf({5: b"[" * depth + b"]" * depth, 1: CATALOGUE.replace(b" >>", b" /Lang 5 0 R >>")})
    yield raw_pdf(
        {5: b"<< /A " * 100_000 + b"1" + b" >>" * 100_000, 1: CATALOGUE.replace(b" >>", b" /MarkInfo 5 0 R >>")}
    )
    yield page(stream(b"q " * 300_000))
    yield page(stream(b"BT " * 500_000 + b"ET " * 500_000))
    yield page(stream(b"[" * 500_000))
    yield page(stream(b"BI /W 99999 /H 99999 ID " + b"x" * 100_000))
    yield page(stream(b"0 0 m 9 9 l S " * 100_000))


def filters() -> Iterator[bytes]:
    text = b"BT (x) Tj ET"
    yield page(stream(text, b"/Filter [%s]" % (b"/ASCIIHexDecode " * 1000)))
    yield page(stream(text, b"/Filter [%s]" % (b"/FlateDecode " * 1000)))
    for name in (b"/Nothing", b"/LZWDecode", b"/JBIG2Decode", b"/JPXDecode", b"/DCTDecode", b"/CCITTFaxDecode",
                 b"/RunLengthDecode", b"/ASCII85Decode", b"/Crypt", b"4 0 R"):  # fmt: skip
        yield page(stream(bytes(range(256)) * 20, b"/Filter %s" % name))
    deflated = zlib.compress(bytes(1000))
    for columns in (b"2147483647", b"-1", b"0"):
        parameters = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Colors 2147483647 /Columns %s >>" % columns
        yield page(stream(deflated, parameters))


def other_files() -> Iterator[tuple[str, str, bytes]]:
    chance = random.Random(7)  # noqa: S311
    office = {"docx": make_docx("Bredband", "Fiber"), "xlsx": make_xlsx([["Mål", 1]]),
              "pptx": make_pptx("Ett", "Två"), "odt": make_odt("Text")}  # fmt: skip
    for suffix, content in office.items():
        yield from (("damaged office", f"a.{suffix}", cut) for cut in truncated(content, 5))
        yield from (("damaged office", f"a.{suffix}", changed) for changed in mutated(content, 7, seed=9))
        yield "mislabelled", "a.pdf", content
    yield "mislabelled", "a.docx", sound()
    starts = (
        b"",
        b"%",
        b"P",
        b"\0",
        b"%PDF-",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"\xff\xfe",
        b"\n",
    )
    yield from (("almost nothing", f"a.{suffix}", start) for start in starts for suffix in ("pdf", "docx"))
    texts = (b"Bara text", b"<html></html>", b"\x89PNG\r\n\x1a\n", b"MZ\x90\0", b"{\\rtf1 Text}", b"\x7fELF",
             b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), b"\x1f\x8b\x08", b"GIF89a")  # fmt: skip
    yield from (("something else", "a.pdf", text) for text in texts)
    for head in (b"%PDF-1.4\n", b"PK\x03\x04", b""):
        yield "noise", "a.pdf", head + chance.randbytes(200_000)
