"""The filter and the view mode of the list of activities."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django import forms
from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.models import (
    ActionPlan,
    Activity,
    ActivityQuerySet,
    Contribution,
    Involvement,
    Organisation,
    Theme,
    late_by,
)
from strategy.models import Goal

LATE = "late"
YEARS_AT_MOST: Final = 40
Choices = Iterable[tuple[str, str]]


class ActivityFilter(forms.Form):
    """The filter of the list. An unknown value filters nothing, so that old links keep showing a list.

    Choices are fetched as pairs of slug and name, by one query a field, even if there are thousands.
    """

    MAIN = ("q", "goal", "theme", "status")
    """The fields that most visitors use; the rest are folded away."""

    q = forms.CharField(label=_("Words in title or summary"), max_length=100, required=False)
    goal = forms.ChoiceField(label=_("Goal"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    plan = forms.ChoiceField(label=_("Action plan"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    municipality = forms.ChoiceField(label=_("Municipality involved"), required=False)
    funding = forms.ChoiceField(label=_("Financed by"), required=False)
    year = forms.ChoiceField(label=_("Active in year"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Callable[[], Choices]] = {
            "goal": _goals,
            "theme": lambda: Theme.objects.values_list("slug", "title"),
            "status": lambda: [
                *((str(value), str(label)) for value, label in Activity.Delivery.choices),
                (LATE, str(_("Late"))),
            ],
            "plan": lambda: ActionPlan.objects.published().values_list("slug", "title"),
            "organisation": lambda: Organisation.objects.values_list("slug", "name"),
            "municipality": lambda: Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).values_list(
                "slug", "name"
            ),
            "funding": _financiers,
            "year": _years,
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", _("All")), *found()]  # type: ignore[attr-defined]

    def narrow(self, activities: ActivityQuerySet) -> ActivityQuerySet:
        """Return the activities that match, each once."""
        self.full_clean()
        asked = self.asked()
        words = asked.pop("q", "")
        for name, value in asked.items():
            activities = activities.filter(*getattr(self, f"_by_{name}")(value))
        return activities.holding(words) if words else activities

    def asked(self) -> dict[str, str]:
        """Return the valid values, by field."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def folded(self) -> list[forms.BoundField]:
        """Return the fields that are folded away until one of them is used."""
        return [self[name] for name in self.fields if name not in self.MAIN]

    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    def is_unfolded(self) -> bool:
        return any(name not in self.MAIN for name in self.asked())

    def _by_goal(self, slug: str) -> list[Q]:
        return [Q(pk__in=Contribution.objects.filter(goal__slug=slug).values("activity"))]

    def _by_theme(self, slug: str) -> list[Q]:
        return [Q(plan__theme__slug=slug)]

    def _by_plan(self, slug: str) -> list[Q]:
        return [Q(plan__slug=slug)]

    def _by_organisation(self, slug: str) -> list[Q]:
        return [Q(pk__in=Involvement.objects.filter(organisation__slug=slug).order_by().values("activity"))]

    _by_municipality = _by_organisation

    def _by_funding(self, slug: str) -> list[Q]:
        paid = Involvement.objects.filter(organisation__slug=slug, role=Involvement.Role.FINANCING)
        return [Q(pk__in=paid.order_by().values("activity"))]

    def _by_status(self, status: str) -> list[Q]:
        return [late_by(timezone.localdate()) if status == LATE else Q(delivery_status=status)]

    def _by_year(self, year: str) -> list[Q]:
        """Return conditions for activities that go on in some part of the year; without an end they still go on."""
        has_begun = Q(starts_on__isnull=True) | Q(starts_on__year__lte=year)
        is_not_over = Q(ends_on__isnull=True) | Q(ends_on__year__gte=year)
        return [has_begun, is_not_over]


def _goals() -> Choices:
    """Return the published goals; those of a strategy that is not in force with its years."""
    rows = Goal.objects.published().order_by("-strategy__is_current", "strategy", "position", "code")
    names = ("slug", "title", "strategy__is_current", "strategy__period_start", "strategy__period_end")
    for slug, title, is_current, first, last in rows.values_list(*names):
        yield slug, title if is_current else f"{title} ({first}–{last})"


def _financiers() -> Choices:
    """Return the organisations that finance a published activity."""
    paid = Involvement.objects.filter(role=Involvement.Role.FINANCING, activity__in=Activity.objects.published())
    return Organisation.objects.filter(pk__in=paid.order_by().values("organisation")).values_list("slug", "name")


def _years() -> Choices:
    """Return every year from the first start to the last end, latest first."""
    ends = Activity.objects.published().order_by().aggregate(first=Min("starts_on"), last=Max("ends_on"))
    this_year = timezone.localdate().year
    last = max(this_year, ends["last"].year if ends["last"] else this_year)
    first = max(min(this_year, ends["first"].year if ends["first"] else this_year), last - YEARS_AT_MOST)
    return [(str(year), str(year)) for year in range(last, first - 1, -1)]


class ViewMode(forms.Form):
    """The view mode. Both languages' words are valid, since a page and its translation share the query."""

    LIST, TABLE, TIMELINE = "list", "table", "timeline"
    WORDS = {"lista": LIST, "tabell": TABLE, "tidslinje": TIMELINE, LIST: LIST, TABLE: TABLE, TIMELINE: TIMELINE}

    visa = forms.ChoiceField(choices=[(word, word) for word in WORDS], required=False)
    alla = forms.BooleanField(required=False)

    def chosen(self) -> str:
        self.full_clean()
        return self.WORDS.get(self.cleaned_data.get("visa") or self.LIST, self.LIST)

    def wants_everything(self) -> bool:
        """Whether all rows should be on one page, for printing."""
        return bool(self.cleaned_data.get("alla"))
