"""The public's news pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from news.models import NewsItem
from publishing.views import get_published

NEWS_PER_PAGE = 10


def news_list(request: HttpRequest) -> HttpResponse:
    """List the news, the newest first."""
    page = Paginator(NewsItem.objects.published(), NEWS_PER_PAGE).get_page(request.GET.get("page"))
    updated = max((item.updated_at for item in page), default=None)
    return render(request, "news/list.html", {"page": page, "page_updated": updated, "section": "news"})


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a news item."""
    item = get_published(NewsItem.objects.published(), slug)
    others = NewsItem.objects.published().exclude(pk=item.pk)[:3]
    context = {"item": item, "others": others, "page_updated": item.updated_at, "section": "news"}
    return render(request, "news/detail.html", context)
