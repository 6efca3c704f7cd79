"""The admin of activities, with their goals, organisations and milestones."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Field, ForeignKey, OuterRef, PositiveBigIntegerField, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from actionplans.admin.attention import AttentionFilter
from actionplans.admin.matrix import matrix_page
from actionplans.admin.reports import confirm_view, render_status_change, report_page
from actionplans.admin.spreadsheet import SpreadsheetPages
from actionplans.amounts import KronorField
from actionplans.forms.formsets import ContributionFormSet, InvolvementFormSet, RowForm
from actionplans.models import Activity, Contribution, Involvement, Milestone
from actionplans.ownership import MAY_REPORT, find_own_plans, find_readable_reports, find_reported_activities
from actionplans.services.reports import copy_reported
from contacts.models import StaffMember
from publishing.admin import OwnedAdmin, PlainFields, PublishableAdmin, Translated, sv_en
from publishing.models import Publication
from strategy.models import Goal, Priority

AMOUNTS = {PositiveBigIntegerField: {"form_class": KronorField}}
REPORTS_SHOWN = 20


class ContributionInline(Translated, TranslationStackedInline):
    """The goals that the activity serves, and how."""

    model = Contribution
    form = RowForm
    formset = ContributionFormSet
    extra = 1
    classes = ("collapse", "compact")
    fieldsets = ((None, {"fields": [("goal", "priority", "how_sv", "how_en")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        return super().get_queryset(request).select_related("activity", "goal")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "goal":
            kwargs["queryset"] = Goal.objects.filter(strategy__plans__in=find_own_plans(request.user)).distinct()
        if db_field.name == "priority":
            kwargs["queryset"] = Priority.objects.select_related("goal").order_by("goal__position", "position")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "priority" and field is not None:
            field.label_from_instance = lambda priority: f"{priority.goal.code} · {priority.title}"
        return field


class InvolvementInline(PlainFields, admin.StackedInline):
    """The organisations that are responsible, take part and pay."""

    model = Involvement
    form = RowForm
    formset = InvolvementFormSet
    extra = 1
    classes = ("collapse", "compact")
    fields = (("organisation", "role", "amount"),)
    formfield_overrides = PlainFields.formfield_overrides | AMOUNTS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Involvement]:
        return super().get_queryset(request).select_related("organisation")


class MilestoneInline(Translated, TranslationStackedInline):
    """The activity's milestones."""

    model = Milestone
    extra = 0
    classes = ("collapse", "compact")
    fieldsets = ((None, {"fields": [("title_sv", "title_en", "due_on", "reached_on")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Milestone]:
        return super().get_queryset(request).select_related("activity")


@admin.register(Activity)
class ActivityAdmin(SpreadsheetPages, OwnedAdmin, PublishableAdmin):
    """The activities that the user may change, or else report on."""

    list_display = (
        "title",
        "delivery",
        "still_right",
        "ends_on",
        "plan",
        "responsible",
        "goal_count",
        "publication_mark",
    )
    list_filter = (
        AttentionFilter,
        "delivery_status",
        "publication",
        ("plan", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("plan",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "organisations__name_sv")
    prepopulated_fields = {"slug": ("title_sv",)}
    inlines = (MilestoneInline, ContributionInline, InvolvementInline)
    formfield_overrides = PublishableAdmin.formfield_overrides | AMOUNTS
    fieldsets = (
        (None, {"fields": ["plan", *sv_en("title", "summary", "body")]}),
        (
            _("Time and money"),
            {
                "fields": [("starts_on", "ends_on", "planned_amount", "contact")],
                "classes": ["collapse"],
            },
        ),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        own = super().get_queryset(request)
        if self.has_change_permission(request):
            own = own.filter(plan__in=find_own_plans(request.user))
        else:
            own = own.filter(pk__in=find_reported_activities(request.user).values("pk"))
        responsible = Involvement.objects.filter(activity=OuterRef("pk"), role=Involvement.Role.RESPONSIBLE)
        return own.annotate(
            goal_count=Count("contributions__goal", distinct=True),
            responsible=Subquery(responsible.values("organisation__name_sv")[:1]),
        )

    def find_owners(self, thing: Activity) -> QuerySet[StaffMember]:
        return thing.plan.coordinators.all()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Activity], search_term: str
    ) -> tuple[QuerySet[Activity], bool]:
        """Search as the public list does, and by the names of organisations and parts of words."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        holding = Activity.objects.holding(search_term)
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=holding.values("pk"))), False

    def get_urls(self) -> list[Any]:
        return [
            path("matrix/", self._view(matrix_page), name="actionplans_matrix"),
            path("<int:pk>/report/", self._view(report_page), name="actionplans_activity_report"),
            path("<int:pk>/confirm/", self._view(confirm_view), name="actionplans_activity_confirm"),
            *super().get_urls(),
        ]

    def _view(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        return self.admin_site.admin_view(partial(view, model_admin=self))

    def get_fieldsets(self, request: HttpRequest, obj: Activity | None = None) -> list[tuple[Any, Any]]:
        """Show the status for a new activity only: later, only reports change it."""
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is None:
            fieldsets.insert(1, (_("Status"), {"fields": ["delivery_status"]}))
        return fieldsets

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "delivery_status":
            kwargs["choices"] = [(status.value, status.label) for status in Activity.OPEN]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        columns = tuple(super().get_list_display(request))
        return columns if request.user.has_perm(MAY_REPORT) else tuple(c for c in columns if c != "still_right")

    def save_model(self, request: HttpRequest, obj: Activity, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        """Keep the fields that only reports change, also those of a report made since the form was opened."""
        if change:
            copy_reported(obj, Activity.objects.select_for_update(of=("self",)).get(pk=obj.pk))
        super().save_model(request, obj, form, change)

    @transaction.atomic
    def _move(self, request: HttpRequest, queryset: QuerySet[Activity], publication: Publication) -> None:
        own = Activity.objects.filter(pk__in=queryset.values("pk")).order_by("pk")
        super()._move(request, own.select_for_update(of=("self",)), publication)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if activity := kwargs.get("obj"):
            newest = list(find_readable_reports(request.user).filter(activity=activity)[: REPORTS_SHOWN + 1])
            context |= {
                "activity": activity,
                "may_report": request.user.has_perm(MAY_REPORT),
                "reports": [(update, render_status_change(update)) for update in newest[:REPORTS_SHOWN]],
                "has_more_reports": len(newest) > REPORTS_SHOWN,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and find_own_plans(request.user).exists()

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "plan":
            kwargs["queryset"] = find_own_plans(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("delivery status"), ordering="delivery_status")
    def delivery(self, activity: Activity) -> SafeString:
        late = activity.is_late()
        words = _("%(status)s, late") % {"status": activity.get_delivery_status_display()} if late else None
        mark = "late" if late else activity.delivery_status
        return format_html(
            '<span class="status" data-status="{}">{}</span>', mark, words or activity.get_delivery_status_display()
        )

    @admin.display(description=_("no change"))
    def still_right(self, activity: Activity) -> SafeString | str:
        """Return a button of the list's own form that posts to another address."""
        if not activity.is_unfinished():
            return ""
        return format_html(
            '<button type="submit" class="quiet" formaction="{}">{}<span class="visually-hidden">: {}</span></button>',
            reverse("admin:actionplans_activity_confirm", args=[activity.pk]),
            _("Still correct"),
            activity.title,
        )

    @admin.display(description=_("responsible"), ordering="responsible")
    def responsible(self, activity: Activity) -> str:
        return activity.responsible

    @admin.display(description=_("goals"), ordering="goal_count")
    def goal_count(self, activity: Activity) -> int:
        return activity.goal_count
