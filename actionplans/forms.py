"""Filters over the activities."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actionplans.models import ActionPlan, Activity, ActivityQuerySet, Organisation
from strategy.models import Goal

LATE = "late"


class ActivityFilter(forms.Form):
    """What a visitor asks of the list. An unknown value filters nothing: old links keep showing a list."""

    q = forms.CharField(label=_("Words in the title or summary"), max_length=100, required=False)
    plan = forms.ModelChoiceField(
        ActionPlan.objects.none(), to_field_name="slug", label=_("Action plan"), required=False, empty_label=_("All")
    )
    goal = forms.ModelChoiceField(
        Goal.objects.none(), to_field_name="slug", label=_("Goal"), required=False, empty_label=_("All")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        to_field_name="slug",
        label=_("Organisation"),
        required=False,
        empty_label=_("All"),
    )
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = ActionPlan.objects.published()
        self.fields["goal"].queryset = Goal.objects.published()
        self.fields["organisation"].queryset = Organisation.objects.all()
        self.fields["status"].choices = [("", _("All")), *Activity.Delivery.choices, (LATE, _("Late"))]

    def narrow(self, activities: ActivityQuerySet) -> ActivityQuerySet:
        """The activities asked for, each once."""
        self.full_clean()
        asked = self.cleaned_data
        if asked.get("q"):
            activities = activities.filter(Q(title__icontains=asked["q"]) | Q(summary__icontains=asked["q"]))
        if asked.get("plan"):
            activities = activities.filter(plan=asked["plan"])
        if asked.get("goal"):
            activities = activities.filter(pk__in=asked["goal"].contributions.values("activity"))
        if asked.get("organisation"):
            activities = activities.filter(pk__in=asked["organisation"].involvements.values("activity"))
        return self._with_status(activities, asked.get("status"))

    def _with_status(self, activities: ActivityQuerySet, status: str | None) -> ActivityQuerySet:
        if status == LATE:
            return activities.late()
        return activities.filter(delivery_status=status) if status else activities
