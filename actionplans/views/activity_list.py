"""The activities of all plans as list, table, timeline and files; every view of them has an address."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from actionplans.forms.filters import ActivityFilter, ViewMode
from actionplans.models import Activity
from actionplans.views.exports import EXPORTS
from actionplans.views.timeline import build_legend, find_window, group_by_plan
from visitors.limits import limit_rate

PER_PAGE = {ViewMode.LIST: 25, ViewMode.TABLE: 25, ViewMode.TIMELINE: 30}
ROWS_AT_MOST = 1000
"""The most rows on one page, if all are asked for."""


def list_activities(request: HttpRequest) -> HttpResponse:
    """The activities that match the visitor's filter, in the view mode that they chose."""
    form, mode = ActivityFilter(request.GET), ViewMode(request.GET)
    chosen = mode.chosen()
    found = form.narrow(Activity.objects.published())
    per_page = ROWS_AT_MOST if mode.wants_everything() else PER_PAGE[chosen]
    page = Paginator(found.with_responsible().in_plan_order(), per_page).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "way": chosen,
        **build_links(form, chosen),
        "everything": mode.wants_everything(),
        "most": ROWS_AT_MOST,
        "page_updated": max((activity.updated_at for activity in page), default=None),
        "section": "activities",
    }
    if chosen == ViewMode.TIMELINE:
        window = find_window(found, form.asked().get("year", ""))
        context |= {"window": window, "groups": group_by_plan(page, window), "legend": build_legend()}
    return render(request, f"actionplans/activity_list/{chosen}.html", context)


@limit_rate("files")
def export_activities(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The activities that match the same filter, as a file."""
    if kind not in EXPORTS:
        raise Http404
    form = ActivityFilter(request.GET)
    found = form.narrow(Activity.objects.published())
    return EXPORTS[kind](found, **form.asked())


def build_links(form: ActivityFilter, chosen: str) -> dict[str, Any]:
    """Return links to the same rows in every view mode and file format, without invalid values."""
    words = {
        ViewMode.LIST: "",
        ViewMode.TABLE: pgettext("address", "table"),
        ViewMode.TIMELINE: pgettext("address", "timeline"),
    }
    names = {ViewMode.LIST: _("List"), ViewMode.TABLE: _("Table"), ViewMode.TIMELINE: _("Timeline")}
    asked, here = form.asked(), reverse("actionplans:activities")
    look = {"visa": words[chosen]} if words[chosen] else {}
    return {
        "narrowed": bool(asked),
        "visa": words[chosen],
        "ways": [
            (name, _address(here, asked | ({"visa": words[mode]} if words[mode] else {})), mode == chosen)
            for mode, name in names.items()
        ],
        "files": [
            (name, _address(reverse("actionplans:export", args=[kind]), asked))
            for kind, name in (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))
        ],
        "all_rows": _address(here, asked | look | {"alla": "1"}),
        "paged": _address(here, asked | look),
    }


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
