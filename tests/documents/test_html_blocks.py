"""Editors' HTML as blocks for the PDF."""

import pytest

from documents.pdf_export.glyphs import make_legible
from documents.pdf_export.html_blocks import read_blocks


def brief(block):
    """A block in a few signs: its kind with its content, `*strong*`, `/em/`, `[link]`, `|` for a break."""
    match block["kind"]:
        case "paragraph":
            return spelt(block["spans"])
        case "heading":
            return (f"h{block['level']}", spelt(block["spans"]))
        case "ul" | "ol" as kind:
            return (kind, [[brief(inner) for inner in item] for item in block["items"]])
        case "quote":
            return ("quote", [brief(inner) for inner in block["blocks"]])
        case "table":
            return (
                "table",
                [spelt(cell) for cell in block["header"]],
                [list(map(spelt, row)) for row in block["rows"]],
            )


def spelt(spans):
    return "".join(f"[{styled(span['runs'])}]" if span["href"] else styled(span["runs"]) for span in spans)


def styled(runs):
    marks = {(False, False): "", (True, False): "*", (False, True): "/", (True, True): "*/"}
    return "".join(
        (mark := marks[run["strong"], run["em"]]) + run["text"].replace("\n", "|") + mark[::-1] for run in runs
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p> </p><h2>&nbsp;<br></h2><ul></ul><ul><li> </li></ul><table></table>", []),
        ("<p> ett\n två\t</p>\n<p>tre</p>", ["ett två", "tre"]),
        ("<p>ett <strong> två</strong> tre</p>", ["ett *två* tre"]),
        ("<p>ett<strong>\n</strong><em>två</em></p>", ["ett* */två/"]),
        ("<p>ett <br> två<br></p>", ["ett|två"]),
        ("<p><em>ett</em> <br> <em>två</em></p>", ["/ett/|/två/"]),
        ("<p><br>ett<br><br>två</p>", ["ett||två"]),
        ("<p>a<strong>b<em>c</em></strong><em>d</em></p>", ["a*b**/c/*/d/"]),
        ("löst <em>lösare</em><p>fast</p>löst igen", ["löst /lösare/", "fast", "löst igen"]),
        ("<div><p>ett</p></div><section>två</section>", ["ett", "två"]),
        ("<script>alert(1)</script><style>p {}</style><p onclick='x()'>ett<!-- två --></p>", ["ett"]),
        ("<p>ett <img src=x onerror=y>två <u>tre</u></p>", ["ett två tre"]),
        ("<p>&lt;b&gt; &amp; &aring; &#229;</p>", ["<b> & å å"]),
        ('<p><a href="https://a.se">en <em>länk</em></a> ut</p>', ["[en /länk/] ut"]),
        ('<p><a href="https://a.se">rad<br>bruten</a></p>', ["[rad|bruten]"]),
        ("<h2>Ett<br>två</h2><h3>Tre</h3>", [("h2", "Ett två"), ("h3", "Tre")]),
        ('<h2><a href="https://a.se">Länk</a></h2>', [("h2", "Länk")]),
        ("<h3>a</h3><h3>b</h3><h2>c</h2><h3>d</h3>", [("h2", "a"), ("h2", "b"), ("h2", "c"), ("h3", "d")]),
        ("<h2> </h2><h3>a</h3>", [("h2", "a")]),
        ("<blockquote><h2>a</h2><p>b</p></blockquote>", [("quote", ["*a*", "b"])]),
        ("<ul><li>a</li><li><p>b</p><ol><li>c</li></ol></li></ul>", [("ul", [["a"], ["b", ("ol", [["c"]])]])]),
        ("<ul><li>a</li>löst<ul><li>b</li></ul></ul>", [("ul", [["a"], ["löst"], [("ul", [["b"]])]])]),
        ("<p>ett<li>två", ["ett", "två"]),
        ("<em>ett<p>två</p></em>", ["/ett//|//två/"]),
        (
            "<table><caption>T</caption><thead><tr><th>a<th>b</thead><tr><td>c<td>d<tr><td>e</table>",
            ["*T*", ("table", ["a", "b"], [["c", "d"], ["e", ""]])],
        ),
        ("<table><tr><th>a</th><td>b</td></tr></table>", [("table", [], [["a", "b"]])]),
        ("<table><tr><td><p>a</p><ul><li>b</li></ul></td></tr></table>", [("table", [], [["a|b"]])]),
    ],
)
def test_html_becomes_blocks(html, expected):
    assert [brief(block) for block in read_blocks(html)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u030angstro\u0308m", "ångström"),
        ("a\n\tb\u2028c", "a b c"),
        ("a\x00\x07\ufeffb", "ab"),
        ("så\u00adhär\u00a0ja", "så\u00adhär\u00a0ja"),
        ("😀", "[grinning face]"),
        ("\ue000", "[U+E000]"),
        ("Čállit αβγ Привет", "Čállit αβγ Привет"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "\u200b".join(["x" * 10] * 6 + ["x"])),
        ("https://example.org/" + "x" * 60, "https://example.org/" + "x" * 60),
    ],
)
def test_text_is_made_legible(text, expected):
    assert make_legible(text) == expected
