"""What everything public has in common, its addresses and change log, and what is being written in its forms."""

from publishing.models.addressed import Addressed, FormerSlug, RemembersSlug
from publishing.models.changes import ChangeNote
from publishing.models.drafts import Draft
from publishing.models.history import DeletedRow, Deletion, Revision
from publishing.models.links import LinkCheck, LinkFault
from publishing.models.presence import Presence
from publishing.models.publishable import Moment, Publication, Publishable, PublishableQuerySet, is_public
from publishing.models.reviews import Comment, Review
from publishing.models.translations import StaleText

__all__ = [
    "Addressed",
    "ChangeNote",
    "Comment",
    "DeletedRow",
    "Deletion",
    "Draft",
    "FormerSlug",
    "LinkCheck",
    "LinkFault",
    "Moment",
    "Presence",
    "Publication",
    "Publishable",
    "PublishableQuerySet",
    "RemembersSlug",
    "Review",
    "Revision",
    "StaleText",
    "is_public",
]
