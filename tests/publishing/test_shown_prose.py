"""Tables of rich text on public pages, and rich text as plain text."""

import pytest
from django.test import Client
from django.utils.translation import override
from lxml import html

from publishing.history.word_diffs import Kind, compare_words
from publishing.plain_text import read_plain_text
from publishing.shown_prose import show_prose
from search.sources.content import strip_markup
from tests import factories

TABLE = (
    "<table><tbody><tr><th><p>Kommun</p></th><th><p>2025</p></th></tr>"
    "<tr><th><p>Kramfors</p></th><td><p>17 050</p></td></tr>"
    "<tr><td><p>Sollefteå</p></td><td><p>okänt<br>än</p></td></tr></tbody></table>"
)


def show(text: str) -> html.HtmlElement:
    with override("sv"):
        return html.fragment_fromstring(show_prose(text), create_parent="div")


def test_text_without_tables_is_shown_as_it_is_stored() -> None:
    text = '<h2>Rubrik</h2><p>Text &amp; <a href="/mal/" title="Alla">mål</a></p>'

    assert show_prose(text) == text


def test_table_has_a_frame_that_scrolls_and_headers_that_say_what_they_belong_to() -> None:
    shown = show(f'<h2 id="lage">Läge</h2><p>Före</p>{TABLE}<p>Efter</p>')
    frame = shown.find("div")

    assert [child.tag for child in shown] == ["h2", "p", "div", "p"]
    assert shown[0].get("id") == "lage"
    assert dict(frame.attrib) == {
        "class": "table-frame",
        "role": "region",
        "tabindex": "0",
        "aria-label": "Tabell: Kommun, 2025",
    }
    assert [cell.get("scope") for cell in frame.iter("th")] == ["col", "col", "row"]
    assert [part.tag for part in frame[0]] == ["thead", "tbody"]
    assert [cell.get("class") for cell in frame.iter("td")] == ["number", None, None]
    assert [cell.get("class") for cell in frame.iter("th")] == [None, None, None]


def test_header_of_a_column_of_figures_stands_above_them() -> None:
    figures = "<tr><td><p>Kramfors</p></td><td><p>17 050</p></td></tr><tr><td><p>Ånge</p></td><td><p></p></td></tr>"

    shown = show(f"<table><tbody><tr><th><p>Kommun</p></th><th><p>2025</p></th></tr>{figures}</tbody></table>")

    assert [cell.get("class") for cell in shown.iter("th")] == [None, "number"]


def test_paragraph_before_a_table_is_its_caption_if_it_says_so() -> None:
    shown = show(f"<p>Text.</p><p><strong>Tabell 1.</strong> Folkmängd</p>{TABLE}")

    assert [child.tag for child in shown] == ["p", "div"]
    assert shown.find("div/table/caption").text_content() == "Tabell 1. Folkmängd"
    assert shown.find("div").get("aria-label") == "Tabell 1. Folkmängd"


def test_frames_of_one_text_have_names_of_their_own() -> None:
    plain = "<table><tbody><tr><td><p>a</p></td></tr></tbody></table>"

    labels = [
        frame.get("aria-label") for frame in show(plain + TABLE + TABLE + plain).iter("div") if frame.get("class")
    ]

    assert labels == ["Tabell", "Tabell: Kommun, 2025", "Tabell: Kommun, 2025 (2)", "Tabell (2)"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [factories.make_news, factories.make_strategy, factories.make_plan, factories.make_activity, factories.make_goal],
)
def test_public_pages_show_tables_in_frames(client: Client, make) -> None:
    thing = make(body_sv=TABLE)

    page = html.fromstring(client.get(thing.get_absolute_url()).content.decode())

    assert len(page.xpath("//div[@class='table-frame']/table/thead")) == 1


def test_row_of_a_table_is_one_line_of_plain_text() -> None:
    told = "Före\nKommun; 2025\nKramfors; 17 050\nSollefteå; okänt än\nEfter"

    assert strip_markup(f"<p>Före</p>{TABLE}<p>Efter</p>") == told
    assert [line for line in read_plain_text(f"<p>Före</p>{TABLE}<p>Efter</p>").splitlines() if line] == told.split(
        "\n"
    )


def test_history_tells_which_row_was_changed() -> None:
    new = TABLE.replace("17 050", "16 900")

    pieces = compare_words(read_plain_text(TABLE), read_plain_text(new))

    changed = [(piece.kind, piece.text.strip()) for piece in pieces if piece.kind != Kind.SAME]
    assert changed == [(Kind.REMOVED, "Kramfors; 17 050"), (Kind.ADDED, "Kramfors; 16 900")]
