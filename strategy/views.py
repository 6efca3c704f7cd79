"""The strategy in force, and the earlier ones."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from publishing.headings import add_heading_anchors
from publishing.views import get_published
from strategy.models import Strategy


def current(request: HttpRequest) -> HttpResponse:
    """Show the strategy in force."""
    return _strategy_page(request, get_object_or_404(Strategy.objects.published(), is_current=True))


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show any strategy, also a superseded one."""
    return _strategy_page(request, get_published(Strategy.objects.published(), slug))


def _strategy_page(request: HttpRequest, strategy: Strategy) -> HttpResponse:
    body, contents = add_heading_anchors(strategy.body, taken=("innehall", "contents", "vision", "goals", "documents"))
    context = {
        "strategy": strategy,
        "body": body,
        "contents": contents,
        "goals": strategy.goals.published(),
        "documents": strategy.documents.published().with_versions(),
        "others": Strategy.objects.published().exclude(pk=strategy.pk),
        "successor": strategy.successor,
        "page_updated": strategy.updated_at,
        "section": "strategy",
    }
    return render(request, "strategy/strategy.html", context)
