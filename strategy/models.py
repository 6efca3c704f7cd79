"""The regional development strategy (RUS): vision, goals and priorities."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from documents.models import Document
from publishing.models import Addressed, Publishable, PublishableQuerySet
from publishing.prose import EXTENSIONS, sanitize_prose

RESERVED_SLUGS = {"matris", "matrix"}
"""Slugs of other pages at the goals' addresses."""
YEAR = [MinValueValidator(1990), MaxValueValidator(2100)]


class Strategy(Addressed, Publishable):
    """A regional development strategy (RUS) for a period. When a later one supersedes it, it stays readable."""

    url_name = "strategy:detail"
    heading_above_text = 1
    definite_name = _("the strategy")

    title = models.CharField(_("title"), max_length=160)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    summary = models.TextField(_("summary"))
    vision = models.TextField(_("vision"))
    overall_goal = models.TextField(_("overall goal"), blank=True)
    body = ProseEditorField(_("text"), extensions=EXTENSIONS, sanitize=sanitize_prose, blank=True)
    period_start = models.PositiveSmallIntegerField(_("first year"), validators=YEAR)
    period_end = models.PositiveSmallIntegerField(_("last year"), validators=YEAR)
    decision_body = models.CharField(_("adopted by"), max_length=160, blank=True)
    decided_on = models.DateField(_("adopted on"), null=True, blank=True)
    decision_reference = models.CharField(_("registration number of the decision"), max_length=40, blank=True)
    is_current = models.BooleanField(
        _("the strategy in force"), default=False, help_text=_("Only one strategy can be in force.")
    )
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    documents = models.ManyToManyField(Document, blank=True, related_name="strategies", verbose_name=_("documents"))

    class Meta(Publishable.Meta):
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["-period_start"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="strategy_one_current",
                violation_error_message=_("Another strategy is in force. End that one first."),
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="strategy_period_in_order",
                violation_error_message=_("The last year must not come before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(supersedes=F("id")),
                name="strategy_not_its_own_successor",
                violation_error_message=_("A strategy cannot supersede itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def successor(self) -> "Strategy | None":
        """The published strategy that has replaced this one, if it is no longer in force."""
        if self.is_current:
            return None
        return Strategy.objects.published().filter(supersedes=self).first()


class GoalQuerySet(PublishableQuerySet):
    """Goals, public only if their strategy is."""

    part_of = ("strategy__",)


class Goal(Addressed, Publishable):
    """A goal, or focus area, of a strategy; it may have goals below it."""

    url_name = "strategy:goal"
    definite_name = _("the goal")

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="goals", verbose_name=_("strategy"))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of the goal"),
    )
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("target"), help_text=_("What should be achieved, in one sentence."))
    body = ProseEditorField(_("why the goal exists"), extensions=EXTENSIONS, sanitize=sanitize_prose, blank=True)
    target_year = models.PositiveSmallIntegerField(_("target year"), null=True, blank=True, validators=YEAR)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = GoalQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["strategy", "position", "code"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["strategy", "code"], name="strategy_goal_code_once"),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="strategy_goal_not_its_own_parent",
                violation_error_message=_("A goal cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("Another page has this address. Choose a different one.")})


class PriorityQuerySet(PublishableQuerySet):
    """Priorities, public only if their goal and strategy are."""

    part_of = ("goal__", "goal__strategy__")


class Priority(Publishable):
    """A priority under a goal, shown on the goal's page at `#<slug>`."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="priorities", verbose_name=_("goal"))
    slug = models.SlugField(_("address"), max_length=80, help_text=_("The part after # in the address."))
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = PriorityQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        ordering = ["goal", "position"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["goal", "slug"], name="strategy_priority_slug_once"),
            # Lets a contribution name priority and goal together, so that they cannot disagree.
            models.UniqueConstraint(fields=["id", "goal"], name="strategy_priority_with_goal"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.goal.get_absolute_url()}#{self.slug}"


class GoalCrosswalk(models.Model):
    """The succession of a goal in the next strategy: a row for each goal that continues it, or one for none."""

    class Kind(models.TextChoices):
        SAME = "same", _("continues as")
        SPLIT = "split", _("is split into")
        MERGED = "merged", _("is merged with others into")
        DROPPED = "dropped", _("is dropped")

    old_goal = models.ForeignKey(
        Goal, on_delete=models.CASCADE, related_name="successions", verbose_name=_("goal of the earlier strategy")
    )
    kind = models.CharField(_("what happens to it"), max_length=10, choices=Kind, default=Kind.SAME)
    new_goal = models.ForeignKey(
        Goal,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="predecessions",
        verbose_name=_("goal of the new strategy"),
        help_text=_("Leave empty only if the goal is dropped."),
    )
    note = models.TextField(_("explanation"), blank=True, help_text=_("Shown to readers of both goals."))

    class Meta:
        verbose_name = _("succession of a goal")
        verbose_name_plural = _("succession of goals")
        ordering = ["old_goal__strategy", "old_goal__position", "new_goal__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["old_goal", "new_goal"],
                nulls_distinct=False,
                name="strategy_goalcrosswalk_once",
                violation_error_message=_("The two goals are already linked."),
            ),
            models.CheckConstraint(
                condition=Q(kind="dropped", new_goal__isnull=True) | (~Q(kind="dropped") & Q(new_goal__isnull=False)),
                name="strategy_goalcrosswalk_dropped_leads_nowhere",
                violation_error_message=_("Either choose the new goal or say that the goal is dropped."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_goal} {self.get_kind_display()} {self.new_goal or ''}".rstrip()

    def clean(self) -> None:
        if self.new_goal and self.old_goal_id and self.new_goal.strategy_id == self.old_goal.strategy_id:
            raise ValidationError({"new_goal": _("Choose a goal from a different strategy from the earlier goal's.")})
