"""Themes and their action plans."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from contacts.models import StaffMember
from documents.models import Document
from publishing.models import Addressed, Publishable, PublishableQuerySet
from publishing.prose import EXTENSIONS, sanitize_prose
from strategy.models import YEAR, Strategy


class Colour(models.TextChoices):
    """The colours of the design that a theme can have."""

    FJARD = "fjard", _("fjord blue")
    GRAN = "gran", _("spruce green")
    GRANIT = "granit", _("granite red")
    LAV = "lav", _("lichen yellow")


class Theme(models.Model):
    """An area of development, such as innovation, that has an action plan."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.FJARD)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.title


class ActionPlanQuerySet(PublishableQuerySet):
    """Plans for strategies that the public may read."""

    part_of = ("strategy__",)


class ActionPlan(Addressed, Publishable):
    """A plan for what is to be done within a theme to reach the strategy's goals."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CONSULTATION = "consultation", _("Out for consultation")
        ADOPTED = "adopted", _("Adopted")
        REVISED = "revised", _("Revised")
        CLOSED = "closed", _("Closed")

    url_name = "actionplans:plan"
    definite_name = _("the plan")

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="plans", verbose_name=_("strategy"))
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="plans", verbose_name=_("theme"))
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"))
    body = ProseEditorField(_("text"), extensions=EXTENSIONS, sanitize=sanitize_prose, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    period_start = models.PositiveSmallIntegerField(_("first year"), validators=YEAR)
    period_end = models.PositiveSmallIntegerField(_("last year"), validators=YEAR)
    adopted_by = models.CharField(_("adopted by"), max_length=160, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    coordinators = models.ManyToManyField(StaffMember, blank=True, related_name="plans", verbose_name=_("coordinators"))
    documents = models.ManyToManyField(Document, blank=True, related_name="plans", verbose_name=_("documents"))
    needs_review = models.BooleanField(
        _("must be read by somebody else before it is published"),
        default=False,
        db_default=False,
        help_text=_("Then nobody publishes their own text of the plan or its activities: they ask a colleague to."),
    )

    objects = ActionPlanQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["theme__position", "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="actionplans_period_in_order",
                violation_error_message=_("The last year must not come before the first."),
            ),
        ]

    def must_be_reviewed(self) -> bool:
        return self.needs_review

    def __str__(self) -> str:
        return self.title
