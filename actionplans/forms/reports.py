"""The form for a status report."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from actionplans.models import Activity, Milestone, StatusUpdate
from actionplans.ownership import find_own_plans
from actionplans.services.reports import Particulars, StaleReportError, fingerprint_reported, write_report
from language.forms import LineField


class MilestonesField(forms.ModelMultipleChoiceField):
    """The milestones that are still to be reached, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return _("%(milestone)s, due %(day)s") % {"milestone": obj, "day": date_format(obj.due_on, "SHORT_DATE_FORMAT")}


class ReportForm(forms.Form):
    """A status report. If it cannot be saved, what was typed stays."""

    before = forms.CharField(widget=forms.HiddenInput)
    expected = forms.CharField(widget=forms.HiddenInput, required=False)
    after = forms.ChoiceField(label=_("Status now"), choices=Activity.Delivery.choices, widget=forms.RadioSelect)
    text_sv = forms.CharField(
        label=_("What has happened, in Swedish"),
        max_length=4000,
        required=False,  # `write_report` checks it, together with what else is missing
        widget=forms.Textarea(attrs={"rows": 5, "lang": "sv", "aria-required": "true"}),
    )
    text_en = forms.CharField(
        label=_("What has happened, in English"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "lang": "en"}),
    )
    is_public = forms.BooleanField(
        label=_("Make the report public"),
        required=False,
        help_text=_("Otherwise only people who work with the plans can see it. The status itself is always public."),
    )
    reason_sv = forms.CharField(
        label=_("Why, in Swedish"),
        max_length=2000,
        required=False,
        help_text=_("Shown on the public page for as long as the activity has this status."),
        widget=forms.Textarea(attrs={"rows": 3, "lang": "sv"}),
    )
    reason_en = forms.CharField(
        label=_("Why, in English"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )
    milestones = MilestonesField(Milestone.objects.none(), label=_("Milestones reached"), required=False)
    ends_on = forms.DateField(
        label=_("New end"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    evidence_title = LineField(
        label=_("What shows it"),
        max_length=160,
        required=False,
        help_text=_("Such as a decision, a report or a news item."),
    )
    evidence_url = forms.URLField(label=_("Link to it"), required=False, assume_scheme="https", max_length=200)
    merged_into = forms.ModelChoiceField(
        Activity.objects.none(),
        label=_("Merged into"),
        required=False,
        help_text=_("The address of this activity redirects to that one."),
    )

    def __init__(self, data: QueryDict | None = None, *, activity: Activity, user: User) -> None:
        initial = {
            "before": activity.delivery_status,
            "expected": fingerprint_reported(activity),
            "after": activity.delivery_status,
            "is_public": True,
            "merged_into": activity.merged_into_id,
            **{
                f"reason_{language}": getattr(activity, f"status_reason_{language}") for language in AVAILABLE_LANGUAGES
            },
        }
        super().__init__(data, initial=initial, label_suffix="")
        self.activity, self.user = activity, user
        self._offer_particulars()
        if find_own_plans(user).filter(pk=activity.plan_id).exists():
            target: Any = self.fields["merged_into"]
            target.queryset = find_merge_targets(activity, user)
            target.choices = _by_plan(target.queryset)
        else:
            self._forbid_merging()

    def _offer_particulars(self) -> None:
        """Offer the milestones that are left, and say what the end is now."""
        milestones: Any = self.fields["milestones"]
        milestones.queryset = self.activity.milestones.filter(reached_on=None)
        if self.activity.ends_on:
            words = _("Now %(day)s. Leave empty if it stays.")
            self.fields["ends_on"].help_text = words % {"day": date_format(self.activity.ends_on)}
        else:
            self.fields["ends_on"].help_text = _("There is none now. Leave empty if it stays so.")

    def _forbid_merging(self) -> None:
        """Leave it to the plan's coordinators to merge the activity into another: it ends the activity's own page."""
        self.fields.pop("merged_into")
        status: Any = self.fields["after"]
        status.choices = [one for one in Activity.Delivery.choices if one[0] != Activity.Delivery.MERGED]

    def texts(self) -> list[forms.BoundField]:
        return [self["text_sv"], self["text_en"]]

    def particulars(self) -> list[forms.BoundField]:
        return [self["ends_on"], self["evidence_title"], self["evidence_url"]]

    def reasons(self) -> list[forms.BoundField]:
        return [self["reason_sv"], self["reason_en"]]

    def clean(self) -> dict[str, Any]:
        """Drop values of hidden fields, which belong to another status."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("after") != Activity.Delivery.MERGED:
            cleaned["merged_into"] = None
        return cleaned

    def save(self) -> StatusUpdate | None:
        """Save the report. Return None if the form now has errors; a stale report can then be sent as it is."""
        given = dict(self.cleaned_data)
        given["particulars"] = Particulars(**{one.name: given.pop(one.name) for one in fields(Particulars)})
        seen = {"expected_before": given.pop("before"), "expected": given.pop("expected") or None}
        try:
            return write_report(self.activity, by=self.user, **seen, **given)
        except StaleReportError as error:
            self.add_error(None, error)
            self.activity.refresh_from_db()
            now = {"before": self.activity.delivery_status, "expected": fingerprint_reported(self.activity)}
            self.data = {**self.data.dict(), **now}  # type: ignore[attr-defined]
        except ValidationError as error:
            self.add_error(None, error)
        return None


def find_merge_targets(activity: Activity, user: User) -> QuerySet[Activity]:
    """Return the activities to merge into: unfinished ones of the user's plans, and other published ones."""
    readable = Q(plan__in=find_own_plans(user)) | Q(pk__in=Activity.objects.published().values("pk"))
    present = Q(pk=activity.merged_into_id or 0)
    found = Activity.objects.filter(present | (readable & Q(delivery_status__in=Activity.UNFINISHED)))
    return found.exclude(pk=activity.pk).select_related("plan").order_by("plan__title", "title")


def _by_plan(activities: QuerySet[Activity]) -> list[tuple[str, Any]]:
    """Return the choices grouped by plan."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for activity in activities:
        groups.setdefault(str(activity.plan), []).append((activity.pk, str(activity)))
    return [("", "–"), *groups.items()]
