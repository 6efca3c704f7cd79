"""Presentations with hidden content."""

from files.extraction import findings
from tests.factories.files import SLIDES, make_pptx
from tests.files.hidden_case import HIDDEN, Case


def slide(*shapes: str, given: str = "") -> str:
    return f"<p:sld {SLIDES} {given}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"


def shape(text: str, given: str = "", kind: str = "sp") -> str:
    properties = f'<p:nvSpPr><p:cNvPr id="2" name="n" {given}/></p:nvSpPr>'
    return f"<p:{kind}>{properties}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:{kind}>"


def notes(text: str, placeholder: str = "body") -> dict[str, str]:
    """Notes to the first of two slides, whose part is the second."""
    link = '<Relationship Id="n" Type="x/notesSlide" Target="../notesSlides/notesSlide1.xml"/>'
    body = (
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{placeholder}"/></p:nvPr></p:nvSpPr><a:p><a:t>{text}</a:t></a:p></p:sp>'
    )
    return {
        "ppt/slides/_rels/slide2.xml.rels": f"<Relationships>{link}</Relationships>",
        "ppt/notesSlides/notesSlide1.xml": f"<p:notes {SLIDES}>{body}</p:notes>",
    }


SLIDE_FILES: dict[str, Case] = {
    "hidden slide": (
        make_pptx("Syns", "x", "Tre", **{"ppt/slides/slide2.xml": slide(shape(HIDDEN), given='show="0"')}),
        ["Syns", "", "Tre"],
        ((findings.SLIDE, "2", 1),),
    ),
    "slide that says that it is shown": (
        make_pptx("x", **{"ppt/slides/slide1.xml": slide(shape("Syns"), given='show="1"')}),
        ["Syns"],
        (),
    ),
    "hidden shape": (
        make_pptx("x", **{"ppt/slides/slide1.xml": slide(shape("Syns"), shape(HIDDEN, 'hidden="1"'))}),
        ["Syns"],
        ((findings.SHAPES, "1", 1),),
    ),
    "shape in a hidden group": (
        make_pptx(
            "x",
            **{
                "ppt/slides/slide1.xml": slide(
                    shape("Syns"),
                    f'<p:grpSp><p:nvGrpSpPr><p:cNvPr hidden="true"/></p:nvGrpSpPr>{shape(HIDDEN)}</p:grpSp>',
                )
            },
        ),
        ["Syns"],
        ((findings.SHAPES, "1", 1),),
    ),
    "hidden table": (
        make_pptx("x", **{"ppt/slides/slide1.xml": slide(shape("Syns"), shape(HIDDEN, 'hidden="1"', "graphicFrame"))}),
        ["Syns"],
        ((findings.SHAPES, "1", 1),),
    ),
    "speaker notes": (make_pptx("Syns", "Två", **notes(HIDDEN)), ["Syns", "Två"], ((findings.NOTES, "1", 1),)),
    "number on the notes": (make_pptx("Syns", "Två", **notes("1", "sldNum")), ["Syns", "Två"], ()),
    "comments": (
        make_pptx(
            "Syns",
            **{
                "ppt/comments/modernComment_1.xml": f'<c:cmLst xmlns:c="c"><c:cm><a>{HIDDEN}</a></c:cm></c:cmLst>',
                "ppt/commentAuthors.xml": "<l><cmAuthor/></l>",
            },
        ),
        ["Syns"],
        ((findings.COMMENTS, "", 1),),
    ),
    "slide that is not listed": (
        make_pptx("Syns", **{"ppt/slides/slide7.xml": slide(shape(HIDDEN))}),
        ["Syns"],
        ((findings.UNLINKED, "", 1),),
    ),
    "whole file": (
        make_pptx("Syns", **{"ppt/embeddings/oleObject1.bin": "x"}),
        ["Syns"],
        ((findings.EMBEDDED, "", 1),),
    ),
}
