"""OpenDocument texts with hidden content."""

from files.extraction import findings
from tests.factories.files import ODF, make_odt
from tests.files.hidden_case import HIDDEN, Case, Found

TEXT: Found = ((findings.TEXT, "", 1),)
DELETED: Found = ((findings.DELETIONS, "", 1),)
NAMESPACES = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "style", "table", "draw"))


def open_text(body: str, styles: str = "", common: str = "") -> bytes:
    return make_odt(
        **{
            "content.xml": f"<office:document-content {NAMESPACES}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body>{body}</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {NAMESPACES}>{common}</office:document-styles>",
        }
    )


def open_style(name: str, family: str = "text", display: str = "none", parent: str = "") -> str:
    properties = f'<style:text-properties text:display="{display}"/>' if display else ""
    given = f'style:name="{name}" style:family="{family}" style:parent-style-name="{parent}"'
    return f"<style:style {given}>{properties}</style:style>"


OPEN_SEEN = "<text:p>Syns</text:p>"
OPEN_FILES: dict[str, Case] = {
    "hidden span": (
        open_text(f'<text:p>Syns<text:span text:style-name="T1">{HIDDEN}</text:span></text:p>', open_style("T1")),
        ["Syns"],
        TEXT,
    ),
    "shown within a hidden span": (
        open_text(
            f'<text:p><text:span text:style-name="T1">{HIDDEN}<text:span text:style-name="T2">Syns</text:span>'
            "</text:span></text:p>",
            open_style("T1") + open_style("T2", display="true"),
        ),
        ["Syns"],
        TEXT,
    ),
    "hidden by a parent style": (
        open_text(
            f'{OPEN_SEEN}<text:p text:style-name="P1">{HIDDEN}</text:p>',
            open_style("P1", "paragraph", "", "Dold"),
            open_style("Dold", "paragraph"),
        ),
        ["Syns"],
        TEXT,
    ),
    "hidden heading": (
        open_text(f'{OPEN_SEEN}<text:h text:style-name="P1">{HIDDEN}</text:h>', open_style("P1", "paragraph")),
        ["Syns"],
        TEXT,
    ),
    "text box in a hidden paragraph": (
        open_text(
            f'{OPEN_SEEN}<text:p text:style-name="P1"><draw:text-box><text:p>{HIDDEN}</text:p></draw:text-box>'
            "</text:p>",
            open_style("P1", "paragraph"),
        ),
        ["Syns"],
        TEXT,
    ),
    "hidden text by condition": (
        open_text(f'<text:p>Syns<text:hidden-text text:condition="ooow:1" text:string-value="{HIDDEN}"/></text:p>'),
        ["Syns"],
        TEXT,
    ),
    "hidden text that is hidden": (
        open_text(f'<text:p>Syns<text:hidden-text text:is-hidden="true">{HIDDEN}</text:hidden-text></text:p>'),
        ["Syns"],
        TEXT,
    ),
    "hidden text that is shown": (
        open_text(
            '<text:p><text:hidden-text text:is-hidden="false" text:string-value="Syns">Syns</text:hidden-text></text:p>'
        ),
        ["Syns"],
        (),
    ),
    "hidden paragraph, told at its end": (
        open_text(
            f'{OPEN_SEEN}<text:p>{HIDDEN}<text:hidden-paragraph text:condition="ooow:x==1" text:is-hidden="true"/>'
            "</text:p>"
        ),
        ["Syns"],
        TEXT,
    ),
    "paragraph that is shown": (
        open_text('<text:p>Syns<text:hidden-paragraph text:condition="ooow:0" text:is-hidden="false"/></text:p>'),
        ["Syns"],
        (),
    ),
    "hidden section": (
        open_text(f'{OPEN_SEEN}<text:section text:display="none"><text:p>{HIDDEN}</text:p></text:section>'),
        ["Syns"],
        TEXT,
    ),
    "section under a condition": (
        open_text(
            f'{OPEN_SEEN}<text:section text:display="condition" text:condition="ooow:1" text:is-hidden="true">'
            f"<text:p>{HIDDEN}</text:p></text:section>"
        ),
        ["Syns"],
        TEXT,
    ),
    "tracked deletion": (
        open_text(
            f"<text:tracked-changes><text:changed-region><text:deletion><text:p>{HIDDEN}</text:p></text:deletion>"
            f"</text:changed-region></text:tracked-changes>{OPEN_SEEN}"
        ),
        ["Syns"],
        DELETED,
    ),
    "tracked insertion": (
        open_text(f"<text:tracked-changes><text:insertion/></text:tracked-changes>{OPEN_SEEN}"),
        ["Syns"],
        (),
    ),
    "remark": (
        open_text(f"<text:p>Syns<office:annotation><text:p>{HIDDEN}</text:p></office:annotation></text:p>"),
        ["Syns"],
        ((findings.COMMENTS, "", 1),),
    ),
    "hidden row": (
        open_text(
            f'{OPEN_SEEN}<table:table-row table:visibility="collapse"><text:p>{HIDDEN}</text:p></table:table-row>'
        ),
        ["Syns"],
        ((findings.ROWS, "", 1),),
    ),
    "picture's bytes": (open_text(f"{OPEN_SEEN}<office:binary-data>{HIDDEN}</office:binary-data>"), ["Syns"], ()),
}
