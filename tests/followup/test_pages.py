"""The public's pages about follow-ups."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from actionplans.models import Activity, Contribution
from documents.inspection import inspect_file
from followup.models import FollowUp
from publishing.models import Publication
from strategy.models import Goal
from tests import factories
from tests.documents.test_pdf_export import squeezed, tags_of
from tests.followup.report_text import main_of, report_of, text_of

pytestmark = pytest.mark.django_db
ARETS = "/uppfoljning/arets/"


@pytest.fixture
def goal() -> Goal:
    return factories.make_goal(factories.make_strategy(), title_sv="Målet", title_en="The goal", slug="malet", code="1")


@pytest.fixture
def make(goal: Goal) -> Callable[..., FollowUp]:
    """Returns a function that publishes a follow-up in which the goal was judged."""

    def make(verdict: str = "partly", *, with_evidence: bool = False, **given: object) -> FollowUp:
        followup = factories.make_followup(goal.strategy, **given)
        followup.assessments.update(verdict=verdict)
        if with_evidence:
            document = factories.make_document(title="Underlaget", slug="underlaget")
            followup.assessments.get(goal=goal).evidence.create(document=document, page=1, label_sv="Tabell 3")
        return factories.publish_followup(followup)

    return make


def words_of(client: Client, path: str) -> str:
    return said_in(html.fromstring(main_of(client, path)))


def said_in(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_page_keeps_the_three_verdicts_apart(client: Client, goal: Goal, make: Callable[..., FollowUp]) -> None:
    factories.make_activity(goal=goal)
    factories.make_activity(goal=goal, ends_on=date(2025, 1, 1))
    factories.make_indicator({2015: "70", 2024: "90"}, {2030: "80"}, title="Sysselsättning", goals=[goal])
    make("cannot_judge", slug="arets", with_evidence=True)

    boxes = html.fromstring(main_of(client, ARETS)).xpath("//div[@class='threefold']/section")

    told = [said_in(box) for box in boxes]
    assert told == [
        "Genomförande 2 pågår varav 1 försenad",
        "Utfall Sysselsättning Målet är nått",
        "Bedömning Kan inte bedömas Undertecknad av Anna Ek, analytiker den 1 februari 2026",
    ]
    assert "%" not in words_of(client, ARETS)


def test_evidence_leads_to_the_page_of_the_version(client: Client, make: Callable[..., FollowUp]) -> None:
    make(slug="arets", with_evidence=True)

    links = html.fromstring(main_of(client, ARETS)).xpath("//section[contains(@class, 'judged')]//a[@hreflang]")

    assert [(link.get("href"), link.text_content()) for link in links] == [
        ("/dokument/underlaget/fil/1#page=1", "Underlaget, sidan 1")
    ]


def test_document_leads_back_to_the_follow_up(client: Client, make: Callable[..., FollowUp]) -> None:
    make(slug="arets", title="Årets", with_evidence=True)
    assert f'href="{ARETS}"' in main_of(client, "/dokument/underlaget/")

    FollowUp.objects.update(publication="archived")

    assert f'href="{ARETS}"' not in main_of(client, "/dokument/underlaget/")


def test_goal_and_start_show_the_latest_published_judgement(
    client: Client, goal: Goal, make: Callable[..., FollowUp]
) -> None:
    make("reached", slug="forra", as_of=date(2024, 12, 31))
    make("not_reached", slug="arets", as_of=date(2025, 12, 31))
    draft = factories.make_followup(goal.strategy, as_of=date(2026, 6, 30))
    draft.assessments.update(verdict="cannot_judge")

    for path in ("/", "/mal/", "/mal/malet/"):
        words = words_of(client, path)
        assert "Uppnås inte bedömt för läget den 31 december 2025" in words, path
        assert "Kan inte bedömas" not in words
        assert "2024" not in words
    assert f'href="{ARETS}#goal-{goal.pk}"' in main_of(client, "/mal/malet/")


@pytest.mark.parametrize(
    "hidden",
    [
        {"publication": Publication.ARCHIVED},
        {"publish_from": timezone.now() + timedelta(days=1)},
        {"publish_until": timezone.now() - timedelta(days=1), "publish_from": timezone.now() - timedelta(days=9)},
    ],
    ids=["withdrawn", "to come", "over"],
)
def test_what_is_not_public_is_nowhere(client: Client, make: Callable[..., FollowUp], hidden: dict) -> None:
    make(slug="arets", title="Hemlig titel", with_evidence=True)
    FollowUp.objects.update(**hidden)

    for path in ("", "aktiviteter/", "mal/malet/", "rapport.pdf"):
        assert client.get(ARETS + path).status_code == 404, path
    for path in ("/uppfoljning/", "/uppfoljning/jamfor/?a=arets", "/", "/mal/malet/", "/webbkarta/", "/sitemap.xml"):
        found = client.get(path).content.decode()
        for secret in ("Hemlig titel", "uppfoljning/arets", "31 december 2025"):
            assert secret not in found, path


def test_two_follow_ups_stand_side_by_side(client: Client, goal: Goal, make: Callable[..., FollowUp]) -> None:
    activity = factories.make_activity(goal=goal, delivery_status="planned")
    make("reached", slug="forra", title="Förra", as_of=date(2024, 12, 31))
    activity.delivery_status = "done"
    activity.save()
    factories.make_goal(goal.strategy, title="Nytt mål", code="2")
    make("not_reached", slug="arets", title="Årets")

    pairs = html.fromstring(main_of(client, "/uppfoljning/jamfor/?a=forra&b=arets")).xpath("//section[@class='pair']")

    told = [said_in(pair) for pair in pairs]
    first = "Målet Bedömningen har ändrats. Förra 31 december 2024 Bedömning Uppnås Genomförande 1 planerad {0} {1} {0}"
    second = "Nytt mål Förra 31 december 2024 Målet ingår inte i den här uppföljningen. {1} {0}"
    later = "Årets 31 december 2025 Bedömning Uppnås inte Genomförande"
    nothing = "Utfall Ingen indikator än."
    assert told == [
        first.format(nothing, f"{later} 1 klar"),
        second.format(nothing, f"{later} Inga aktiviteter ännu."),
    ]


def test_comparison_takes_the_two_latest_unless_told(client: Client, make: Callable[..., FollowUp]) -> None:
    for year in (2023, 2024, 2025):
        make(slug=f"ar-{year}", as_of=date(year, 12, 31))

    chosen = [
        html.fromstring(main_of(client, path)).xpath("//option[@selected]/@value")
        for path in ("/uppfoljning/jamfor/", "/uppfoljning/jamfor/?b=ar-2024", "/uppfoljning/jamfor/?a=ar-2023")
    ]

    assert chosen == [["ar-2024", "ar-2025"], ["ar-2025", "ar-2024"], ["ar-2023", "ar-2025"]]


@pytest.mark.parametrize("query", ["a=arets&b=arets", "a=arets&b=finnsinte", "a=fel%00&b=arets", "a=%27&b=arets"])
def test_comparison_of_what_cannot_be_compared_says_so(
    client: Client, make: Callable[..., FollowUp], query: str
) -> None:
    make(slug="arets")
    make(slug="forra", as_of=date(2024, 12, 31))

    page = html.fromstring(main_of(client, f"/uppfoljning/jamfor/?{query}"))

    assert (len(page.xpath("//*[@class='ds-validation-message']")), page.xpath("//section[@class='pair']")) == (1, [])


def test_comparison_without_follow_ups_says_what_is_missing(client: Client) -> None:
    assert "Det måste finnas två publicerade uppföljningar" in words_of(client, "/uppfoljning/jamfor/")


def test_report_says_what_the_page_says(client: Client, goal: Goal, make: Callable[..., FollowUp]) -> None:
    factories.make_activity(goal=goal, title="Lärcentrum", ends_on=date(2025, 6, 30))
    factories.make_indicator({2015: "70", 2024: "75.5"}, {2030: "80"}, title="Sysselsättning", goals=[goal])
    make(slug="arets", title="Årets uppföljning", with_evidence=True)

    told = squeezed(text_of(report_of(client, f"{ARETS}rapport.pdf")))

    for words in ("Innehåll", "Mål 1: Målet", "Uppnås delvis", "Vi når en bit.", "1 pågår, varav 1 försenad", "75,5",
                  "Underlaget, sidan 1", "Lärcentrum", "Pågår, försenad", "Det lärde vi oss.", "Källa: Egen statistik",
                  "Undertecknad av Anna Ek, analytiker den 1 februari 2026."):  # fmt: skip
        assert squeezed(words) in told, words


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [(f"{ARETS}rapport.pdf", "sv", "Årets"), ("/en/follow-up/arets/report.pdf", "en", "The year")],
)
def test_report_is_tagged_as_the_standards_ask(
    client: Client, goal: Goal, make: Callable[..., FollowUp], path: str, language: str, title: str
) -> None:
    factories.make_activity(goal=goal)
    factories.make_indicator({2015: "70", 2024: "75.5"}, {2030: "80"}, title="Sysselsättning", goals=[goal])
    make(slug="arets", title_sv="Årets", title_en="The year")

    made = report_of(client, path)

    facts = inspect_file(ContentFile(made))
    assert facts[2:5] == (True, language, title)
    assert facts.faults == ()
    tags = tags_of(made)
    assert {"H1", "H2", "H3", "H4", "TOC", "Table", "TH", "TD", "Figure"} - set(tags) == set()
    with pikepdf.open(io.BytesIO(made)) as document, document.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "2", "A")
        figures = [str(figure.Alt) for figure in _elements(document.Root.StructTreeRoot.K) if figure.S == "/Figure"]
        with document.open_outline() as outline:
            assert [item.title for item in outline.root[0].children or outline.root][:2] != []
    assert [alt.split(".")[0] for alt in figures] == ["Sysselsättning"]
    assert "75" in figures[0]


def _elements(node: object) -> list[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        return [element for child in node for element in _elements(child)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    return [node, *_elements(node.get("/K", pikepdf.Array()))]


def test_report_that_the_visitor_has_is_not_sent_again(client: Client, make: Callable[..., FollowUp]) -> None:
    make(slug="arets")
    first = client.get(f"{ARETS}rapport.pdf")

    again = client.get(f"{ARETS}rapport.pdf", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def make_copies(activity: Activity, count: int) -> None:
    """As many more of the same activity, with its contribution."""
    contribution = activity.contributions.get()
    activities = [Activity(**_fields_of(activity) | {"slug": f"kopia-{number}"}) for number in range(count)]
    Activity.objects.bulk_create(activities)
    Contribution.objects.bulk_create(
        Contribution(**_fields_of(contribution) | {"activity_id": copy.pk}) for copy in activities
    )


def _fields_of(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def test_pages_ask_as_often_about_five_hundred_activities(
    client: Client, goal: Goal, make: Callable[..., FollowUp]
) -> None:
    paths = ["", "aktiviteter/", "mal/malet/", "rapport.pdf"]

    def count(slug: str) -> list[int]:
        counts = []
        for path in paths:
            client.get(f"/uppfoljning/{slug}/{path}")
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/uppfoljning/{slug}/{path}").status_code == 200
            counts.append(len(queries))
        return counts

    plan = factories.make_plan(strategy=goal.strategy)
    factories.make_activity(plan, goal=goal)
    make(slug="litet")
    make_copies(goal.activities.get(), 499)
    large = make(slug="stort")

    assert large.frozen["goals"][0]["delivery"]["total"] == 500
    assert (count("litet"), count("stort")) == ([2] * 4, [2] * 4)


def test_hostile_texts_are_shown_as_texts(client: Client, goal: Goal, make: Callable[..., FollowUp]) -> None:
    hostile = "<script>alert(1)</script> #panic(1) {{ 7|add:1 }}"
    factories.make_activity(goal=goal, title=hostile)
    followup = factories.make_followup(goal.strategy, slug="arets", title=hostile, summary=hostile)
    followup.assessments.update(text_sv=hostile, signed_by=hostile)
    factories.publish_followup(followup)

    for path in ("", "aktiviteter/", "mal/malet/"):
        page = client.get(ARETS + path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; #panic(1) {{ 7|add:1 }}" in page
    assert "#panic(1) {{ 7|add:1 }}" in text_of(report_of(client, f"{ARETS}rapport.pdf"))
