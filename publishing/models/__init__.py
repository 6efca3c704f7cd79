"""What everything public has in common, its addresses and change log, and what is being written in its forms."""

from publishing.models.addressed import Addressed, FormerSlug, RemembersSlug
from publishing.models.changes import ChangeNote
from publishing.models.drafts import Draft
from publishing.models.presence import Presence
from publishing.models.publishable import Moment, Publication, Publishable, PublishableQuerySet, is_public

__all__ = [
    "Addressed",
    "ChangeNote",
    "Draft",
    "FormerSlug",
    "Moment",
    "Presence",
    "Publication",
    "Publishable",
    "PublishableQuerySet",
    "RemembersSlug",
    "is_public",
]
