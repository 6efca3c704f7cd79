"""The daily list (postlista): everything registered on a day, to read or print."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.admin.reports import FIRST
from registry.days import day_bounds
from registry.models import Case, Record
from registry.permissions import READS_ALL, find_readable_cases

DAY = timedelta(days=1)


class DayForm(forms.Form):
    """The day of the list, by default today."""

    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_day(self) -> date:
        day = self.cleaned_data["day"] or timezone.localdate()
        if not FIRST <= day <= timezone.localdate():
            raise forms.ValidationError(_("Nothing was registered then. Choose a day in the past."))
        return day


def show_daily_list(request: HttpRequest) -> HttpResponse:
    """The list of one day, with links to the days before and after."""
    if not request.user.has_perm(READS_ALL):
        raise PermissionDenied
    asked = DayForm(request.GET, label_suffix="")
    today = timezone.localdate()
    day: date = asked.cleaned_data["day"] if asked.is_valid() else today
    context: dict[str, Any] = {
        "title": make_list_title(day),
        "opts": Case._meta,
        "form": DayForm(initial={"day": day}, label_suffix="") if asked.is_valid() else asked,
        "day": day,
        "before": day - DAY if day > FIRST else None,
        "after": day + DAY if day < today else None,
        "cases": find_registered_on(day, cast("User", request.user)),
    }
    return TemplateResponse(request, "admin/registry/daily.html", admin.site.each_context(request) | context)


def make_list_title(day: date) -> str:
    return gettext("Daily list for %(day)s") % {"day": date_format(day, "DATE_FORMAT")}


def find_registered_on(day: date, user: User) -> QuerySet[Case]:
    """Return the cases registered on that day in Swedish time, in the order of their numbers."""
    start, end = day_bounds(day)
    first = Record.objects.filter(case=OuterRef("pk")).order_by("ordinal")
    return (
        find_readable_cases(user)
        .filter(registered_at__gte=start, registered_at__lt=end)
        .select_related("series", "assigned_to")
        .annotate(addressee=Subquery(first.values("intake__addressee")[:1]))
        .order_by("series__code", "year", "number")
    )
