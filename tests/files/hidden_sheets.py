"""Workbooks with hidden content."""

from files.extraction import findings
from tests.factories.files import make_xlsx
from tests.files.hidden_case import HIDDEN, STRICT, Case, Found


def book(*sheets: str, states: tuple[str, ...] = (), namespace: str = "main", **parts: str) -> bytes:
    """A workbook whose sheets are the insides of `worksheet`, named Blad 1 and so on."""
    listed, links = "", ""
    for number in range(1, len(sheets) + 1):
        state = states[number - 1] if number <= len(states) else "visible"
        listed += f'<sheet name="Blad {number}" sheetId="{number}" state="{state}" r:id="r{number}"/>'
        links += f'<Relationship Id="r{number}" Type="x/worksheet" Target="worksheets/sheet{number}.xml"/>'
    names = parts.pop("names", "")
    own = {
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="r"><sheets>{listed}</sheets>{names}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="r">{links}</Relationships>',
        "xl/styles.xml": STYLES,
    }
    own |= {
        f"xl/worksheets/sheet{number}.xml": f"<worksheet>{sheet}</worksheet>" for number, sheet in enumerate(sheets, 1)
    }
    return make_xlsx([["x"]], **own | {"xl/sharedStrings.xml": "<sst/>"} | parts)


FORMATS = (";;;", '"";"";"";""', "[Red];;;", "0;-0;0;@", ";;", "0;;;@", '"dold"')
STYLES = (
    "<styleSheet><numFmts>"
    + "".join(f"<numFmt numFmtId='{number}' formatCode='{code}'/>" for number, code in enumerate(FORMATS, 170))
    + "</numFmts><cellStyleXfs><xf numFmtId='170'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
    + "".join(f"<xf numFmtId='{number}'/>" for number in range(170, 170 + len(FORMATS)))
    + "</cellXfs></styleSheet>"
)


def cell(text: str, place: str = "", style: int = 0, kind: str = "inlineStr") -> str:
    value = f"<is><t>{text}</t></is>" if kind == "inlineStr" else f"<v>{text}</v>"
    return f'<c r="{place}" s="{style}" t="{kind}">{value}</c>'


def row(*cells: str, given: str = "") -> str:
    return f"<row {given}>{''.join(cells)}</row>"


def data(*rows: str, before: str = "", after: str = "") -> str:
    return f"{before}<sheetData>{''.join(rows)}</sheetData>{after}"


ONE_ROW = data(row(cell("Syns")))
RICH = "<si><r><t>Sy</t></r><r><t>ns</t></r><rPh><t>x</t></rPh></si>"
SHARED = f"<sst><si><t>Syns</t></si><si><t>{HIDDEN}</t></si>{RICH}</sst>"
ROWS: Found = ((findings.ROWS, "Blad 1", 1),)
COLUMNS: Found = ((findings.COLUMNS, "Blad 1", 1),)
CELLS: Found = ((findings.CELLS, "Blad 1", 1),)


def column(given: str) -> str:
    return f"<cols><col {given}/></cols>"


SHEET_FILES: dict[str, Case] = {
    "hidden sheet": (
        book(ONE_ROW, data(row(cell(HIDDEN))), ONE_ROW, states=("visible", "hidden")),
        ["Syns", "Syns"],
        ((findings.SHEET, "Blad 2", 1),),
    ),
    "very hidden sheet": (
        book(data(row(cell(HIDDEN))), ONE_ROW, states=("veryHidden",)),
        ["Syns"],
        ((findings.SHEET, "Blad 1", 1),),
    ),
    "hidden row": (book(data(row(cell("Syns")), row(cell(HIDDEN), given='hidden="1"'))), ["Syns"], ROWS),
    "row without height": (
        book(data(row(cell("Syns")), row(cell(HIDDEN), given='ht="0.0" customHeight="1"'))),
        ["Syns"],
        ROWS,
    ),
    "rows without height by default": (
        book(
            data(row(cell("Syns"), given='ht="15"'), row(cell(HIDDEN)), before='<sheetFormatPr defaultRowHeight="0"/>')
        ),
        ["Syns"],
        ROWS,
    ),
    "rows that are not written are hidden": (
        book(data(row(cell("Syns")), before='<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>')),
        ["Syns"],
        (),
    ),
    "three hidden rows": (
        book(data(row(cell("Syns")), *[row(cell(HIDDEN), cell(HIDDEN), given='hidden="true"')] * 3)),
        ["Syns"],
        ((findings.ROWS, "Blad 1", 3),),
    ),
    "row filtered away": (
        book(data(row(cell("Syns")), row(cell(HIDDEN), given='hidden="1"'), after='<autoFilter ref="A1:A9"/>')),
        ["Syns"],
        ROWS,
    ),
    "folded row": (
        book(data(row(cell("Syns"), given='collapsed="1"'), row(cell(HIDDEN), given='hidden="1" outlineLevel="1"'))),
        ["Syns"],
        ROWS,
    ),
    "empty hidden row": (book(data(row(cell("Syns")), row("<c/>", given='hidden="1"'))), ["Syns"], ()),
    "hidden column": (
        book(data(row(cell("Syns", "A1"), cell(HIDDEN, "B1")), before=column('min="2" max="2" hidden="1"'))),
        ["Syns"],
        COLUMNS,
    ),
    "hidden columns, cells without places": (
        book(data(row(cell("Syns"), cell(HIDDEN), cell(HIDDEN)), before=column('min="2" max="16384" hidden="1"'))),
        ["Syns"],
        ((findings.COLUMNS, "Blad 1", 2),),
    ),
    "column without width": (
        book(data(row(cell("Syns", "A1"), cell(HIDDEN, "AB1")), before=column('min="28" max="28" width="0"'))),
        ["Syns"],
        COLUMNS,
    ),
    "column that is not hidden": (
        book(data(row(cell("Syns", "A1")), before=column('min="2" max="1" hidden="1"'))),
        ["Syns"],
        (),
    ),
    "format without sections": (book(data(row(cell("Syns"), cell(HIDDEN, style=1)))), ["Syns"], CELLS),
    "format of empty texts": (book(data(row(cell("Syns"), cell(HIDDEN, style=2)))), ["Syns"], CELLS),
    "format of a colour": (book(data(row(cell("Syns"), cell("19121212", style=3, kind="n")))), ["Syns"], CELLS),
    "format that shows": (book(data(row(cell("Syns", style=4), cell("7", style=4, kind="n")))), ["Syns 7"], ()),
    "format that hides numbers": (
        book(data(row(cell("Syns", style=5), cell("19121212", style=5, kind="n")))),
        ["Syns"],
        CELLS,
    ),
    "format that hides less than nothing": (
        book(data(row(cell("7", style=6, kind="n"), cell("-7", style=6, kind="n"), cell("0", style=6, kind="n")))),
        ["7"],
        ((findings.CELLS, "Blad 1", 2),),
    ),
    "format of a text": (book(data(row(cell("Syns", style=7)))), ["Syns"], ()),
    "shared text that no cell has": (
        book(data(row(cell("0", kind="s"), cell("2", kind="s"))), **{"xl/sharedStrings.xml": SHARED}),
        ["Syns Syns"],
        ((findings.UNUSED, "", 1),),
    ),
    "shared text of a hidden sheet": (
        book(
            data(row(cell("0", kind="s"), cell("2", kind="s"))),
            data(row(cell("1", kind="s"))),
            states=("visible", "hidden"),
            **{"xl/sharedStrings.xml": SHARED},
        ),
        ["Syns Syns"],
        ((findings.SHEET, "Blad 2", 1),),
    ),
    "names": (
        book(
            ONE_ROW,
            names=f'<definedNames><definedName name="a">"{HIDDEN}"</definedName>'
            "<definedName name=\"b\">'Blad 1'!$A$1</definedName></definedNames>",
        ),
        ["Syns"],
        ((findings.NAMES, "", 1),),
    ),
    "comments": (
        book(
            ONE_ROW,
            **{
                "xl/comments1.xml": f"<comments><comment><text>{HIDDEN}</text></comment></comments>",
                "xl/threadedComments/threadedComment1.xml": "<T><threadedComment/><threadedComment/></T>",
            },
        ),
        ["Syns"],
        ((findings.COMMENTS, "", 2),),
    ),
    "data behind a pivot table": (
        book(ONE_ROW, **{"xl/pivotCache/pivotCacheRecords1.xml": f'<r><s v="{HIDDEN}"/></r>'}),
        ["Syns"],
        ((findings.PIVOT, "", 1),),
    ),
    "values of another workbook": (
        book(
            ONE_ROW,
            **{"xl/externalLinks/externalLink1.xml": f"<externalLink><cell><v>{HIDDEN}</v></cell></externalLink>"},
        ),
        ["Syns"],
        ((findings.LINKS, "", 1),),
    ),
    "link to another workbook": (
        book(ONE_ROW, **{"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
        ["Syns"],
        (),
    ),
    "sheet that is not listed": (
        book(ONE_ROW, **{"xl/worksheets/sheet9.xml": f"<worksheet>{data(row(cell(HIDDEN)))}</worksheet>"}),
        ["Syns"],
        ((findings.UNLINKED, "", 1),),
    ),
    "strict": (
        book(ONE_ROW, data(row(cell(HIDDEN))), states=("visible", "hidden"), namespace=f"{STRICT}/spreadsheetml/main"),
        ["Syns"],
        ((findings.SHEET, "Blad 2", 1),),
    ),
    "formula": (book(data(row('<c t="str"><f>IF(1,"19121212-1212")</f><v>Syns</v></c>'))), ["Syns"], ()),
}
