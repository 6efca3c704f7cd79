"""Word files with hidden content."""

from files.extraction import findings
from tests.factories.files import OFFICE, WORD, make_docx
from tests.files.hidden_case import HIDDEN, STRICT, Case, Found

MARKUP = (
    f'{WORD} xmlns:mc="mc" xmlns:wps="wps" xmlns:v="v" xmlns:wp="wp" xmlns:m="m" '
    f'xmlns:r="{OFFICE}/officeDocument/2006/relationships"'
)


def word(body: str, styles: str = "", **parts: str) -> bytes:
    document = f"<w:document {MARKUP}><w:body>{body}</w:body></w:document>"
    return make_docx(
        **{"word/document.xml": document, "word/styles.xml": f"<w:styles {WORD}>{styles}</w:styles>"} | parts
    )


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def said(name: str, value: str) -> str:
    return f'<w:{name} w:val="{value}"/>'


def style(name: str, kind: str, properties: str = "", based_on: str = "", *, default: bool = False) -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}" w:default="{int(default)}">'
        f'<w:basedOn w:val="{based_on}"/><w:rPr>{properties}</w:rPr></w:style>'
    )


VANISH = "<w:vanish/>"
FORMER = f"<w:rPrChange><w:rPr>{VANISH}</w:rPr></w:rPrChange>"
COMMENT = f"<w:comment><w:p>{run(HIDDEN)}</w:p></w:comment>"
SEEN = f"<w:p>{run('Syns')}</w:p>"
TEXT: Found = ((findings.TEXT, "", 1),)
DELETED: Found = ((findings.DELETIONS, "", 1),)
WORD_FILES: dict[str, Case] = {
    "vanish": (word(f"<w:p>{run('Syns')}{run(HIDDEN, VANISH)}</w:p>"), ["Syns"], TEXT),
    "vanish switched on": (word(f"{SEEN}<w:p>{run(HIDDEN, said('vanish', 'on'))}</w:p>"), ["Syns"], TEXT),
    "vanish switched off": (word(f"<w:p>{run('Syns', said('vanish', 'false'))}</w:p>"), ["Syns"], ()),
    "vanish of the mark alone": (word(f"<w:p><w:pPr><w:rPr>{VANISH}</w:rPr></w:pPr>{run('Syns')}</w:p>"), ["Syns"], ()),
    "vanish before a tracked change": (
        word(f"<w:p>{run('Syns', FORMER)}</w:p>"),
        ["Syns"],
        (),
    ),
    "two paragraphs": (
        word(f"{SEEN}<w:p>{run('19', VANISH)}{run(HIDDEN, VANISH)}</w:p><w:p>{run(HIDDEN, VANISH)}</w:p>"),
        ["Syns"],
        ((findings.TEXT, "", 2),),
    ),
    "character style": (
        word(f"<w:p>{run('Syns')}{run(HIDDEN, said('rStyle', 'dold'))}</w:p>", style("dold", "character", VANISH)),
        ["Syns"],
        TEXT,
    ),
    "character style by what it is based on": (
        word(
            f"<w:p>{run('Syns')}{run(HIDDEN, said('rStyle', 'c'))}</w:p>",
            style("c", "character", based_on="b")
            + style("b", "character", based_on="a")
            + style("a", "character", VANISH),
        ),
        ["Syns"],
        TEXT,
    ),
    "paragraph style": (
        word(
            f'{SEEN}<w:p><w:pPr><w:pStyle w:val="dold"/></w:pPr>{run(HIDDEN)}</w:p>', style("dold", "paragraph", VANISH)
        ),
        ["Syns"],
        TEXT,
    ),
    "styles that undo each other": (
        word(
            f'<w:p><w:pPr><w:pStyle w:val="p"/></w:pPr>{run("Syns", said("rStyle", "c"))}</w:p>',
            style("p", "paragraph", VANISH) + style("c", "character", VANISH),
        ),
        ["Syns"],
        (),
    ),
    "default style": (
        word(
            f"<w:p>{run('Syns', said('vanish', '0'))}{run(HIDDEN)}</w:p>",
            style("Normal", "paragraph", VANISH, default=True),
        ),
        ["Syns"],
        TEXT,
    ),
    "defaults of the document": (
        word(
            f"<w:p>{run('Syns', said('vanish', '0'))}{run(HIDDEN)}</w:p>",
            f"<w:docDefaults><w:rPrDefault><w:rPr>{VANISH}</w:rPr></w:rPrDefault></w:docDefaults>",
        ),
        ["Syns"],
        TEXT,
    ),
    "styles in a circle": (
        word(
            f"<w:p>{run('Syns', said('rStyle', 'a'))}</w:p>",
            style("a", "character", based_on="b") + style("b", "character", based_on="a"),
        ),
        ["Syns"],
        (),
    ),
    "deleted": (word(f"{SEEN}<w:p><w:del><w:r><w:delText>{HIDDEN}</w:delText></w:r></w:del></w:p>"), ["Syns"], DELETED),
    "deleted without delText": (word(f"{SEEN}<w:p><w:del>{run(HIDDEN)}</w:del></w:p>"), ["Syns"], DELETED),
    "moved away": (
        word(f"<w:p><w:moveFrom>{run(HIDDEN)}</w:moveFrom><w:moveTo>{run('Syns')}</w:moveTo></w:p>"),
        ["Syns"],
        DELETED,
    ),
    "inserted": (word(f"<w:p><w:ins>{run('Syns')}</w:ins></w:p>"), ["Syns"], ()),
    "deleted mark alone": (word(f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('Syns')}</w:p>"), ["Syns"], ()),
    "web hidden": (word(f"{SEEN}<w:p>{run(HIDDEN + ' Ada', '<w:webHidden/>')}</w:p>"), ["Syns"], TEXT),
    "page number of the contents": (word(f"{SEEN}<w:p>{run('12', '<w:webHidden/>')}</w:p>"), ["Syns"], ()),
    "instruction of a field": (
        word(f'{SEEN}<w:p><w:r><w:instrText>IF "{HIDDEN}"</w:instrText></w:r></w:p>'),
        ["Syns"],
        (),
    ),
    "place of a picture": (
        word(f"<w:p>{run('Syns')}<w:r><wp:anchor><wp:posOffset>70104</wp:posOffset></wp:anchor></w:r></w:p>"),
        ["Syns"],
        (),
    ),
    "two forms of the same": (
        word(
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>Syns</w:t></mc:Choice>"
            "<mc:Fallback><w:t>Syns</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
        ["Syns"],
        (),
    ),
    "only the older form": (
        word(
            "<w:p><w:r><mc:AlternateContent><mc:Fallback><w:t>Syns</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
        ["Syns"],
        (),
    ),
    "hidden drawing": (
        word(
            f'<w:p>{run("Syns")}<w:r><wp:inline><wp:docPr id="1" hidden="1"/><wps:txbx><w:txbxContent>'
            f"<w:p>{run(HIDDEN)}</w:p></w:txbxContent></wps:txbx></wp:inline></w:r></w:p>"
        ),
        ["Syns"],
        ((findings.SHAPES, "", 1),),
    ),
    "text box in a hidden run": (
        word(
            f"<w:p>{run('Syns')}<w:r><w:rPr>{VANISH}</w:rPr><wp:inline><w:txbxContent><w:p>{run(HIDDEN)}</w:p>"
            "</w:txbxContent></wp:inline></w:r></w:p>"
        ),
        ["Syns"],
        TEXT,
    ),
    "hidden older drawing": (
        word(
            f'{SEEN}<w:p><w:r><v:shape style="width:1; visibility: hidden"><v:textbox><w:p>{run(HIDDEN)}</w:p>'
            "</v:textbox></v:shape></w:r></w:p>"
        ),
        ["Syns"],
        ((findings.SHAPES, "", 1),),
    ),
    "hidden row": (
        word(f"{SEEN}<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p>{run(HIDDEN)}</w:p></w:tc></w:tr></w:tbl>"),
        ["Syns"],
        ((findings.ROWS, "", 1),),
    ),
    "style of a table": (
        word(
            f'{SEEN}<w:tbl><w:tblPr><w:tblStyle w:val="t"/></w:tblPr><w:tr><w:tc><w:p>{run(HIDDEN)}</w:p></w:tc></w:tr>'
            "</w:tbl>",
            style("t", "table", VANISH),
        ),
        ["Syns"],
        TEXT,
    ),
    "comments": (
        word(SEEN, **{"word/comments.xml": f"<w:comments {WORD}>{COMMENT}{COMMENT}</w:comments>"}),
        ["Syns"],
        ((findings.COMMENTS, "", 2),),
    ),
    "hidden in a note": (
        word(
            SEEN,
            **{"word/footnotes.xml": f"<w:footnotes {WORD}><w:p>{run('Not')}{run(HIDDEN, VANISH)}</w:p></w:footnotes>"},
        ),
        ["Syns\nNot"],
        TEXT,
    ),
    "hidden in a header": (
        word(SEEN, **{"word/header1.xml": f"<w:hdr {WORD}><w:p>{run(HIDDEN, VANISH)}</w:p></w:hdr>"}),
        ["Syns"],
        TEXT,
    ),
    "figures behind a chart": (
        word(SEEN, **{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": "x"}),
        ["Syns"],
        ((findings.EMBEDDED, "", 1),),
    ),
    "another prefix": (
        make_docx(
            **{
                "word/document.xml": f'<x:document xmlns:x="{STRICT}/wordprocessingml/main"><x:p><x:r><x:t>Syns</x:t>'
                f"</x:r><x:r><x:rPr><x:vanish/></x:rPr><x:t>{HIDDEN}</x:t></x:r></x:p></x:document>"
            }
        ),
        ["Syns"],
        TEXT,
    ),
    "signs that are elements": (
        word(
            "<w:p><w:r><w:t>EU</w:t><w:noBreakHyphen/><w:t>kvast</w:t><w:softHyphen/><w:t>projekt</w:t><w:tab/><w:t>A</w:t>"
            '<w:br/><w:t>B</w:t><w:cr/><w:t>C</w:t><w:sym w:font="Arial" w:char="00B2"/><w:sym w:font="Symbol" '
            'w:char="F0B7"/><w:ptab/><w:t>D\u2011E</w:t></w:r></w:p>'
        ),
        ["EU-kvastprojekt A\nB\nC² D-E"],
        (),
    ),
}
