"""The search: hits, order, pages of documents, facets, and the number of queries."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import ranking, service
from search.indexing import index_due
from search.models import Kind
from search.service import Filters
from tests import factories
from tests.search.things import ask, make_one_of_each, make_read_document, titles

pytestmark = pytest.mark.django_db


def counts(found: Any, name: str) -> dict[str, int]:
    return {choice.value: choice.count for choice in found.facets[name]}


def test_every_kind_is_found_at_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "HITS_PER_PAGE", 20)
    things = make_one_of_each("lyktstolpe")

    hits = ask("lyktstolpar").hits

    assert {(hit.entry.kind, hit.thing.pk, hit.url) for hit in hits} == {
        (kind.value, thing.pk, thing.get_absolute_url()) for kind, thing in things.items()
    }


def test_the_title_counts_most_then_the_summary_then_the_text() -> None:
    factories.make_news(title="I texten", body="<p>En lyktstolpe.</p>")
    factories.make_news(title="I ingressen", ingress="En lyktstolpe.")
    factories.make_news(title="En lyktstolpe")
    index_due()

    assert titles("lyktstolpe") == ["En lyktstolpe", "I ingressen", "I texten"]


def test_a_title_that_is_the_question_comes_first() -> None:
    factories.make_news(title="Lyktstolpe och lyktstolpe: om en lyktstolpe", ingress="Lyktstolpe lyktstolpe.")
    factories.make_news(title="Lyktstolpe")
    index_due()

    assert titles("lyktstolpe")[0] == "Lyktstolpe"


def test_a_title_that_is_the_question_written_together_comes_first() -> None:
    factories.make_news(title="En stolpe", ingress="Stolpen är en lykta.")
    factories.make_news(title="Lyktastolpe")
    index_due()

    assert titles("lykta stolpe")[0] == "Lyktastolpe"


def test_who_asks_who_finds_a_person_first() -> None:
    factories.make_news(title="Lyktstolpe", publish_from=timezone.now())
    factories.make_staff(name="Lina Lykta", area="Fråga mig om lyktstolpar.")
    index_due()

    assert titles("vem ansvarar för lyktstolpar?") == ["Lina Lykta", "Lyktstolpe"]
    assert titles("hur går det för lyktstolpar?") == ["Lyktstolpe", "Lina Lykta"]


def test_sorted_by_date_the_newest_comes_first() -> None:
    for year in (2021, 2023, 2022):
        factories.make_news(title=f"Lyktstolpe {year}", publish_from=f"{year}-05-04T12:00Z")
    index_due()

    assert titles("lyktstolpe", sort="date") == ["Lyktstolpe 2023", "Lyktstolpe 2022", "Lyktstolpe 2021"]


def test_a_document_is_one_hit_with_its_best_pages() -> None:
    texts = ["Inget.", "En lyktstolpe.", "En lyktstolpe, en lyktstolpe.", "Lyktstolpe.", "Lyktstolpe och mer."]
    document = make_read_document(*texts)
    index_due()

    found = ask("lyktstolpe")

    (hit,) = found.hits
    assert (found.total, hit.holding, hit.pages[0].number) == (1, 4, 3)
    assert [page.url for page in hit.pages] == [f"{document.get_file_url()}#page={page.number}" for page in hit.pages]
    assert [page.text for page in hit.pages] == [texts[page.number - 1] for page in hit.pages]
    assert len(hit.pages) == 3


def test_words_on_different_pages_find_the_document_and_the_pages_of_each() -> None:
    make_read_document("En lyktstolpe.", "Inget.", "En papperskorg.")
    index_due()

    (hit,) = ask("lyktstolpe papperskorg").hits

    assert ({page.number for page in hit.pages}, hit.holding) == ({1, 3}, 0)


def test_a_phrase_is_found_on_a_page_or_in_a_text_and_not_across_them() -> None:
    make_read_document("Här lyser en grön lyktstolpe.", title="Ett")
    make_read_document("Allt är grön", "lyktstolpe i kväll.", title="Två")
    factories.make_news(title="Grön lyktstolpe")
    factories.make_news(title="Lyktstolpe som är grön")
    index_due()

    assert set(titles("grön lyktstolpe")) == {"Ett", "Två", "Grön lyktstolpe", "Lyktstolpe som är grön"}
    assert set(titles('"grön lyktstolpe"')) == {"Ett", "Grön lyktstolpe"}


def test_a_phrase_opens_the_document_where_it_stands() -> None:
    apart = "En kudde som är grön, en grön stol och en kudde."
    make_read_document(apart, "Inget.", "En grön kudde.", apart, apart)
    index_due()

    (hit,) = ask('"grön kudde"').hits

    assert ([page.number for page in hit.pages], hit.holding) == ([3], 1)


def test_each_phrase_may_stand_on_a_page_of_its_own() -> None:
    make_read_document("En grön kudde.", "En röd stol.", title="Båda")
    make_read_document("En grön kudde.", "En stol, och den är röd.", title="Ett")
    index_due()

    assert titles('"grön kudde" "röd stol"') == ["Båda"]


def test_the_parts_of_a_compound_must_stand_on_one_page_of_a_document() -> None:
    make_read_document("Vi bygger bredband.", "Mer utbyggnad.", title="På två sidor")
    make_read_document("En utbyggnad av bredband.", title="På en sida")
    make_read_document("Bredbandsutbyggnad.", "Mer.", title="I ett ord")
    factories.make_news(title="Bredband", body="<p>Och utbyggnad.</p>")
    index_due()

    assert set(titles("bredbandsutbyggnad")) == {"På en sida", "I ett ord", "Bredband"}


def test_a_phrase_is_found_in_what_is_told_of_a_document() -> None:
    make_read_document("Inget.", title="Om ljus", inaccessible_reason="Den gröna kudden är inskannad.")
    index_due()

    assert titles('"gröna kudden"') == ["Om ljus"]


def test_minus_leaves_out_what_holds_the_word_anywhere() -> None:
    make_read_document("En lyktstolpe.", "En papperskorg.", title="Båda")
    make_read_document("En lyktstolpe.", title="Ljus")
    index_due()

    assert titles("lyktstolpe -papperskorg") == ["Ljus"]


def test_the_beginning_of_a_word_with_a_star_finds_it() -> None:
    factories.make_news(title="Lyktstolpe")
    index_due()

    assert (titles("lyktst*"), titles("lyktst")) == (["Lyktstolpe"], [])


def test_a_beginning_may_be_longer_than_the_stem_of_the_word() -> None:
    factories.make_news(title="Företagande", title_en="Competence")
    index_due()

    assert titles("företagan*") == ["Företagande"]
    assert [hit.entry.title for hit in ask("competenc*", "en").hits] == ["Competence"]


def test_a_beginning_costs_one_query_more() -> None:
    factories.make_news(title="Lyktstolpe")
    index_due()
    numbers = []
    for words in ("lyktstolpe", "lyktst*"):
        with CaptureQueriesContext(connection) as queries:
            ask(words)
        numbers.append(len(queries))

    assert numbers[1] - numbers[0] == 1


@pytest.mark.parametrize(
    "ask_for",
    [
        "{series} {year}/{number:04d}",
        "{year}/{number}",
        "{series} {year}/{number:04d}-1",
        "{series}-{year}/{number}",
        "{series}{year} / {number}",
        "{series} {year}-{number:04d}",
        "dnr {series} {year}/{number}",
        "ärende {year}/{number}",
        "när avgörs {series} {year}/{number}?",
    ],
)
def test_a_registration_number_finds_its_case_first(ask_for: str) -> None:
    case = factories.make_case()
    text = ask_for.format(series=case.series.code.lower(), year=case.year, number=case.number)
    factories.make_document(title="Beslut", reference=case.registration_number)
    factories.make_case()
    index_due()

    assert ask(text).hits[0].thing == case


def test_choices_are_counted_without_their_own_choice() -> None:
    theme = factories.make_theme(slug="ljus", title="Ljus")
    plan = factories.make_plan(theme)
    for year in (2021, 2022):
        factories.make_activity(plan, title="Lyktstolpe", starts_on=date(year, 1, 1))
    factories.make_activity(title="Lyktstolpe", starts_on=date(2022, 1, 1), delivery_status="done")
    factories.make_news(title="Lyktstolpe", publish_from="2022-05-04T12:00Z")
    index_due()

    every = ask("lyktstolpe")
    narrowed = ask("lyktstolpe", filters=Filters(kind=("activity",), theme=("ljus",)))

    assert (every.total, narrowed.total) == (4, 2)
    assert counts(every, "kind") == {"activity": 3, "news": 1}
    assert counts(every, "year") == {"2022": 3, "2021": 1}
    assert counts(every, "status") == {"activity:done": 1, "activity:ongoing": 2}
    assert counts(narrowed, "kind") == {"activity": 2}
    assert counts(narrowed, "theme")["ljus"] == 2
    assert len(counts(narrowed, "theme")) == 2  # the other activity's too: it could be chosen instead
    assert counts(narrowed, "status") == {"activity:ongoing": 2}
    assert [choice.value for choice in narrowed.facets["theme"] if choice.is_chosen] == ["ljus"]


@pytest.mark.parametrize("name", ["kind", "theme", "language", "year", "status"])
def test_a_choice_that_there_is_not_finds_nothing(name: str) -> None:
    factories.make_news(title="Lyktstolpe")
    index_due()

    found = ask("lyktstolpe", filters=Filters(**{name: ("'; --",)}))

    assert (found.total, found.hits, found.meant) == (0, [], None)


def test_choices_are_told_in_the_language_of_the_page() -> None:
    factories.make_activity(title="Lyktstolpe", ends_on=date(2017, 1, 1))
    index_due()

    labels = [ask("lyktstolpe", language).facets["status"][0].label for language in ("sv", "en")]

    assert labels == ["Försenad", "Late"]


def test_one_cannot_leaf_further_than_what_is_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "RANKED_AT_MOST", 5)
    monkeypatch.setattr(service, "RANKED_AT_MOST", 5)
    monkeypatch.setattr(service, "HITS_PER_PAGE", 2)
    for number in range(7):
        factories.make_news(title=f"Lyktstolpe {number}")
    index_due()

    found = [ask("lyktstolpe", page=page) for page in (1, 2, 3, 4, 10**30)]

    assert [len(one.hits) for one in found] == [2, 2, 1, 0, 0]
    assert {(one.total, one.pages, one.capped) for one in found} == {(7, 3, True)}
    assert len({hit.thing.pk for one in found for hit in one.hits}) == 5


def test_without_a_question_nothing_is_asked() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = ask("  ")

    assert (found.total, found.hits, len(queries)) == (0, (), 0)


def test_a_misspelt_word_is_mended_by_one_that_something_holds() -> None:
    factories.make_news(title="Lyktstolpe")
    index_due()

    assert (ask("lyktstolpp").meant, ask("lyktstolpe").meant) == ("lyktstolpe", None)


def test_the_number_of_queries_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "HITS_PER_PAGE", 20)
    make_one_of_each("lyktstolpe")
    numbers = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            found = ask("lyktstolpe")
        numbers.append((len(queries), len(found.hits)))
        for _ in range(5):
            make_read_document("Lyktstolpe.")
            factories.make_news(title="Lyktstolpe")
        index_due()

    # Themes, the search, the entries, each kind's things (documents and their versions by two), pages.
    assert numbers == [(4 + len(Kind) + 1, 14), (4 + len(Kind) + 1, 20)]
