"""Documents, news, people, and the public register."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from actionplans.models import ActionPlan
from contacts.models import StaffMember
from documents.models import Document, DocumentVersion
from documents.models import Kind as DocumentKind
from news.models import NewsItem
from publishing.models import Publication
from registry.models import Case
from search.models import Kind
from search.sources.content import Content, Text, get_prose, get_text, get_texts, translate_label
from search.sources.source import Source


def _document(thing: Any, language: str) -> Content:
    """All but its pages, which `search.document_pages` adds."""
    version = thing.current_version
    moments = [moment for moment in (thing.publish_from, version and version.created_at) if moment]
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "summary"),
        names=[Text(thing.reference, "sv")],
        labels=[translate_label(DocumentKind(thing.kind).label, language)],
        text=[
            *get_texts(thing, language, "inaccessible_reason"),
            *(get_texts(version, language, "change_note") if version else []),
        ],
        themes=sorted({plan.theme_id for plan in thing.published_plans}),
        year=thing.decided_on.year if thing.decided_on else thing.publish_from.year,
        dated=max(moments, default=None),
        written_in=thing.language,
    )


def _indexed_documents() -> QuerySet[Any]:
    plans = ActionPlan.objects.filter(publication=Publication.PUBLISHED).only("theme")
    documents = Document.objects.filter(publication=Publication.PUBLISHED)
    return documents.with_versions().prefetch_related(Prefetch("plans", plans, to_attr="published_plans"))


def _news(thing: NewsItem, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "ingress"),
        text=get_prose(thing, language, "body"),
        year=thing.publish_from.year if thing.publish_from else None,
        dated=thing.publish_from,
    )


def _staff(thing: StaffMember, language: str) -> Content:
    name = Text(thing.name, get_text(thing, "title", language).language)  # names are the same in every language
    return Content(title=name, summary=get_texts(thing, language, "title", "area"))


def _case(thing: Case, language: str) -> Content:  # noqa: ARG001 - the registry writes Swedish
    """Only columns that are public by their nature (OSL 2009:400, 5:2)."""
    return Content(
        title=Text(thing.title, "sv"),
        names=[Text(thing.registration_number, "sv")],
        year=thing.year,
        dated=thing.registered_at,
    )


SOURCES = (
    Source(
        kind=Kind.DOCUMENT,
        model=Document,
        published=Document.objects.published,
        indexed=_indexed_documents,
        shown=lambda documents: documents.with_versions(),
        content=_document,
        parts=((DocumentVersion, "document_id"), (ActionPlan.documents.through, "document_id")),
    ),
    Source(
        kind=Kind.NEWS,
        model=NewsItem,
        published=NewsItem.objects.published,
        indexed=lambda: NewsItem.objects.filter(publication=Publication.PUBLISHED),
        shown=lambda things: things.defer("body"),
        content=_news,
        weight=0.9,
    ),
    Source(
        kind=Kind.STAFF,
        model=StaffMember,
        published=StaffMember.objects.published,
        indexed=lambda: StaffMember.objects.filter(publication=Publication.PUBLISHED),
        content=_staff,
    ),
    Source(
        kind=Kind.CASE,
        model=Case,
        published=lambda _at: Case.objects.public(),
        indexed=lambda: Case.objects.public().only("series__code", "year", "number", "title", "registered_at"),
        shown=lambda things: things.select_related("series"),
        content=_case,
        columns=("title",),
        weight=0.6,
    ),
)
