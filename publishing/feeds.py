"""The change log as an Atom feed."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from language.atom import AtomFeed
from publishing.changes import find_public_notes
from publishing.models import ChangeNote

LATEST = 30


class ChangeFeed(Feed):
    """The latest changes, in the language of the address."""

    feed_type = AtomFeed

    def title(self) -> str:
        return _("Changes on %(site)s") % {"site": settings.REGION_SITE_NAME}

    def subtitle(self) -> str:
        return _("Changes to published content")

    def link(self) -> str:
        return settings.BASE_URL + reverse("publishing:changes")

    def feed_url(self) -> str:
        return settings.BASE_URL + reverse("publishing:feed")

    def items(self) -> QuerySet[ChangeNote]:
        return find_public_notes()[:LATEST]

    def item_title(self, item: ChangeNote) -> str:
        return item.title

    def item_description(self, item: ChangeNote) -> str:
        return " ".join(filter(None, (_("Minor change.") if item.is_minor else "", item.note)))

    def item_link(self, item: ChangeNote) -> str:
        return settings.BASE_URL + item.thing.get_absolute_url()  # type: ignore[union-attr]

    def item_guid(self, item: ChangeNote) -> str:
        return f"{settings.BASE_URL}{reverse('publishing:changes')}#change-{item.pk}"

    def item_pubdate(self, item: ChangeNote) -> datetime:
        return item.at

    item_updateddate = item_pubdate
