"""The portal's own pages, such as lists and statements: no editor publishes them, but visitors search for them."""

from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from language.words import tokenize
from language.words.lexicon import LANGUAGES
from language.words.queries import find_own_lexemes
from search.query_parser import Question


class OwnPage(NamedTuple):
    """A page by its view name, and the words in both languages that find it."""

    view: str
    title: str | Promise
    words: str

    @property
    def url(self) -> str:
        return reverse(self.view)


OWN_PAGES: Final = (
    OwnPage("strategy:goals", _("Goals"), "mål goals"),
    OwnPage("indicators:list", _("Indicators"), "indikatorer indicators"),
    OwnPage("actionplans:plans", _("Action plans"), "handlingsplaner plans"),
    OwnPage("actionplans:activities", _("Activities"), "aktiviteter activities"),
    OwnPage("actionplans:organisations", _("Organisations"), "organisationer organisations"),
    OwnPage("followup:list", _("Follow-up"), "uppföljningar follow-up"),
    OwnPage("funding:programmes", _("Funding"), "finansiering utlysningar funding calls grants"),
    OwnPage("documents:list", _("Documents"), "dokument documents"),
    OwnPage("news:list", _("News"), "nyheter news"),
    OwnPage("contacts:form", _("Contact us"), "kontakt kontakta contact"),
    OwnPage("registry:list", _("Public register"), "diariet register"),
    OwnPage("publishing:changes", _("Changes to this website"), "ändringar changes"),
    OwnPage("sitemap-page", _("Site map"), "webbkarta webbplatskarta sitemap"),
    OwnPage("accessibility", _("Accessibility statement"), "tillgänglighetsredogörelse tillgänglighet accessibility"),
    OwnPage("privacy", _("Privacy notice"), "personuppgifter GDPR dataskydd kakor privacy cookies"),
)


def find_own_pages(question: Question) -> list[OwnPage]:
    """Return the pages found by one of their words, if the question holds only their words and titles."""
    asked = [_lexemes_of(term.words) for term in question.wanted]
    return [page for page in OWN_PAGES if _answers(page, asked) or question.text.lower() in _titles(page)]


def _answers(page: OwnPage, asked: list[frozenset[str]]) -> bool:
    words, title = _lexemes(page)
    return any(words & term for term in asked) and all((words | title) & term for term in asked)


@cache
def _lexemes(page: OwnPage) -> tuple[frozenset[str], frozenset[str]]:
    """Return the lexemes of the page's words and of its titles."""
    return _lexemes_of([page.words]), _lexemes_of(_titles(page))


@cache
def _titles(page: OwnPage) -> tuple[str, ...]:
    """Return the page's title in every language, in lower case."""
    titles = []
    for language in LANGUAGES:
        with override(language):
            titles.append(str(page.title).lower())
    return tuple(titles)


def _lexemes_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(lexeme for text in texts for token in tokenize(text) for lexeme in find_own_lexemes(token.word))
