"""The text of a mail is found by its structure, and every other part is a named file."""

import random

import pytest

from mailroom.html_text import read_html
from mailroom.mime_parser import Contents, parse_mail, read_contents

PLAIN = b"Content-Type: text/plain; charset=utf-8\n\n"
HTML = b"Content-Type: text/html; charset=utf-8\n\n"
PDF = b'Content-Type: application/pdf; name="bilaga.pdf"\nContent-Disposition: attachment\n\n%PDF-1.4'
PICTURE = b"Content-Type: image/png\nContent-Disposition: inline; filename=bild.png\n\n\x89PNG"
LIST = b'Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline; filename="lista.txt"\n\nmj\xc3\xb6l'
STUB = b"Your mail program cannot show HTML messages. Please use another one."
LETTER = b"<html><head><meta charset=utf-8><body><p>Hela brevet om v\xc3\xa4gen</p>"


def multipart(kind: bytes, *parts: bytes, boundary: bytes = b"gr\x3d1") -> bytes:
    lines = [b"--" + boundary + b"\n" + part for part in parts]
    return b'Content-Type: multipart/%s; boundary="%s"\n\n%s\n--%s--\n' % (kind, boundary, b"\n".join(lines), boundary)


def read(body: bytes) -> Contents:
    return read_contents(parse_mail((b"From: a@b.se\nMIME-Version: 1.0\n" + body).replace(b"\n", b"\r\n")))


def names(contents: Contents) -> list[str]:
    return [file.name for file in contents.files]


STRUCTURES = {
    "plain": (PLAIN + b"Hej \xc3\xa5", "Hej å", []),
    "no content type": (b"\nHej", "Hej", []),
    "no end of head": (HTML + LETTER, "Hela brevet om vägen", []),
    "as most programs send": (multipart(b"alternative", PLAIN + b"Hela brevet om v\xc3\xa4gen.", HTML + LETTER),
                              "Hela brevet om vägen.", []),
    "page first": (multipart(b"alternative", HTML + LETTER, PLAIN + b"Hela brevet om v\xc3\xa4gen."),
                   "Hela brevet om vägen.", []),
    "blank plain part": (multipart(b"alternative", PLAIN + b" \n\n", HTML + LETTER), "Hela brevet om vägen", []),
    "empty plain part": (multipart(b"alternative", PLAIN, HTML + LETTER), "Hela brevet om vägen", []),
    "plain part that says nothing": (multipart(b"alternative", PLAIN + STUB, HTML + LETTER),
                                     "Hela brevet om vägen", []),
    "the same in Swedish": (
        multipart(b"alternative", PLAIN + b"Ditt e-postprogram kan inte visa HTML.", HTML + LETTER),
        "Hela brevet om vägen", []),
    "page that says nothing": (multipart(b"alternative", PLAIN + b"Brevet", HTML + b"<img src=x>"), "Brevet", []),
    "three versions": (
        multipart(b"alternative", PLAIN + b"Brevet", b"Content-Type: text/x-amp-html\n\nBrevet", HTML + b"Brevet"),
        "Brevet", []),
    "text after a file": (multipart(b"mixed", PLAIN + b"F\xc3\xb6rst.", PDF, PLAIN + b"Sist."),
                          "Först.\n\nSist.", ["bilaga.pdf"]),
    "Apple Mail": (multipart(b"mixed", PLAIN + b"F\xc3\xb6re.", PICTURE, PLAIN + b"Efter."),
                   "Före.\n\nEfter.", ["bild.png"]),
    "Apple Mail with a page": (
        multipart(b"alternative", PLAIN + b"F\xc3\xb6re och efter",
                  multipart(b"mixed", HTML + b"<p>F\xc3\xb6re", PDF, HTML + b"<p>och efter", boundary=b"inre")),
        "Före och efter", ["bilaga.pdf"]),
    "Apple Mail without a plain text": (
        multipart(b"mixed", HTML + b"<p>F\xc3\xb6re", PDF, HTML + b"<p>Efter"), "Före\n\nEfter", ["bilaga.pdf"]),
    "page with an inline list": (multipart(b"mixed", HTML + LETTER, LIST), "Hela brevet om vägen", ["lista.txt"]),
    "list before the page": (multipart(b"mixed", LIST, HTML + LETTER), "Hela brevet om vägen", ["lista.txt"]),
    "page with its picture": (multipart(b"related", HTML + LETTER, PICTURE), "Hela brevet om vägen", ["bild.png"]),
    "versions with their picture": (
        multipart(b"related", multipart(b"alternative", PLAIN + b"Brevet", HTML + b"Brevet", boundary=b"i"), PICTURE),
        "Brevet", ["bild.png"]),
    "picture before the page it belongs to": (
        b'Content-Type: multipart/related; start="<brev>"; boundary=x\n\n--x\n' + PICTURE
        + b"\n--x\nContent-ID: <brev>\n" + HTML + LETTER + b"\n--x--\n",
        "Hela brevet om vägen", ["bild.png"]),
    "picture that the page stands behind": (multipart(b"related", PICTURE, HTML + LETTER),
                                            "Hela brevet om vägen", ["bild.png"]),
    "versions and a file": (
        multipart(b"mixed", multipart(b"alternative", PLAIN + b"Brevet", HTML + b"Brevet", boundary=b"i"), PDF),
        "Brevet", ["bilaga.pdf"]),
    "signature": (
        multipart(b"signed", PLAIN + b"Brevet", b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP"),
        "Brevet", ["1.asc"]),
    "text that is a file": (b"Content-Disposition: attachment; filename=brev.txt\n" + PLAIN + b"Hej", "", ["brev.txt"]),
    "page that is a file": (multipart(b"mixed", b"Content-Disposition: attachment\n" + HTML + b"Hej"), "", ["1.html"]),
    "the only part has a name": (b'Content-Type: text/plain; name="brev.txt"\n\nHej', "Hej", []),
    "only a file": (PDF, "", ["bilaga.pdf"]),
    "only a picture": (multipart(b"mixed", PICTURE), "", ["bild.png"]),
    "nothing": (b"\n", "", []),
    "parts without names": (
        multipart(b"mixed", PLAIN + b"Hej", b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR",
                  b"Content-Type: message/rfc822\n\nSubject: Vidare\n\nText", b"Content-Type: image/jpeg\n\n\xff\xd8",
                  b"Content-Type: application/x-egen\n\nx", b"Content-Type: text/vcard\n\nBEGIN:VCARD"),
        "Hej", ["1.ics", "2.eml", "3.jpg", "4.bin", "5.vcf"]),
    "invitation": (
        multipart(b"alternative", PLAIN + b"Brevet", HTML + b"Brevet", b"Content-Type: text/calendar\n\nBEGIN"),
        "Brevet", ["1.ics"]),
    "boundary that never comes": (b"Content-Type: multipart/mixed; boundary=y\n\n--x\n" + PLAIN + b"Hej", None, []),
    "no boundary": (b"Content-Type: multipart/mixed\n\nHej", "Hej", []),
    "text before the first boundary": (b"Content-Type: multipart/mixed; boundary=x\n\nHej\n--x\n\n--x--\n", "Hej", []),
    "first boundary damaged": (
        b"Content-Type: multipart/mixed; boundary=x\n\n--y\n" + PLAIN + b"Hej\n--x\n" + PDF + b"\n--x--\n", None,
        ["bilaga.pdf"]),
    "words for programs that know no parts": (
        b"Content-Type: multipart/mixed; boundary=x\n\nThis is a multi-part message in MIME format.\n--x\n" + PDF
        + b"\n--x--\n", "", ["bilaga.pdf"]),
    "text behind the last boundary": (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n--x--\nHej", "Hej", []),
    "called base64": (b"Content-Transfer-Encoding: base64\n" + PLAIN + b"Hej, jag klagar.", "Hej, jag klagar.", []),
    "base64 with a comment": (b"Content-Transfer-Encoding: base64 (x)\n" + PLAIN + b"SGVq", "Hej", []),
    "quoted-printable": (b"Content-Transfer-Encoding: Quoted-Printable\n" + PLAIN + b"H=C3=A5=\n r", "Hå r", []),
    "page with a character set of its own": (b"Content-Type: text/html\n\n<meta charset=iso-8859-2><p>\xb3", "ł", []),
}  # fmt: skip


@pytest.mark.parametrize("kind", STRUCTURES)
def test_text_is_found_by_structure(kind: str) -> None:
    body, text, files = STRUCTURES[kind]

    contents = read(body)

    assert names(contents) == files
    assert "Hej" in contents.text if text is None else contents.text == text


def test_forwarded_mail_is_kept_byte_for_byte() -> None:
    inner = b"Subject: =?utf-8?Q?r=C3=A5?=\r\nX-Lang: " + b"a " * 200 + b"\r\n\r\n\xe5\r\n"
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"

    contents = read_contents(parse_mail(raw + inner + b"\r\n--x--\r\n"))

    assert [(file.name, file.content) for file in contents.files] == [("1.eml", inner)]


def test_long_name_keeps_its_ending() -> None:
    name = b"a" * 300 + b".pdf"

    (file,) = read(b"Content-Type: application/pdf; name=" + name + b"\n\nx").files

    assert (len(file.name), file.name[-5:]) == (200, "a.pdf")


def test_parts_that_nest_deep_are_read() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(200))

    assert read(deep + PLAIN + b"Hej").text == "Hej"


PAGES = [
    ("<html><head><meta charset='utf-8'><body><p>Hela brevet", "Hela brevet"),
    ("<table><tr><td>Belopp</td><td>40 000</td></tr><tr><td>Hyra</td><td>2</td></tr></table>",
     "Belopp\t40 000\nHyra\t2"),
    ("<pre>rad 1\n  rad 2\nrad 3</pre>", "rad 1\n  rad 2\nrad 3"),
    ("text<hr>efter", "text\nefter"),
    ('Se <a href="https://ex.example/a?b=1&amp;c=2">underlaget</a>.', "Se underlaget (https://ex.example/a?b=1&c=2)."),
    ('<a href="mailto:a@b.se">a@b.se</a>, <a href="https://ex.example/">https://ex.example/</a>',
     "a@b.se, https://ex.example/"),
    ('<a name="start">Rubrik</a>', "Rubrik"),
    ('<img src="cid:1" alt="Karta över länet">', "Karta över länet"),
    ("<ol><li>ett<li>två</ol>", "  1. ett\n  2. två"),
    ("<style>p {}</style><script>x()</script><title>T</title><p>syns<!-- inte -->", "syns"),
    ("<p>a</p></body></html><p>efter</p>", "a\n\nefter"),
    ("<p>a&nbsp;b &aring; 5 &lt; 6", "a b å 5 < 6"),
    ("Bara text", "Bara text"),
    ("<textarea>skrivet</textarea>", "[ skrivet ]"),
    ("<p>a<br>b<div>c</div>", "a\nb\n\nc"),
    ("<div>" * 2000 + "djupt" + "</div>" * 2000 + "efter", "djupt\nefter"),
    ("<font>x" * 400 + "slut", "x" * 400 + "slut"),
    ("<p>Hej</p><p>mer <a href='htt", "Hej\n\nmer"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text"), PAGES)
def test_page_is_read_as_a_browser_shows_it(html: str, text: str) -> None:
    assert read_html(html) == text


def test_mail_that_was_damaged_on_the_way_is_read_all_the_same() -> None:
    """Cut, swapped, repeated and overwritten bytes: nothing raises, and text stays text."""
    chance = random.Random(11)  # noqa: S311
    seeds = [b"From: a@b.se\r\n" + body for body, _text, _files in STRUCTURES.values()]
    for number in range(3000):
        raw = bytearray(seeds[number % len(seeds)])
        for _change in range(chance.randrange(1, 8)):
            at = chance.randrange(len(raw) + 1)
            match chance.randrange(4):
                case 0:
                    del raw[at:]
                case 1:
                    raw[at : at + 1] = chance.randbytes(1)
                case 2:
                    del raw[at : at + chance.randrange(30)]
                case 3:
                    raw[at:at] = raw[chance.randrange(len(raw) + 1) :][:60]
        contents = read_contents(parse_mail(bytes(raw)))
        assert isinstance(contents.text, str)
        assert all(file.name for file in contents.files)
