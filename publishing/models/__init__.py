"""What everything that the public can read has in common, its addresses, its change log, and drafts of its forms."""

from publishing.models.addressed import Addressed, FormerSlug, RemembersSlug
from publishing.models.changes import ChangeNote
from publishing.models.drafts import Draft
from publishing.models.publishable import Moment, Publication, Publishable, PublishableQuerySet, is_public

__all__ = [
    "Addressed",
    "ChangeNote",
    "Draft",
    "FormerSlug",
    "Moment",
    "Publication",
    "Publishable",
    "PublishableQuerySet",
    "RemembersSlug",
    "is_public",
]
