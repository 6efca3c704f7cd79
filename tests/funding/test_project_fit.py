"""The page "Does my project fit?": form, answer, citable address, and the message to the registry."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from lxml import html

from registry.models import Record
from strategy.models import Strategy
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/passar-mitt-projekt/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def strategy(today: Any) -> Strategy:
    """Create a strategy with a plan about fibre, its coordinator, and the registrar."""
    factories.make_registrar()
    strategy = factories.make_strategy(slug="strategin", title="Framtiden")
    theme = factories.make_theme(slug="bredband", title="Bredband")
    factories.make_theme_words(theme, telling="fiber")
    anna = factories.make_staff(slug="anna", name="Anna", phone="0611-1")
    plan = factories.make_plan(theme, strategy, coordinators=[anna])
    factories.make_activity(plan, title="Fiber till byar", goal=factories.make_goal(strategy))
    return strategy


def read(client: Client, path: str = PAGE, **asked: str) -> html.HtmlElement:
    response = client.get(path, asked)
    assert response.status_code == 200
    assert not response.cookies
    return html.document_fromstring(response.content.decode())


def words(page: html.HtmlElement, xpath: str = "//main") -> str:
    return " ".join(" ".join(one.text_content().split()) for one in page.xpath(xpath))


def test_form_is_asked_by_get_and_explains_itself(client: Client, strategy: Strategy) -> None:
    page = read(client)

    [form] = page.xpath("//main//form")
    assert (form.get("method"), form.get("action")) == (None, f"{PAGE}#svar")
    assert [field.get("name") for field in form.xpath(".//select | .//textarea | .//input")] == [
        "idea",
        "theme",
        "kind",
        "municipality",
    ]
    assert "Så fungerar det" in words(page)
    assert "Du har inte berättat något än." not in words(page)


def test_empty_question_is_told_what_to_do(client: Client, strategy: Strategy) -> None:
    page = read(client, idea=" ", theme="", kind="", municipality="")

    assert "Du har inte berättat något än." in words(page)
    assert "Hänvisa till svaret" not in words(page)


def test_answer_says_why_whom_to_call_and_what_was_asked(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="Vi vill dra fiber", kind="civil_society")

    assert "Du skrev ”fiber”, som hör till området Bredband." in words(page)
    assert "Vi vill dra fiber" in words(page, "//dl")
    assert "Civilsamhälle" in words(page, "//dl")
    assert "0611-1" in words(page, "//p[@class='meta']")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_citation_states_strategy_version_and_day(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="Vi vill dra fiber")

    cited = words(page, "//section[@class='cite']")
    assert "Svar 24 november 2026 mot ”Framtiden”, regional utvecklingsstrategi 2011–2020" in cited
    assert "i versionen från 24 november 2026 kl. 12:00" in cited
    [link] = page.xpath("//section[@class='cite']//a/@href")
    assert parse_qs(urlsplit(link).query) == {
        "idea": ["Vi vill dra fiber"],
        "strategy": ["strategin"],
        "date": ["2026-11-24"],
    }


def test_cited_address_answers_the_same_and_tells_of_changes(client: Client, strategy: Strategy, today: Any) -> None:
    page = read(client, idea="Vi vill dra fiber")
    [link] = page.xpath("//section[@class='cite']//a/@href")
    sections = "//section[.//h2[text()='Områden och handlingsplaner']]"
    changed = "Strategin eller planerna har ändrats sedan dess"

    assert words(read(client, link), sections) == words(page, sections)
    assert changed not in words(read(client, link))

    today.shift(60 * 60 * 24)
    strategy.plans.get().save()

    assert changed in words(read(client, link))


def test_cited_address_keeps_to_a_superseded_strategy(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="fiber")
    [link] = page.xpath("//section[@class='cite']//a/@href")
    strategy.is_current = False
    strategy.save()
    factories.make_strategy(title="Nästa", is_current=True)

    page = read(client, link)

    assert "Den här strategin gäller inte längre." in words(page)
    assert "Fiber till byar" in words(page)
    [again] = page.xpath("//a[contains(text(), 'mot strategin som gäller')]/@href")
    assert "Nästa" in words(read(client, f"{PAGE}{again}"), "//dl")


@pytest.mark.parametrize("cited", [{"strategy": "finns-inte"}, {"date": "i går"}, {"strategy": "..//", "date": "0"}])
def test_strange_citation_is_read_as_none(client: Client, strategy: Strategy, cited: dict[str, str]) -> None:
    page = read(client, idea="fiber", **cited)

    assert "Framtiden" in words(page, "//dl")


def test_question_is_sent_to_the_coordinator_and_so_to_the_registry(
    client: Client, strategy: Strategy, today: Any
) -> None:
    page = read(client, idea="Vi vill dra fiber")
    [send] = page.xpath("//form[normalize-space(button)='Skicka detta till Anna']")

    form = read(client, send.action, **dict(send.form_values())).xpath("//form[@method='post']")[0]
    fields = {name: value for name, value in form.form_values() if name != "attachments"}
    today.shift(60)  # sooner than a person could have written, it would have waited in quarantine
    response = client.post("/kontakt/anna/", fields)

    assert response.status_code == 303
    record = Record.objects.get()
    assert record.subject == "Passar mitt projekt? Vi vill dra fiber"
    assert record.body.startswith("Vi vill dra fiber")
    assert record.about.startswith(f"{PAGE}?idea=Vi+vill+dra+fiber&strategy=strategin")
    assert f"http://localhost:8000{record.about}" in record.body


def test_long_address_stands_whole_in_the_message(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="åäö fiber " * 40)
    [send] = page.xpath("//form[normalize-space(button)='Skicka detta till Anna']")

    given = dict(send.form_values())

    assert given["about"] == PAGE
    assert len(given["subject"]) <= 200
    assert re.search(r"http://localhost:8000/passar-mitt-projekt/\?idea=\S+&date=2026-11-24$", given["message"])


def test_no_match_helps_on_and_leads_to_the_registrar(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="xylofon")

    assert "Det betyder inte att idén inte passar." in words(page)
    assert page.xpath("//form[normalize-space(button)='Skicka detta till registratorn']/@action") == ["/kontakt/"]


@pytest.mark.parametrize("name", ["theme", "kind", "municipality"])
def test_unknown_choice_gets_a_sentence_and_the_rest_an_answer(client: Client, strategy: Strategy, name: str) -> None:
    page = read(client, idea="fiber", **{name: "finns-inte"})

    assert "Det valet finns inte längre i listan. Välj på nytt." in words(page, "//*[@id='error-summary']/..")
    assert page.xpath("//textarea")[0].text_content().strip() == "fiber"
    assert "Fiber till byar" in words(page)


def test_long_idea_is_shortened_with_a_sentence(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="fiber " * 200)

    assert "Texten var lång, så bara början lästes." in words(page)
    [link] = page.xpath("//section[@class='cite']//a/@href")
    assert len(parse_qs(urlsplit(link).query)["idea"][0]) <= 500


@pytest.mark.parametrize(
    "idea",
    [
        "<script>alert(1)</script> fiber",
        "fiber\x00",
        "fiber \ud83d",
        "'\"; --",
        "%00%s",
        "a" * 100_000,
        "\u202efiber",
        "é̀" * 300,
    ],
    ids=["script", "nul", "half a pair", "quotes", "percents", "one long word", "turned", "marks"],
)
def test_hostile_idea_is_answered_and_escaped(client: Client, strategy: Strategy, idea: str) -> None:
    response = client.get(PAGE, {"idea": idea.encode("utf-8", "replace")})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_text_that_cannot_be_read_gets_a_sentence(client: Client, strategy: Strategy) -> None:
    response = client.get(f"{PAGE}?idea=fiber%FF")

    assert "Texten innehåller tecken som inte gick att läsa." in words(
        html.document_fromstring(response.content.decode())
    )


def test_what_is_asked_is_kept_for_nobody_else(client: Client, strategy: Strategy) -> None:
    assert client.get(PAGE, {"idea": "fiber"})["Cache-Control"] == "private"
    assert "Cache-Control" not in client.get(PAGE).headers


def test_english_twin_asks_the_same_of_the_english_texts(client: Client, strategy: Strategy) -> None:
    factories.make_activity(strategy.plans.get(), title_sv="Något", title_en="Fibre to the villages")

    page = read(client, "/en/does-my-project-fit/", idea="fibre to our village")

    assert "You wrote “fibre”, “village”, which this activity is about." in words(page)
    assert page.xpath("//a[@class='language']/@href") == [f"{PAGE}?idea=fibre+to+our+village"]


def test_shared_address_is_the_one_to_cite(client: Client, strategy: Strategy) -> None:
    page = read(client, idea="fiber")

    [mail] = page.xpath("//*[@class='share']//a[starts-with(@href, 'mailto')]/@href")
    assert "idea%3Dfiber" in mail
