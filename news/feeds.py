"""News as an Atom feed."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.translation import gettext as _

from language.atom import AtomFeed
from news.models import NewsItem

LATEST = 20


class NewsFeed(Feed):
    """The latest news, in the language of the address."""

    feed_type = AtomFeed

    def title(self) -> str:
        return _("News from %(site)s") % {"site": settings.REGION_SITE_NAME}

    def subtitle(self) -> str:
        return _("News about regional development")

    def link(self) -> str:
        return settings.BASE_URL + reverse("news:list")

    def feed_url(self) -> str:
        return settings.BASE_URL + reverse("news:feed")

    def items(self) -> list[NewsItem]:
        return list(NewsItem.objects.published()[:LATEST])

    def item_title(self, item: NewsItem) -> str:
        return item.title

    def item_description(self, item: NewsItem) -> str:
        return item.ingress

    def item_link(self, item: NewsItem) -> str:
        return settings.BASE_URL + item.get_absolute_url()

    def item_guid(self, item: NewsItem) -> str:
        return settings.BASE_URL + item.get_absolute_url()

    def item_pubdate(self, item: NewsItem) -> datetime | None:
        return item.publish_from

    def item_updateddate(self, item: NewsItem) -> datetime:
        return item.updated_at
