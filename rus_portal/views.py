"""The pages that belong to no single app: the start page, the site map and the statements."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from actionplans.models import ActionPlan
from contacts.models import StaffMember
from documents.models import Document, with_versions
from followup.models import FollowUp
from funding.models import FundingProgramme
from indicators.models import Indicator
from indicators.views import without_charts
from news.models import NewsItem
from publishing.models import Publishable
from strategy.delivery import with_deliveries
from strategy.models import Goal, Strategy
from strategy.views import with_assessments, with_outcomes

NEWS_ON_START = 3
DOCUMENTS_ON_START = 4
STATEMENTS_UPDATED = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
"""When the texts of the statements last changed; update it with them."""


def start(request: HttpRequest) -> HttpResponse:
    """The strategy and its progress on one page."""
    strategy = Strategy.objects.published().filter(is_current=True).first()
    goals = with_deliveries(with_assessments(with_outcomes(strategy.goals.published()))) if strategy else []
    news = NewsItem.objects.published()[:NEWS_ON_START]
    documents = with_versions(Document.objects.published().order_by("-updated_at", "title"))[:DOCUMENTS_ON_START]
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


def sitemap_page(request: HttpRequest) -> HttpResponse:
    """The site map. Activities are left out: they have a list of their own."""
    context: dict[str, Iterable[Publishable]] = {
        "strategies": Strategy.objects.published(),
        "goals": Goal.objects.published().filter(strategy__is_current=True),
        "indicators": without_charts(Indicator.objects.published()),
        "plans": ActionPlan.objects.published().select_related("theme"),
        "programmes": FundingProgramme.objects.published(),
        "documents": Document.objects.published(),
        "followups": FollowUp.objects.published().defer("frozen"),
        "news": NewsItem.objects.published(),
        "staff": StaffMember.objects.published(),
    }
    updated = max((item.updated_at for listed in context.values() for item in listed), default=None)
    return render(request, "pages/sitemap.html", {**context, "page_updated": updated})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (lag 2018:1937)."""
    return render(request, "pages/accessibility.html", {"page_updated": STATEMENTS_UPDATED})


def privacy(request: HttpRequest) -> HttpResponse:
    """How personal data is processed (GDPR art. 13)."""
    return render(request, "pages/privacy.html", {"page_updated": STATEMENTS_UPDATED})
