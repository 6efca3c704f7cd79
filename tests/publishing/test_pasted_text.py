"""Text from other programs, as they put it on the clipboard (`clipboards/`), in the editor and at the door."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.roles import Role
from news.models import NewsItem
from publishing.pasted_text.broken_lines import join_lines
from publishing.pasted_text.conversion import clean_html, is_foreign
from publishing.pasted_text.left_out import Lost, LostThings, describe_lost
from publishing.prose import sanitize_prose
from tests import factories
from tests.publishing.opened_forms import form_of, open_form, save_form, send

FOLDER = Path(__file__).parent / "clipboards"
KEPT = {
    "word_list": (
        (
            "<p>Vi prioriterar <strong>tre</strong> saker, med start i höst:</p>"
            "<ul><li><p>Kompetens för fler branscher</p></li>"
            '<li><p>Infrastruktur <a href="https://www.trafikverket.se/">enligt planen</a></p></li>'
            "<li><p>Klimat: mindre CO₂ per km²</p></li></ul><p>Bild: Anna</p>"
        ),
        {Lost.IMAGE: 1, Lost.COLOUR: 2},
    ),
    "word_nested_list": (
        (
            '<ol><li><p>Planera</p><ol type="a" data-type="lower-alpha"><li><p>Samla uppgifter</p></li>'
            "<li><p>Välj väg</p><ul><li><p>Vägen norrut</p></li></ul></li></ol></li><li><p>Genomföra</p></li></ol>"
            '<p>Mellan punkterna.</p><ol start="3"><li><p>Följa upp</p></li></ol>'
        ),
        {},
    ),
    "word_table": (
        (
            "<p>Tabell 1. Sysselsatta</p><table><tbody>"
            '<tr><th><p>Kommun</p></th><th colspan="2"><p>Antal</p></th></tr>'
            '<tr><td rowspan="2"><p>Härnösand</p></td><td><p>12\xa0400</p></td><td><p></p></td></tr>'
            "<tr><td><ul><li><p>män</p></li></ul></td><td><p>6 100</p></td></tr></tbody></table>"
        ),
        {},
    ),
    "word_headings": (
        (
            "<h2>Läget i länet</h2><p>Allt fler arbetar.[1] Det är bra.</p><h3>1.1 Arbete</h3>"
            '<p>Se planen och <a href="mailto:rus@region.example">skriv</a>.</p><h3>Unga</h3>'
            "<blockquote><p>”Vi ser framåt.”</p></blockquote><h3>Detalj</h3><p>[1] SCB, 2025.</p>"
        ),
        {Lost.DELETED: 1, Lost.COMMENT: 1, Lost.UNDERLINE: 1, Lost.FILE_LINK: 1},
    ),
    "word_online": (
        (
            "<h2>Nästa steg</h2><ul><li><p><strong>Första</strong></p><ul><li><p>Under</p></li></ul></li>"
            "<li><p>Andra</p></li></ul><table><tbody><tr><th><p>År</p></th><th><p>Värde</p></th></tr>"
            "<tr><td><p>2025</p></td><td><p>7,1</p></td></tr></tbody></table>"
        ),
        {},
    ),
    "outlook": (
        (
            '<p>Hej!</p><p>Läs <a href="https://www.regeringen.se/plan">regeringens plan</a>.</p>'
            "<ul><li><p>Möte på måndag</p><ul><li><p>Sal 3</p></li></ul></li><li><p>Beslut</p></li></ul>"
            "<p><strong>Från:</strong> Anna<br><strong>Till:</strong> Bo</p>"
        ),
        {Lost.IMAGE: 1},
    ),
    "google_docs": (
        (
            "<h2>Bakgrund</h2><p><strong>Fet</strong><em> kursiv</em> och "
            '<a href="https://www.scb.se/">SCB</a>.</p>'
            "<ul><li><p>Ett</p><ul><li><p>Ett och ett</p></li></ul></li><li><p>Två</p></li></ul>"
            "<table><tbody><tr><th><p>Mål</p></th><th><p>Utfall</p></th></tr>"
            "<tr><td><p>Arbete</p></td><td><p>På väg</p></td></tr></tbody></table>"
        ),
        {Lost.COLOUR: 1},
    ),
    "excel": (
        (
            "<table><tbody><tr><th><p>Kommun</p></th><th><p>2024</p></th><th><p>2025</p></th></tr>"
            "<tr><td><p>Kramfors</p></td><td><p>17 200</p></td><td><p>17 050</p></td></tr>"
            "<tr><td><p>Sollefteå</p></td><td><p>18 300</p></td><td><p></p></td></tr></tbody></table>"
        ),
        {},
    ),
    "libreoffice_writer": (
        (
            '<h2>Arbetssätt</h2><p>Viktigt i <em>hela</em> länet. <a href="https://www.rvn.example/">Regionen</a></p>'
            "<ol><li><p>Samla</p></li><li><p>Välja</p><ul><li><p>brett</p></li></ul></li></ol>"
            "<table><tbody><tr><th><p>Insats</p></th><th><p>Klart</p></th></tr>"
            "<tr><td><p>Bredband</p></td><td><p>2027</p></td></tr></tbody></table>"
        ),
        {Lost.COLOUR: 1},
    ),
    "libreoffice_calc": (
        (
            "<table><tbody><tr><th><p>Mått</p></th><th><p>Värde</p></th></tr>"
            "<tr><td><p>Andel</p></td><td><p>71,3\xa0%</p></td></tr>"
            "<tr><td><p>Antal</p></td><td><p>1200</p></td></tr></tbody></table>"
        ),
        {Lost.COLOUR: 1},
    ),
    "pdf_reader": (
        (
            "<p>Länet ska vara en plats där människor vill leva och där näringslivet växer. Det kräver samverkan "
            "mellan närings- och arbetsliv i alla delar av länet, och över gränserna till grannarna.</p>"
            "<ul><li><p>Fler ska kunna utbilda sig hela livet, oavsett bakgrund och bostadsort.</p></li>"
            "<li><p>Fler ska kunna arbeta.</p></li></ul>"
        ),
        {},
    ),
    "web_page": (
        (
            "<h2>Bredband i länet</h2><p>Nästan alla har det.</p><p>Men inte <strong>riktigt</strong> alla.</p>"
            '<p>Karta över länet</p><p>Läs <a href="https://www.example.org/bredband">om bredband</a>.</p>'
            "<h3>Kontakt</h3><p>Telefon</p><p>010-123 45 67</p>"
        ),
        {Lost.IMAGE: 1, Lost.FILM: 1},
    ),
}


def read_clipboard(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text()


def as_stored(html: str) -> str:
    """HTML as the sanitiser writes it."""
    return html.replace("\xa0", "&nbsp;")


def test_every_clipboard_has_an_expectation() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(KEPT)
    assert len(KEPT) == 12


@pytest.mark.parametrize("name", KEPT)
def test_clipboard_keeps_its_structure_and_what_is_lost_is_counted(name: str) -> None:
    html, lost = KEPT[name]

    cleaned = clean_html(read_clipboard(name))

    assert (cleaned.html, dict(cleaned.lost)) == (html, lost)


@pytest.mark.parametrize("name", KEPT)
def test_door_cleans_a_clipboard_in_the_same_way_and_once(name: str) -> None:
    stored = sanitize_prose(read_clipboard(name))

    assert stored == as_stored(KEPT[name][0])
    assert sanitize_prose(stored) == stored
    assert not is_foreign(stored)


@pytest.mark.parametrize(
    "own",
    [
        "<p>· Skrivet så</p><p>· med flit</p>",
        '<ol type="a" data-type="lower-alpha"><li><p>Ett</p></li></ol><ol><li><p>Åter ett</p></li></ol>',
        "<h3>Bara en mindre rubrik</h3><p>Rad<br>rad</p><blockquote><p>Citat</p></blockquote>",
        '<p><a href="/mal/" title="Alla mål">Målen</a></p>',
        '<table><tbody><tr><td colspan="2"><p>Cell</p></td></tr></tbody></table>',
    ],
)
def test_what_the_editor_writes_is_left_as_it_is(own: str) -> None:
    assert sanitize_prose(own) == own


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<p><a href="www.scb.se">SCB</a></p>', '<p><a href="https://www.scb.se">SCB</a></p>'),
        ("<h1>Rubrik</h1><h2>Under</h2>", "<h2>Rubrik</h2><h3>Under</h3>"),
        ("<div>Utan <b>stycke</b></div>", "<p>Utan <strong>stycke</strong></p>"),
        ('<a href="https://a.example"><h3>Kort</h3></a><hr>', '<h3><a href="https://a.example">Kort</a></h3>'),
        ("<ul><li></li></ul><table></table><div></div>", ""),
        ("<p style='mso-list:l0 level99999 lfo1'>x</p>", "<ul><li><p>x</p></li></ul>"),
        ("<p class=x>1 &lt; 2 &amp; <i>3</i></p>", "<p>1 &lt; 2 &amp; <em>3</em></p>"),
        ('<p class=x><a href="javascript:alert(1)">x</a></p>', "<p>x</p>"),
        ('<td colspan="99999">x</td>', "x"),
        (
            '<table class=x><tr><td colspan="99999">x<td>y</table>',
            "<table><tbody><tr><td><p>x</p></td><td><p>y</p></td></tr></tbody></table>",
        ),
    ],
)
def test_door_makes_plain_elements_of_others(written: str, kept: str) -> None:
    assert sanitize_prose(written) == kept


def test_deeply_nested_text_is_kept_without_its_nesting() -> None:
    deep = "<div class=x>" * 5_000 + "<ul><li>" * 5_000 + "Text" + "</div>" * 3

    assert "Text" in sanitize_prose(deep)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("En rad", "<p>En rad</p>"),
        ("Storgatan 1\n871 31 Härnösand", "<p>Storgatan 1</p><p>871 31 Härnösand</p>"),
        ("Ett stycke.\n\nEtt till & <fler>.", "<p>Ett stycke.</p><p>Ett till &amp; &lt;fler&gt;.</p>"),
        ("1. Ett\n2. Två", "<ol><li><p>Ett</p></li><li><p>Två</p></li></ol>"),
        (
            (
                "En lång rad som bröts där sidan tog slut eftersom den är full av ut-\nvecklande text som fortsätter "
                "en bit "
                "till innan stycket slutar.\nHär börjar nästa stycke, som också är långt och bryts när raden är full\n"
                "nog."
            ),
            (
                "<p>En lång rad som bröts där sidan tog slut eftersom den är full av utvecklande text som fortsätter "
                "en bit till innan stycket slutar. Här börjar nästa stycke, som också är långt och bryts när raden är "
                "full nog.</p>"
            ),
        ),
    ],
)
def test_broken_lines_are_joined_where_the_page_broke_them(text: str, html: str) -> None:
    assert join_lines(text) == html


def test_what_was_left_out_is_told_in_a_sentence_of_the_readers_language() -> None:
    lost = LostThings({Lost.IMAGE: 1, Lost.COLOUR: 2, Lost.FILE_LINK: 1})

    with override("sv"):
        assert describe_lost(lost) == "Detta följde inte med: 1 bild, 2 färger och 1 länk till en fil på din dator."
    with override("en"):
        assert describe_lost(lost) == "This was left out: 1 image, 2 colours and 1 link to a file on your computer."
    assert describe_lost(LostThings()) == ""


@pytest.mark.django_db
def test_editor_is_told_what_can_be_pasted_and_what_is_left_out(client: Client) -> None:
    client.force_login(factories.make_user(Role.COORDINATOR))

    pasted = client.post(reverse("admin:clean_pasted"), {"html": read_clipboard("word_list")})
    plain = client.post(reverse("admin:clean_pasted"), {"html": "", "text": "• Ett\n• Två"})

    html, left_out = KEPT["word_list"][0], "Detta följde inte med: 1 bild och 2 färger."
    assert json.loads(pasted.content) == {"html": html, "left_out": left_out}
    assert json.loads(plain.content) == {"html": "<ul><li><p>Ett</p></li><li><p>Två</p></li></ul>", "left_out": ""}


@pytest.mark.django_db
def test_what_is_too_large_to_be_cleaned_is_refused_and_at_the_door_sanitised_only(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publishing.pasted_text.conversion.LARGEST", 20)
    monkeypatch.setattr("publishing.pasted_text.views.LARGEST", 20)
    client.force_login(factories.make_user(Role.COORDINATOR))
    large = "<h1>En lång rubrik</h1><script>alert(1)</script>"

    assert client.post(reverse("admin:clean_pasted"), {"html": large}).status_code == 413
    assert sanitize_prose(large) == "En lång rubrik"


@pytest.mark.django_db
def test_nobody_but_editors_has_text_cleaned(client: Client) -> None:
    address = reverse("admin:clean_pasted")

    answers = [client.post(address, {"html": "<p>x</p>"}).status_code, client.get(address).status_code]

    assert answers == [302, 302]


@pytest.mark.django_db
def test_form_sent_without_the_script_keeps_lists_and_tables(editor: Client) -> None:
    news = factories.make_news()

    save_form(editor, news, body_sv=read_clipboard("word_list") + read_clipboard("excel"))

    stored = NewsItem.objects.get().body_sv
    assert stored == KEPT["word_list"][0] + KEPT["excel"][0]
    assert open_form(editor, form_of(news))["body_sv"] == [stored]
    assert send(editor, form_of(news), open_form(editor, form_of(news))).status_code == 302
