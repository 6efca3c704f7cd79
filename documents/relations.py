"""The published documents that a document is related to, in one query."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from documents.models import Document


class Relations(NamedTuple):
    """The related documents, by relation."""

    replaces: Document | None
    replaced_by: list[Document]
    in_other_languages: list[Document]
    """The original and its other translations."""
    accessible: Document | None
    accessible_version_of: list[Document]


def find_relations(document: Document) -> Relations:
    """Return both ends of every relation, as far as they are published."""
    original = document.translation_of_id or document.pk
    around = list(
        Document.objects.published()
        .filter(
            Q(pk__in=[original, document.replaces_id, document.accessible_version_id])
            | Q(translation_of=original)
            | Q(replaces=document)
            | Q(accessible_version=document)
        )
        .exclude(pk=document.pk)
        .order_by("language", "decided_on", "pk")
    )
    return Relations(
        replaces=_one(around, document.replaces_id),
        replaced_by=[other for other in around if other.replaces_id == document.pk],
        in_other_languages=[other for other in around if original in (other.pk, other.translation_of_id)],
        accessible=_one(around, document.accessible_version_id),
        accessible_version_of=[other for other in around if other.accessible_version_id == document.pk],
    )


def _one(documents: Iterable[Document], pk: int | None) -> Document | None:
    return next((document for document in documents if document.pk == pk), None)
