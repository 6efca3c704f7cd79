"""The start page, and the map of all the others."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from actionplans.models import ActionPlan
from contacts.models import StaffMember
from documents.models import Document
from followup.models import FollowUp
from funding.models import FundingProgramme
from indicators.models import Indicator
from news.models import NewsItem
from publishing.models import Publishable
from rus_portal.pages.goals import read_progress
from strategy.models import Goal, Strategy

NEWS_ON_START = 3
DOCUMENTS_ON_START = 4


def show_start(request: HttpRequest) -> HttpResponse:
    """The strategy and its progress on one page."""
    strategy = Strategy.objects.published().filter(is_current=True).first()
    goals = read_progress(strategy.goals.published()) if strategy else []
    news = NewsItem.objects.published()[:NEWS_ON_START]
    documents = Document.objects.published().with_versions().order_by("-updated_at", "title")[:DOCUMENTS_ON_START]
    shown: list[Publishable] = [*([strategy] if strategy else []), *news, *documents]
    context = {
        "strategy": strategy,
        "goals": goals,
        "plans": ActionPlan.objects.published().select_related("theme"),
        "news": news,
        "documents": documents,
        "page_updated": max((item.updated_at for item in shown), default=None),
    }
    return render(request, "pages/start.html", context)


def show_sitemap(request: HttpRequest) -> HttpResponse:
    """The site map. Activities are left out: they have a list of their own."""
    context: dict[str, Iterable[Publishable]] = {
        "strategies": Strategy.objects.published(),
        "goals": Goal.objects.published().filter(strategy__is_current=True),
        "indicators": Indicator.objects.published().without_charts(),
        "plans": ActionPlan.objects.published().select_related("theme"),
        "programmes": FundingProgramme.objects.published(),
        "documents": Document.objects.published(),
        "followups": FollowUp.objects.published().defer("frozen"),
        "news": NewsItem.objects.published(),
        "staff": StaffMember.objects.published(),
    }
    updated = max((item.updated_at for listed in context.values() for item in listed), default=None)
    return render(request, "pages/sitemap.html", {**context, "page_updated": updated})
