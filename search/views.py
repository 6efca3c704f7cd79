"""The search page, its suggestions and its description for browsers. No question is stored or logged."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control

from language.words.queries import LETTERS_AT_MOST, WORDS_AT_MOST
from search import service, synonyms
from search.forms import FACETS, SearchForm
from search.models import Kind
from search.own_pages import find_own_pages
from search.query_parser import Question
from search.result_cards import make_cards
from search.service import Choice, Filters, ResultPage, find_results
from search.suggestions import suggest_titles
from visitors.limits import limit_rate

ALWAYS_SHOWN: Final = 6
"""Values of a facet that are shown at once; the rest are folded away."""
WORTH_FOLDING: Final = 2


class Chosen(NamedTuple):
    """An active filter, and the address without it."""

    facet: str
    label: str
    without: str


class Facet(NamedTuple):
    """A facet: its values with counts, the chosen ones first."""

    name: str
    label: str
    values: list[Choice]
    at_once: int
    """How many are shown at once; the rest are folded away."""

    @property
    def folded(self) -> int:
        return len(self.values) - self.at_once


@cache_control(no_cache=True)
@limit_rate("search")
def results(request: HttpRequest) -> HttpResponse:
    """The results, or the start page of the search if nothing was asked."""
    form = SearchForm(request.GET)
    request.GET = form.asked()  # type: ignore[assignment]  # so that every link repeats what was understood
    question = Question.parse(form.words, synonyms=synonyms.read_groups()) if form.words else None
    context: dict[str, Any] = {
        "form": form,
        "words": form.words,
        "is_cut": form.is_cut,
        "letters_at_most": LETTERS_AT_MOST,
        "words_at_most": WORDS_AT_MOST,
        "page_updated": timezone.now(),  # an answer is made anew for each question
        "section": "search",
        "shared_path": f"{request.path}?{request.GET.urlencode()}" if form.words else request.path,
    }
    if question:
        context |= _answer(request, form, question)
    else:
        context["kept"] = [(name, value) for name, values in form.chosen().items() for value in values]
        context["chosen"] = _chosen(request.GET, form, {})
    return render(request, "search/results.html" if question else "search/start.html", context)


def _answer(request: HttpRequest, form: SearchForm, question: Question) -> dict[str, Any]:
    """Return the results of the question, or of its certain correction if it found nothing itself."""
    found = _find(form, question)
    own = find_own_pages(question)
    meant, is_sure = (None, False) if own else _meant(form, question, found)
    instead = False
    if meant and is_sure and not form.is_exact:
        mended = Question.parse(meant, synonyms=question.synonyms)
        answer = _find(form, mended)
        if answer.total or form.is_narrowed():
            found, question, instead = answer, mended, True
    return {
        "found": found,
        "own_pages": own,
        "rows": make_cards(found.hits, question),
        "page": _page_of(found, form.page_number),
        "meant": meant,
        "instead": instead,
        "facets": _facets(form, found),
        "chosen": _chosen(request.GET, form, found.facets),
    }


def _meant(form: SearchForm, question: Question, found: ResultPage) -> tuple[str | None, bool]:
    """Return the correction, and whether it is certain; searched for without filters, if there are any."""
    if form.is_narrowed() and not found.total:
        found = find_results(question, get_language() or "sv")
    return found.meant, found.is_sure


def _find(form: SearchForm, question: Question) -> ResultPage:
    """Return the page asked for, or the last one if there are fewer."""

    def at(page: int) -> ResultPage:
        return find_results(question, get_language() or "sv", Filters(**form.chosen()), form.order, page)

    found = at(form.page_number)
    return at(found.pages) if 0 < found.pages < form.page_number else found


def _page_of(found: ResultPage, number: int) -> Page:
    """Return the paginator's page. The hits themselves come from `find_results`."""
    size = service.HITS_PER_PAGE
    return Paginator(range(min(found.total, found.pages * size)), size).get_page(number)


def _facets(form: SearchForm, found: ResultPage) -> list[Facet]:
    facets = []
    for name in FACETS:
        most_first = name != "year"  # years stay in their order
        values = sorted(found.facets.get(name, []), key=lambda one: (not one.is_chosen, -one.count * most_first))
        at_once = max(ALWAYS_SHOWN, sum(choice.is_chosen for choice in values))
        if len(values) <= at_once + WORTH_FOLDING:
            at_once = len(values)
        if values:
            facets.append(Facet(name, str(form[name].label), values, at_once))
    return facets


def _chosen(query: QueryDict, form: SearchForm, facets: Mapping[str, Sequence[Choice]]) -> list[Chosen]:
    labels = {(name, choice.value): choice.label for name, choices in facets.items() for choice in choices}
    labels |= {("kind", kind.value): str(kind.label) for kind in Kind}
    return [
        Chosen(str(form[name].label), str(labels.get((name, value), value)), _without(query, name, value))
        for name, values in form.chosen().items()
        for value in values
    ]


def _without(query: QueryDict, name: str, value: str) -> str:
    left = query.copy()
    left.setlist(name, [other for other in left.getlist(name) if other.strip() != value])
    left.pop("page", None)
    return f"?{left.urlencode()}"


@cache_control(no_cache=True)
@limit_rate("search")
def suggestions(request: HttpRequest) -> JsonResponse:
    """Titles that begin as the visitor types, of the kinds chosen."""
    form = SearchForm(request.GET)
    found = suggest_titles(form.words, get_language() or "sv", form.chosen()["kind"])
    return JsonResponse({"suggestions": [suggestion._asdict() for suggestion in found]})


def description(request: HttpRequest) -> HttpResponse:
    """The OpenSearch 1.1 description, for browsers that can search here by themselves."""
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "search/opensearch.xml", content_type=kind)
