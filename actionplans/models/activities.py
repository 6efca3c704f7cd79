"""Activities, the goals they serve (the red thread) and the organisations involved."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Prefetch, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from actionplans.models.organisations import Organisation
from actionplans.models.plans import ActionPlan
from contacts.models import StaffMember
from language.words.texts import TextQuestion
from publishing.models import FormerSlug, Publishable, PublishableQuerySet, RemembersSlug
from publishing.prose import EXTENSIONS, sanitize_prose
from strategy.models import Goal, Priority

AT_ONCE = 500
"""Rows in one statement."""


def late_by(day: date | Combinable, of: str = "") -> Q:
    """Return a condition for activities (reached by the prefix `of`) that are late: mirrors `Activity.is_late`."""
    return Q(**{f"{of}ends_on__lt": day, f"{of}delivery_status__in": Activity.OPEN})


def format_years(start: int | None, end: int | None, *, is_continuous: bool) -> str:
    """Return `2024–2027`, `2024`, `continuous from 2024`, or `2024–` for an activity stopped without an end."""
    if is_continuous:
        return gettext("continuous from %(year)s") % {"year": start} if start else pgettext("activity", "continuous")
    if start and end:
        return str(start) if start == end else f"{start}–{end}"
    return f"{start or ''}–{end or ''}" if start or end else ""


class ActivityQuerySet(PublishableQuerySet):
    """Activities of plans that the public may read."""

    part_of = ("plan__", "plan__strategy__")

    def late(self, on: date | None = None) -> Self:
        """Return those that are late on a day (today by default)."""
        return self.filter(late_by(on or timezone.localdate()))

    def holding(self, typed: str) -> Self:
        """Return those whose title and summary, in the active language or else in Swedish, hold what was typed.

        They are read whole: there are some thousands at most, and their words are kept in memory.
        """
        language = get_language() or "sv"
        question = TextQuestion(typed, tuple({"sv", language}))
        names = ("title", "summary")
        found = []
        for row in self.values("pk", *{f"{name}_{code}" for name in names for code in ("sv", language)}):
            codes = [(name, language if row[f"{name}_{language}"] else "sv") for name in names]
            if question.is_answered_by([(row[f"{name}_{code}"] or "", code) for name, code in codes]):
                found.append(row["pk"])
        return self.filter(pk__in=found)

    def in_plan_order(self) -> Self:
        """Order by theme, plan and start, with the plan and its theme."""
        order = ("plan__theme__position", "plan__slug", "starts_on", "slug")
        return self.select_related("plan__theme").order_by(*order)

    def with_responsible(self) -> Self:
        """Prefetch the responsible organisation as `led_by`, for lists."""
        responsible = Involvement.objects.filter(role=Involvement.Role.RESPONSIBLE).select_related("organisation")
        return self.prefetch_related(Prefetch("involvements", responsible, to_attr="led_by")).defer("body")

    def with_links(self) -> Self:
        """Prefetch the published goals that they serve, and the organisations in all roles."""
        contributions = Contribution.objects.filter(goal__in=Goal.objects.published())
        in_order = contributions.select_related("goal", "priority").order_by("goal__position", "pk")
        return self.prefetch_related(
            Prefetch("contributions", in_order),
            Prefetch("involvements", Involvement.objects.select_related("organisation")),
        )

    def create_many(self, activities: Sequence[Any]) -> None:
        """Create new activities with their addresses, as `save` would one at a time, in a sixteenth of the time."""
        self.bulk_create(activities, batch_size=AT_ONCE)
        kind = ContentType.objects.get_for_model(self.model)
        slugs = [FormerSlug(content_type=kind, object_id=one.pk, slug=one.slug) for one in activities]
        FormerSlug.objects.bulk_create(slugs, batch_size=AT_ONCE, ignore_conflicts=True)
        places = [FormerPlace(activity=one, plan_id=one.plan_id) for one in activities]
        FormerPlace.objects.bulk_create(places, batch_size=AT_ONCE, ignore_conflicts=True)


class Activity(RemembersSlug, Publishable):
    """Something done within an action plan to reach goals."""

    class Delivery(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ONGOING = "ongoing", _("Ongoing")
        DONE = "done", _("Done")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        MERGED = "merged", _("Merged")

    OPEN = (Delivery.PLANNED, Delivery.ONGOING)
    UNFINISHED = (*OPEN, Delivery.PAUSED)
    NEEDS_REASON = (Delivery.PAUSED, Delivery.CANCELLED, Delivery.MERGED)

    plan = models.ForeignKey(
        ActionPlan, on_delete=models.PROTECT, related_name="activities", verbose_name=_("action plan")
    )
    slug = models.SlugField(_("address"), max_length=80, help_text=_("The last part of the page's address."))
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"))
    body = ProseEditorField(_("text"), extensions=EXTENSIONS, sanitize=sanitize_prose, blank=True)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(
        _("ends"), null=True, blank=True, help_text=_("Leave empty if the activity is continuous.")
    )
    delivery_status = models.CharField(
        _("delivery status"), max_length=10, choices=Delivery, default=Delivery.PLANNED, db_index=True
    )
    status_reason = models.TextField(
        _("reason for the status"), blank=True, help_text=_("Required for paused, cancelled and merged.")
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
        help_text=_("The old address redirects to this activity."),
    )
    planned_amount = models.PositiveBigIntegerField(
        _("planned amount"), null=True, blank=True, help_text=_("In kronor, for the whole activity.")
    )
    last_confirmed_at = models.DateTimeField(_("last confirmed"), null=True, blank=True, editable=False)
    contact = models.ForeignKey(
        StaffMember,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("contact"),
    )
    goals = models.ManyToManyField(Goal, through="Contribution", related_name="activities", verbose_name=_("goals"))
    organisations = models.ManyToManyField(
        Organisation, through="Involvement", related_name="activities", verbose_name=_("organisations")
    )

    objects = ActivityQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["plan", "starts_on", "slug"]
        permissions = [("report_activity", _("Can report on activities"))]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "slug"], name="actionplans_activity_slug_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="actionplans_activity_dates_in_order",
                violation_error_message=_("The activity cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(delivery_status__in=["paused", "cancelled", "merged"]) | ~Q(status_reason=""),
                name="actionplans_activity_reason_given",
                violation_error_message=_("Say why the activity is paused, cancelled or merged."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(delivery_status="merged"),
                name="actionplans_activity_merged_has_status",
                violation_error_message=_("Only an activity with the status merged can redirect to another."),
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")),
                name="actionplans_activity_not_into_itself",
                violation_error_message=_("An activity cannot be merged into itself."),
            ),
        ]

    def must_be_reviewed(self) -> bool:
        return self.plan_id is not None and self.plan.needs_review

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # Every plan it was ever in, the present one included, so that a move needs no comparison.
        FormerPlace.objects.bulk_create([FormerPlace(activity=self, plan_id=self.plan_id)], ignore_conflicts=True)

    def neighbours(self) -> models.QuerySet[Any]:
        return Activity.objects.filter(plan_id=self.plan_id)

    def get_absolute_url(self) -> str:
        return reverse("actionplans:activity", args=[self.plan.slug, self.slug])

    def is_late(self, on: date | None = None) -> bool:
        """Whether it should have been done by a day (today by default). Derived, never stored."""
        day = on or timezone.localdate()
        return bool(self.ends_on and self.ends_on < day and self.delivery_status in self.OPEN)

    def is_unfinished(self) -> bool:
        """Whether anything is still to be done, now or after a pause."""
        return self.delivery_status in self.UNFINISHED

    def is_continuous(self) -> bool:
        """Whether it goes on without an end date."""
        return self.ends_on is None and self.is_unfinished()

    def years(self) -> str:
        """Return its years in words, for lists."""
        start, end = (day.year if day else None for day in (self.starts_on, self.ends_on))
        return format_years(start, end, is_continuous=self.is_continuous())


class FormerPlace(models.Model):
    """A plan that an activity is or was in: its address there redirects to the present one."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="former_places")
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("former address of an activity")
        verbose_name_plural = _("former addresses of activities")
        constraints = [models.UniqueConstraint(fields=["activity", "plan"], name="actionplans_formerplace_once")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.activity}"


class ContributionQuerySet(models.QuerySet):
    """Contributions to goals, and how many activities they come from."""

    def count_activities(self, activities: ActivityQuerySet, *by: str) -> models.QuerySet:
        """Count those activities in groups: the fields of each group, how many there are, how many are late.

        An activity counts once for a goal, however many of its priorities it serves.
        """
        late = late_by(timezone.localdate(), "activity__")
        return (
            self.filter(activity__in=activities.order_by().values("pk"))
            .order_by()
            .values(*by)
            .annotate(count=Count("activity", distinct=True), late=Count("activity", distinct=True, filter=late))
            .values_list(*by, "count", "late")
        )


class Contribution(models.Model):
    """How an activity serves a goal: a link in the red thread."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="contributions")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("goal"))
    priority = models.ForeignKey(
        Priority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("priority"),
    )
    how = models.TextField(_("how it contributes"))

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution to a goal")
        verbose_name_plural = _("contributions to goals")
        ordering = ["goal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "goal", "priority"],
                nulls_distinct=False,
                name="actionplans_contribution_once",
                violation_error_message=_("The activity already contributes to this goal and priority."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} → {self.goal}"

    def clean(self) -> None:
        if self.priority and self.goal_id and self.priority.goal_id != self.goal_id:
            raise ValidationError({"priority": _("The priority belongs to another goal.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


class Involvement(models.Model):
    """An organisation's role in an activity."""

    class Role(models.TextChoices):
        RESPONSIBLE = "responsible", _("Responsible")
        PARTICIPATING = "participating", _("Participating")
        FINANCING = "financing", _("Financing")

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="involvements")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="involvements", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.PARTICIPATING)
    amount = models.PositiveBigIntegerField(
        _("amount"), null=True, blank=True, help_text=_("In kronor, if the organisation provides funding.")
    )

    class Meta:
        verbose_name = _("organisation's role")
        verbose_name_plural = _("organisations' roles")
        ordering = ["activity", "-role", "organisation__slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organisation", "role"],
                name="actionplans_involvement_once",
                violation_error_message=_("The organisation already has this role."),
            ),
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(role="responsible"),
                name="actionplans_one_responsible",
                violation_error_message=_("Only one organisation can be responsible. Give the other another role."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(role="financing"),
                name="actionplans_amount_of_financing",
                violation_error_message=_("Only an organisation that finances the activity can have an amount."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"
