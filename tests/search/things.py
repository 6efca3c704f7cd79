"""Things for the tests of the search: one of each kind, and shorthands for searching."""

from typing import Any

from documents.models import Document, Reading
from search.indexing import index_due
from search.models import Kind, SearchEntry
from search.query_parser import Question
from search.service import Filters, ResultPage, find_results
from search.visibility import find_visible_entries
from tests import factories


def ask(text: str, language: str = "sv", filters: Filters | None = None, **options: Any) -> ResultPage:
    return find_results(Question.parse(text), language, filters or Filters(), **options)


def titles(text: str, language: str = "sv", **options: Any) -> list[str]:
    """Return the titles of the hits, in order."""
    return [hit.entry.title for hit in ask(text, language, **options).hits]


def shown(language: str = "sv", **options: Any) -> set[tuple[str, int]]:
    """Return the titles of all visible entries."""
    return set(find_visible_entries(language, **options).values_list("kind", "object_id"))


def make_read_document(*pages: str, **given: Any) -> Document:
    """Create a document with pages of these texts, already extracted."""
    document = factories.make_document(**given)
    add_pages(document, *pages)
    return document


def add_pages(document: Document, *pages: str) -> None:
    version = document.versions.order_by("-number")[0]
    version.texts.bulk_create(
        version.texts.model(version=version, number=number, text=text) for number, text in enumerate(pages, 1)
    )
    version.reading = Reading.DONE
    version.save()


def make_one_of_each(word: str) -> dict[Kind, Any]:
    """Create and index one thing of each kind, with the word in its title."""
    strategy = factories.make_strategy(title=f"Strategi {word}")
    goal = factories.make_goal(strategy, title=f"Mål {word}")
    plan = factories.make_plan(strategy=strategy, title=f"Plan {word}")
    organisation = factories.make_organisation(name=f"Kommunen {word}")
    programme = factories.make_programme(name=f"Program {word}")
    things = {
        Kind.STRATEGY: strategy,
        Kind.GOAL: goal,
        Kind.PRIORITY: factories.make_priority(goal, title=f"Prioritering {word}"),
        Kind.PLAN: plan,
        Kind.ACTIVITY: factories.make_activity(plan, title=f"Insats {word}", responsible=organisation),
        Kind.ORGANISATION: organisation,
        Kind.INDICATOR: factories.make_indicator(title=f"Mått {word}"),
        Kind.FOLLOWUP: factories.publish_followup(factories.make_followup(strategy, title=f"Uppföljning {word}")),
        Kind.PROGRAMME: programme,
        Kind.CALL: factories.make_call(programme, title=f"Utlysning {word}"),
        Kind.DOCUMENT: factories.make_document(title=f"Dokument {word}"),
        Kind.NEWS: factories.make_news(title=f"Nyhet {word}"),
        Kind.STAFF: factories.make_staff(name=f"Anna {word}"),
        Kind.CASE: make_titled_case(f"Fråga om {word}"),
    }
    index_due()
    return things


def make_titled_case(title: str) -> Any:
    """Create a case with a public title from the registrar."""
    case = factories.make_case()
    type(case).objects.filter(pk=case.pk).update(title=title)
    case.refresh_from_db()
    return case


def entry_of(thing: Any, kind: Kind, language: str = "sv") -> SearchEntry:
    return SearchEntry.objects.get(kind=kind, object_id=thing.pk, language=language)
