"""The PDF documents that the portal makes, read back with other tools."""

import io
import re
import tomllib
from datetime import date

import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from fontTools.ttLib import TTFont
from hypothesis import example, given, strategies
from hypothesis import settings as limits

from documents import pdf_export
from documents.inspection import inspect_file
from documents.models import Document, MediaType
from documents.pdf_export import typesetter
from documents.pdf_export.glyphs import NOT_ALWAYS_AT_HAND, make_legible
from rus_portal.demo.files import make_file

HOSTILE = (
    r"""#panic("x") $x$ *a* _b_ `c` \ "d" 'e' <f> @g [h] #{i} // j /* k */ -- --- ... ~ = L' \u{41} #import "m": *"""
)
RARE_SIGNS = "😀 漢 \ue000 \u0378 ŋ\u0915\u0301 \U000e0041 \u202eabc \x07 \ufeff \ufffe \u2028 \u200d"
SECTIONS = "".join(f"<h2>Avsnitt {number}</h2><h3>Del {number}</h3><p>Text.</p>" for number in range(1, 6))


def make(body_html="<p>Text.</p>", **given):
    facts = {"title": "Plan för bredband", "language": "sv", "author": "Frida Bergman", "date": date(2026, 5, 4)}
    return pdf_export.make_pdf(body_html=body_html, **facts | given)


def opened(made):
    return pikepdf.open(io.BytesIO(made))


def is_tagged(made):
    with opened(made) as document:
        return "/StructTreeRoot" in document.Root and bool(document.Root.MarkInfo.Marked)


def text_of(made):
    with pypdfium2.PdfDocument(made) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def squeezed(text):
    """The text without spaces, places to break words, and hyphens at line ends."""
    return re.sub(r"[\s\u00ad\u200b\u200c\ufffe]", "", text)


def tags_of(made):
    """The names of the structure's elements, in reading order."""

    def walk(element):
        if isinstance(element, pikepdf.Array):
            return [tag for child in element for tag in walk(child)]
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            return []
        return [str(element.S)[1:], *walk(element.get("/K", pikepdf.Array()))]

    with opened(made) as document:
        return walk(document.Root.StructTreeRoot.K)


def links_of(made):
    """Where the links out of the document lead."""
    with opened(made) as document:
        annotations = [annotation for page in document.pages for annotation in page.get("/Annots", [])]
        return [str(annotation.A.URI) for annotation in annotations if "/URI" in annotation.get("/A", {})]


def test_document_declares_the_standards():
    with opened(make()) as document, document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.parametrize("language", ["sv", "en"])
def test_document_says_what_it_is(language):
    made = make(language=language, title="Åtgärder & mål")

    facts = inspect_file(ContentFile(made))
    assert facts[:5] == ("application/pdf", 1, True, language, "Åtgärder & mål")
    assert facts.faults == ()


def test_document_tells_about_itself():
    made = make(subtitle="Ett utkast", keywords=["bredband", "fiber"], reference="RUS 2026/0007", notice="Gäller inte.")

    with opened(made) as document:
        assert document.docinfo == {
            "/Title": "Plan för bredband",
            "/Subject": "Ett utkast",
            "/Author": "Frida Bergman",
            "/Keywords": "bredband, fiber",
            "/CreationDate": "D:20260504000000Z",
            "/ModDate": "D:20260504000000Z",
            "/Creator": document.docinfo["/Creator"],
        }
    told = text_of(made)
    for fact in ("Ett utkast", "RUS 2026/0007", "Gäller inte.", "Frida Bergman", "4 maj 2026", settings.REGION_NAME):
        assert fact in told


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ["Innehåll", "Datum", "Diarienummer", "Ansvarig", "4 maj 2026", "Sida 1 av 2", "Sida 2 av 2"]),
        ("en", ["Contents", "Date", "Registration number", "Responsible", "4 May 2026", "Page 1 of 2", "Page 2 of 2"]),
    ],
)
def test_frame_is_in_the_documents_language(language, words):
    with translation.override("en" if language == "sv" else "sv"):
        told = text_of(make(SECTIONS, language=language, reference="RUS 2026/0007"))

    assert [word for word in words if word not in told] == []


def test_same_arguments_give_the_same_bytes():
    assert make(SECTIONS) == make(SECTIONS)
    assert make(SECTIONS) != make(SECTIONS, date=date(2026, 5, 5))


def test_document_uses_our_typefaces_only():
    with opened(make("<p>Rak <em>lutad</em> <strong>fet <em>båda</em></strong></p>")) as document:
        fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}

    assert {name.split("+")[1].removesuffix("-Identity-H") for name in fonts} == {
        "HankenGrotesk-Regular",
        "HankenGrotesk-Italic",
        "HankenGrotesk-Bold",
        "HankenGrotesk-BoldItalic",
        "FamiljenGrotesk-SemiBold",
    }


def test_structure_follows_the_text():
    made = make(
        "<h2>Rubrik</h2><p>En <em>text</em></p><ul><li>ett<ol><li>två</li></ol></li></ul>"
        "<blockquote><p>Citat</p></blockquote><table><tr><th>Mål</th></tr><tr><td>Fler</td></tr></table>"
    )

    tags = [tag for tag in tags_of(made) if tag not in ("Div", "Span", "Strong")]
    assert tags[tags.index("H1") :] == [
        *("H1", "P", "P", "P", "P", "P"),
        *("H2", "P", "Em"),
        *("L", "LI", "Lbl", "LBody", "P", "L", "LI", "Lbl", "LBody", "P"),
        *("BlockQuote", "P"),
        *("Table", "THead", "TR", "TH", "TBody", "TR", "TD"),
    ]


def test_bookmarks_are_the_headings():
    with opened(make(SECTIONS)) as document, document.open_outline() as outline:
        titles = [(section.title, [part.title for part in section.children]) for section in outline.root]

    assert titles == [(f"Avsnitt {number}", [f"Del {number}"]) for number in range(1, 6)]


def test_contents_come_with_more_than_four_sections():
    four = SECTIONS.rpartition("<h2>")[0]

    assert tags_of(make(four)).count("TOCI") == 0
    assert tags_of(make(SECTIONS)).count("TOCI") == 5


def test_long_contents_leave_the_title_its_room():
    many = "".join(f"<h2>Avsnitt nummer {number}</h2><p>Text.</p>" for number in range(1, 60))

    with pypdfium2.PdfDocument(make(many, title="En lång titel " * 12)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]

    assert squeezed("En lång titel " * 12) in squeezed(pages[0])
    assert "Innehåll" not in pages[0]
    assert "Innehåll" in pages[1]


def test_hostile_text_comes_out_as_text():
    made = make(
        f"<p>{HOSTILE.replace('<f>', '&lt;f&gt;')}</p>", title=HOSTILE, subtitle=HOSTILE, author=HOSTILE, notice=HOSTILE
    )

    assert squeezed(text_of(made)).count(squeezed(HOSTILE)) == 6  # the fifth as author, the sixth at the page's foot
    with opened(made) as document:
        assert str(document.docinfo["/Title"]) == HOSTILE


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://example.org/å?b=c d", ["https://example.org/%C3%A5?b=c%20d"]),
        ("mailto:registrator@example.org", ["mailto:registrator@example.org"]),
        ("tel:+4661100000", ["tel:+4661100000"]),
        ("javascript:alert(1)", []),
        ("JAVASCRIPT:alert(1)", []),
        ("data:text/html,x", []),
        ("file:///etc/passwd", []),
        ("/dokument/", []),
        ("https://" + "x" * 5000, []),
        ("https:", []),
        ("", []),
    ],
)
def test_link_leads_only_where_it_is_safe(href, expected):
    made = make(f'<p><a href="{href}">länktext</a></p>')

    assert links_of(made) == expected
    assert "länktext" in text_of(made)


def test_link_in_several_styles_is_one_link():
    made = make('<p><a href="https://example.org/">en <strong>fet</strong> länk</a></p>')

    assert links_of(made) == ["https://example.org/"]


def test_signs_without_a_shape_are_named():
    told = squeezed(text_of(make(f"<p>{RARE_SIGNS}</p>", title="Plan 😀")))

    for name in ("[grinningface]", "[cjkunifiedideograph-6f22]", "[U+E000]", "[U+0378]"):
        assert name in told
    assert "Plan[grinningface]" in told


def test_plain_latin_is_in_our_typefaces():
    """What is kept when a sign was found to be missing must not be missing itself."""
    kept = {chr(number) for number in range(0x20, 0x3000) if not NOT_ALWAYS_AT_HAND.search(chr(number))}
    shapes = {chr(number) for number in TTFont(typesetter.HERE / "fonts" / "HankenGrotesk-Regular.ttf").getBestCmap()}

    assert kept - shapes - {"\u00ad", "\u200b"} == set()


def test_deep_nesting_keeps_its_text():
    depth = 200
    lists = "".join(f"<ul><li>nivå{number}" for number in range(depth)) + "</li></ul>" * depth
    styles = "<em><strong>" * depth + "innerst" + "</strong></em>" * depth

    told = squeezed(text_of(make(f"{lists}<p>{styles}</p><blockquote>{'<blockquote>' * depth}citat")))

    assert [number for number in range(depth) if f"nivå{number}" not in told] == []
    assert "innerst" in told
    assert "citat" in told


@given(strategies.text(max_size=200))
@example(HOSTILE)
@example(RARE_SIGNS)
@limits(max_examples=60, deadline=None)
def test_no_text_breaks_the_document(text):
    made = make(text + f"<h3>{text}</h3><p>{text}</p><ul><li>{text}", title="T" + text, author=text, notice=text)

    assert is_tagged(made)


@given(strategies.lists(strategies.sampled_from(["<p>", "</p>", "<h2>", "</h2>", "<h3>", "<ul>", "</ul>", "<ol>",
       "<li>", "</li>", "<strong>", "</strong>", "<em>", '<a href="https://example.org/">', "</a>", "<br>",
       "<blockquote>", "</blockquote>", "<table>", "<caption>", "<tr>", "<th>", "<td>", "</table>", "<div>", "<script>",
       "ett", " två ", "\n", "&amp;", "<!--", "-->"]), max_size=40))  # fmt: skip
@limits(max_examples=60, deadline=None)
def test_no_markup_breaks_the_document(parts):
    assert is_tagged(make("".join(parts)))


@given(strategies.text(strategies.characters(min_codepoint=0x21, max_codepoint=0x17F, exclude_categories=["C", "Z"])))
@example("A-")
@limits(max_examples=60, deadline=None)
def test_latin_text_comes_out(text):
    """But for hyphens: PDFium reads the author's own at a line's end, too, as a place where a word was broken."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")

    told = squeezed(text_of(make(f"<p>{escaped}</p>"))).replace("-", "")

    assert squeezed(make_legible(text)).replace("-", "") in told


DEMO = {
    path.stem: tomllib.loads(path.read_text())
    for path in sorted((settings.BASE_DIR / "rus_portal" / "demo" / "documents").glob("*.toml"))
}


@pytest.mark.parametrize("name", [name for name, row in DEMO.items() if "body" in row])
def test_demo_document_can_be_made(name):
    row = DEMO[name]
    language = row["language"]

    facts = inspect_file(ContentFile(make(row["body"], title=row[f"title_{language}"], language=language)))

    assert facts[2:5] == (True, language, row[f"title_{language}"])
    assert facts.faults == ()
    assert 2 <= facts.pages <= 12


@pytest.mark.parametrize(
    ("name", "media_type", "pages", "faults"),
    [
        (
            "handlingsplan-kompetensforsorjning-2013",
            MediaType.PDF,
            2,
            ["no_language", "no_text", "no_title", "untagged"],
        ),
        ("mal-och-prioriteringar-2011-2020", MediaType.XLSX, 2, []),
    ],
)
def test_demo_has_what_a_scanner_and_a_spreadsheet_leave(name, media_type, pages, faults):
    row = DEMO[name]
    document = Document(title_sv=row["title_sv"], language=row["language"], reference=row["reference"])

    _ending, content = make_file(document, row)

    facts = inspect_file(ContentFile(content))
    assert (facts.media_type, facts.pages, sorted(facts.faults)) == (media_type, pages, faults)
