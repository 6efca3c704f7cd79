"""The sitemap and robots.txt: every published page in both languages, with links between the two."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from actionplans.models import ActionPlan, Activity, Organisation
from contacts.models import StaffMember
from documents.models import Document
from followup.models import FollowUp
from funding.models import FundingProgramme
from indicators.models import Indicator
from news.models import NewsItem
from publishing.models import PublishableQuerySet
from rus_portal.unavailable import without_database
from strategy.models import Goal, Strategy

LISTS = [
    "start",
    "strategy:goals",
    "indicators:list",
    "actionplans:matrix",
    "actionplans:plans",
    "actionplans:activities",
    "followup:list",
    "followup:compare",
    "actionplans:organisations",
    "funding:programmes",
    "funding:fit",
    "documents:list",
    "news:list",
    "contacts:form",
    "registry:list",
    "search:results",
    "publishing:changes",
    "sitemap-page",
    "accessibility",
    "privacy",
]


class TwinSitemap(Sitemap):
    """A sitemap in which every address names its translation."""

    i18n = True
    alternates = True
    x_default = False
    protocol = urlsplit(settings.BASE_URL).scheme

    def get_domain(self, site: object = None) -> str:  # noqa: ARG002
        """Return the site's own domain, whatever the request's host."""
        return urlsplit(settings.BASE_URL).netloc


class ListSitemap(TwinSitemap):
    """Lists, forms and statements."""

    def items(self) -> list[str]:
        return LISTS

    def location(self, item: str) -> str:
        return reverse(item)


class PublishedSitemap(TwinSitemap):
    """The published objects of one model."""

    def __init__(self, queryset: PublishableQuerySet) -> None:
        self.queryset = queryset

    def items(self) -> QuerySet[Any]:
        return self.queryset.published().order_by("pk")

    def lastmod(self, item: Model) -> datetime:
        return item.updated_at  # type: ignore[attr-defined]


class OrganisationSitemap(TwinSitemap):
    """The organisations with published activities."""

    def items(self) -> QuerySet[Any]:
        return Organisation.objects.active().order_by("name", "slug")


SITEMAPS = {
    "lists": ListSitemap(),
    "strategies": PublishedSitemap(Strategy.objects.all()),
    "goals": PublishedSitemap(Goal.objects.all()),
    "indicators": PublishedSitemap(Indicator.objects.without_charts()),
    "plans": PublishedSitemap(ActionPlan.objects.all()),
    "activities": PublishedSitemap(Activity.objects.filter(merged_into=None).select_related("plan")),
    "followups": PublishedSitemap(FollowUp.objects.defer("frozen")),
    "organisations": OrganisationSitemap(),
    "programmes": PublishedSitemap(FundingProgramme.objects.all()),
    "documents": PublishedSitemap(Document.objects.all()),
    "news": PublishedSitemap(NewsItem.objects.all()),
    "staff": PublishedSitemap(StaffMember.objects.filter(is_registrar=False)),
}


@without_database
def robots_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Allow all but the admin and the senders' receipts."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /kontakt/tack/",
        "Disallow: /en/contact/thanks/",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
