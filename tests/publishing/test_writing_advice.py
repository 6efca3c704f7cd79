"""Help to write well: what is said of a text, and what stops it from being published."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from lxml import html

from news.models import NewsItem
from publishing.drafts.admin import KEEP
from publishing.forms.publishable import PUBLISH
from publishing.models import Draft
from publishing.writing_advice.judgement import find_faults, judge_prose
from publishing.writing_advice.languages import ENGLISH, SWEDISH
from publishing.writing_advice.links import Target, find_target, is_nonsense
from publishing.writing_advice.readability import measure_index, split_sentences
from publishing.writing_advice.structure import judge_title
from tests import factories
from tests.publishing.opened_forms import find_address, form_of, open_form, save_form, send, words_of

LONG = "Vi " + "och vi " * 15 + "arbetar."
HARD = "Regionala utvecklingsstrategiernas genomförandeförutsättningar kännetecknas grundläggande. " * 20


def judge_text(text: str, language: str = "sv") -> list[tuple[bool, str]]:
    """What is said in English of a text in a language: whether it is an error, and the first words of it."""
    with override("en"):
        return [(remark.is_error, remark.words) for remark in judge_prose(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "<h2>Läget</h2><p>Vi arbetar, bl.a. med <strong>väg</strong> 86, sedan den 3 maj 2025.</p><h3>Mer</h3>",
        "<p>Läs <a href='https://www.scb.se/'>statistiken hos SCB</a> eller <a href='mailto:a@b.se'>skriv</a>.</p>",
        "<table><tbody><tr><th><p>År</p></th></tr><tr><td><p>2025</p></td></tr></tbody></table>",
        "<p><strong>Obs!</strong></p><p>EU:s ERUF och RUS.</p>",
        "",
    ],
)
def test_nothing_is_said_of_a_good_text(text: str) -> None:
    assert judge_text(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<h3>Först</h3><p>Text</p>", "“Först” is a Heading 3 without a Heading 2 above it."),
        ("<h2>ALLT OM BREDBANDET</h2>", "The heading “ALLT OM BREDBANDET” is in capitals only"),
        (f"<h2>{'Lång ' * 20}</h2>", "The heading “Lång Lång"),
        ("<p><strong>Bakgrund</strong></p>", "“Bakgrund” looks like a heading but is bold text."),
        ('<p><a href="https://a.se/">Klicka här!</a></p>', "The link “Klicka här!” does not say where it leads."),
        ('<p><a href="https://a.se/">https://a.se/</a></p>', "The link “https://a.se/” is an address."),
        (
            "<table><tbody><tr><td><p>År</p></td></tr></tbody></table>",
            "The table that begins with “År” has no headers.",
        ),
        (f"<p>{LONG}</p>", "has 32 words. Could it be two?"),
        ("<p>Senast den 3 maj.</p>", "“3 maj” has no year."),
        (f"<p>{HARD}</p>", "its readability index (LIX) is"),
    ],
)
def test_advice_is_given_and_stops_nothing(text: str, words: str) -> None:
    found = judge_text(text)

    assert [(is_error, words in said) for is_error, said in found] == [(False, True)], found
    assert find_faults(text, "sv") == []


def test_each_language_is_judged_by_its_own_rules() -> None:
    swedish = '<p><a href="https://a.se/">Läs mer</a> 3 maj</p>'
    english = '<p><a href="https://a.se/">Read more</a> 3 May</p>'

    counts = [len(judge_text(text, language)) for text in (swedish, english) for language in ("sv", "en")]

    assert counts == [2, 0, 0, 2]


def test_full_stop_of_an_abbreviation_ends_no_sentence() -> None:
    swedish = "Det gäller t.ex. väg 86, bl. a. i norr, ca. 3.5 km. Nu! Ska vi?"

    assert split_sentences(swedish, SWEDISH) == [
        "Det gäller t.ex. väg 86, bl. a. i norr, ca. 3.5 km.",
        "Nu!",
        "Ska vi?",
    ]
    assert split_sentences("Roads, e.g. the E4. No. 5 is next.", ENGLISH) == ["Roads, e.g. the E4.", "No. 5 is next."]


def test_readability_index_is_words_per_sentence_and_long_words_of_a_hundred() -> None:
    assert measure_index(["Vi går hem nu", "Utvecklingen fortsätter"]) == round(6 / 2 + 100 * 2 / 6)
    assert measure_index([]) == 0


def test_only_the_first_long_sentences_are_quoted() -> None:
    words = [said for _is_error, said in judge_text("".join(f"<p>{LONG}</p>" for _n in range(5)))]

    assert words[0].startswith("The sentence “Vi och vi")
    assert "2 more sentences are long." in words


@pytest.mark.parametrize(
    ("title", "count"), [("Bredband i hela länet", 0), ("Klart.", 1), ("BREDBAND I LÄNET", 1), ("Lång " * 20, 1)]
)
def test_titles_are_judged(title: str, count: int) -> None:
    assert len(list(judge_title(title.strip()))) == count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<h2> <br></h2><p>Text</p>", "A heading is empty."),
        ('<p><a href="https://a.se/"> </a></p>', "A link to “https://a.se/” has no text."),
        ('<p><a href="finns ej">Rapporten</a></p>', "“finns ej” is not an address, so the link “Rapporten”"),
        ('<p><a href="ftp://a.se/x">Rapporten</a></p>', "The link “Rapporten” has no address."),
        ('<p><a href="/admin/">Skrivbordet</a></p>', "The link “Skrivbordet” leads into the admin"),
        ('<p><a href="/nagon/annan/sida/">Sidan om X</a></p>', "There is no page at /nagon/annan/sida/"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_an_error(text: str, words: str) -> None:
    with override("en"):
        assert [words in fault for fault in find_faults(text, "sv")] == [True]


@pytest.mark.parametrize(
    ("address", "nonsense"),
    [
        ("https://www.scb.se/", False),
        ("https://scb.se:8443/a?b=c#d", False),
        ("mailto:rus@region.example", False),
        ("tel:+4661112345", False),
        ("/mal/", False),
        ("#lage", False),
        ("https://finns ej", True),
        ("https://", True),
        ("http://[oj", True),
        ("mailto:", True),
        ("rapport.pdf", True),
        ("", True),
    ],
)
def test_addresses_that_cannot_lead_anywhere_are_known(address: str, nonsense: bool) -> None:
    assert is_nonsense(address) is nonsense


@pytest.mark.django_db
def test_own_addresses_are_asked_what_is_there() -> None:
    goal, activity = factories.make_goal(), factories.make_activity()
    draft = factories.make_news(publication="draft", publish_from=None)
    document = factories.make_document()
    moved = factories.make_news(slug="gammal")
    moved.slug = "ny"
    moved.save()

    targets = {
        path: find_target(path)
        for path in (
            goal.get_absolute_url(),
            goal.get_absolute_url().rstrip("/"),
            f"/en{activity.get_absolute_url().replace('/handlingsplaner/', '/action-plans/')}",
            document.get_absolute_url(),
            f"{document.get_absolute_url()}fil",
            draft.get_absolute_url(),
            "/nyheter/gammal/",
            "/nyheter/finns-ej/",
            f"/nyheter/{goal.slug}/",
            "/dokument/",
            "/en/news/",
            "/admin/",
            "/finns/inte",
        )
    }

    assert list(targets.values()) == [
        *[Target.PAGE] * 4,
        Target.FILE,
        Target.NOT_PUBLIC,
        Target.PAGE,
        Target.NOTHING,
        Target.NOTHING,
        Target.PAGE,
        Target.PAGE,
        Target.ADMIN,
        Target.NOTHING,
    ], targets


@pytest.mark.django_db
def test_link_with_the_portals_own_host_is_judged_as_one_of_its_own() -> None:
    text = f'<p><a href="{settings.BASE_URL}/finns/inte/">Sidan</a></p>'

    assert len(find_faults(text, "sv")) == 1
    assert find_faults('<p><a href="https://www.example.org/finns/inte/">Sidan</a></p>', "sv") == []


def link_to(address: str) -> str:
    return f'<p>Se <a href="{address}">sidan om länet</a>.</p>'


@pytest.mark.django_db
def test_text_with_a_dead_link_is_not_published_but_kept_as_a_draft(editor: Client) -> None:
    news = factories.make_news(publication="draft", publish_from=None)
    form = open_form(editor, form_of(news))

    refused: Any = send(editor, form_of(news), form, body_sv=link_to("/finns/inte/"), **{PUBLISH: "1"}, _save=[])
    kept = editor.post(form_of(news), form | {"body_sv": link_to("/finns/inte/"), KEEP: "1"})
    saved = send(editor, form_of(news), form, body_sv=link_to("finns ej"))

    assert "Det finns ingen sida på /finns/inte/" in words_of(refused)
    assert refused.context["error_links"][0][2] == "id_body_sv"
    assert (kept.status_code, saved.status_code) == (302, 302)
    news.refresh_from_db()
    assert (news.publication, news.body_sv) == ("draft", link_to("finns ej"))


@pytest.mark.django_db
def test_change_of_what_is_public_is_refused_with_a_dead_link_in_english_too(editor: Client) -> None:
    news = factories.make_news()
    form = open_form(editor, form_of(news))

    refused: Any = send(editor, form_of(news), form, body_en=link_to("/en/nowhere/"))
    good = send(editor, form_of(news), form, body_en=link_to("/en/news/"))

    assert refused.context["error_links"][0][2] == "id_body_en"
    assert good.status_code == 302
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_list_publishes_no_text_with_an_empty_heading(editor: Client) -> None:
    bad = factories.make_news(publication="draft", publish_from=None, body_sv="<h2></h2><p>Text</p>")
    good = factories.make_news(publication="draft", publish_from=None)
    listed = find_address(NewsItem, "changelist")

    page = editor.post(listed, {"action": "publish", "_selected_action": [bad.pk, good.pk]}, follow=True)

    assert "En rubrik är tom." in words_of(page)
    assert list(NewsItem.objects.filter(publication="published")) == [good]


@pytest.mark.django_db
def test_form_shows_advice_beside_the_fields_that_it_is_about(editor: Client) -> None:
    news = factories.make_news(
        title_sv="KLART MED BREDBAND", body_sv="<p><a href='https://a.se/'>Läs mer</a></p>", body_en="<p>On 3 May.</p>"
    )

    page = html.fromstring(editor.get(form_of(news)).content.decode())

    (shown,) = page.xpath("//details[contains(@class, 'writing-advice')]")
    assert " ".join(shown.find("summary").text_content().split()) == "3 råd om texterna"
    assert shown.get("open") is None
    assert [link.get("href") for link in shown.iter("a")] == ["#id_title_sv", "#id_body_sv", "#id_body_en"]


@pytest.mark.django_db
def test_text_below_a_heading_of_its_page_may_begin_at_the_third_level(editor: Client) -> None:
    body = "<h3>Först</h3><p>Text.</p>"
    news, goal = factories.make_news(body_sv=body), factories.make_goal(body_sv=body)

    shown = ["writing-advice" in editor.get(form_of(thing)).content.decode() for thing in (news, goal)]

    assert shown == [True, False]


@pytest.mark.django_db
def test_form_shows_what_must_be_put_right_in_a_draft_that_is_kept(editor: Client) -> None:
    news = factories.make_news()
    form = open_form(editor, form_of(news))
    editor.post(form_of(news), form | {"body_sv": "<h2></h2><p>Text</p>", KEEP: "1"})

    page = html.fromstring(editor.get(form_of(news)).content.decode())

    (shown,) = page.xpath("//details[contains(@class, 'writing-advice')]")
    assert shown.get("open") is not None
    assert "Måste rättas: En rubrik är tom." in " ".join(shown.text_content().split())


@pytest.mark.django_db
def test_form_without_remarks_shows_no_advice(editor: Client) -> None:
    assert "writing-advice" not in editor.get(form_of(factories.make_news())).content.decode()


@pytest.mark.django_db
def test_address_that_lacks_its_scheme_gets_it_when_saved(editor: Client) -> None:
    news = factories.make_news()

    save_form(editor, news, body_sv=link_to("www.scb.se/hitta"))

    assert NewsItem.objects.get().body_sv == link_to("https://www.scb.se/hitta")
