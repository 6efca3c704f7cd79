"""What everything that the public can read has in common: its publication, and the moments of it."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.moments import describe_moment


class Publication(models.TextChoices):
    """The stages of publication."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    """Of earlier versions: nothing sets it any more, see `publishing.reviews`."""
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


M_co = TypeVar("M_co", bound=models.Model, covariant=True)
Moment = datetime | Combinable
"""A point in time, or a database expression of one."""


def is_public(at: Moment, of: str = "") -> Q:
    """Return the condition that the public may read something (or what `of`, as in `plan__`, leads to) at a moment."""
    has_no_end_yet = Q(**{f"{of}publish_until__isnull": True}) | Q(**{f"{of}publish_until__gt": at})
    return has_no_end_yet & Q(**{f"{of}publication": Publication.PUBLISHED, f"{of}publish_from__lte": at})


class PublishableQuerySet(models.QuerySet[M_co]):
    """Things by whether the public may read them."""

    part_of: tuple[str, ...] = ()
    """Relations to what it is part of, as in `plan__`, which must be public too. Joins rather than subqueries: then
    the database looks them up by key, even without statistics."""

    def published(self, at: Moment | None = None) -> Self:
        """Filter those that the public may read at a moment, by default now."""
        at = at or timezone.now()
        return self.filter(is_public(at), *(is_public(at, whole) for whole in self.part_of))


class Publishable(models.Model):
    """A text that is drafted, reviewed, published for a time, and archived."""

    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication, default=Publication.DRAFT, db_index=True
    )
    publish_from = models.DateTimeField(
        _("publish from"), null=True, blank=True, help_text=_("Leave empty to use the time of publishing.")
    )
    publish_until = models.DateTimeField(_("publish until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last updated"), auto_now=True)

    objects = PublishableQuerySet.as_manager()

    definite_name: str | Promise = _("page it belongs to")
    """Its name in sentences about its parts, as in “is not shown until the plan is published”."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(publication="published") | Q(publish_from__isnull=False),
                name="%(app_label)s_%(class)s_published_has_from",
            ),
            models.CheckConstraint(
                condition=Q(publish_until__isnull=True)
                | Q(publish_from__isnull=True)
                | Q(publish_until__gt=models.F("publish_from")),
                name="%(app_label)s_%(class)s_until_after_from",
                violation_error_message=_("The end of publication must be after the start."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.publication == Publication.PUBLISHED and self.publish_from is None:
            self.publish_from = timezone.now()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.check_times()

    def check_times(self) -> None:
        """Raise `ValidationError` if the times would hide something public, or publish something already over.

        Hiding is an act of its own, withdrawing, and must not happen because somebody typed a date.
        """
        now = timezone.now()
        starts_later = self.publish_from is not None and self.publish_from > now
        over = self.publish_until if self.publish_until is not None and self.publish_until <= now else None
        if self.publication != Publication.PUBLISHED or not (starts_later or over):
            return
        model = type(self)
        stored = model._base_manager.filter(pk=self.pk).only("publication", "publish_from").first()  # noqa: SLF001
        if stored and model._default_manager.all().published(now).filter(pk=self.pk).exists():
            raise ValidationError(_would_hide(stored.publish_from, is_over=over is not None))
        is_in_order = over is not None and (
            self.publish_from is None or self.publish_from < over
        )  # else constraints say
        if is_in_order and (stored is None or stored.publication != Publication.PUBLISHED):
            words = _("This time has passed, so the public would never see it. Choose a later time, or leave it empty.")
            raise ValidationError({"publish_until": words})

    def must_be_reviewed(self) -> bool:
        """Whether somebody else than the author must read what the public is to see; a hook for subclasses."""
        return False

    def is_published(self, at: datetime | None = None) -> bool:
        """Mirror of `PublishableQuerySet.published` for one object, without what it is a part of."""
        at = at or timezone.now()
        return (
            self.publication == Publication.PUBLISHED
            and self.publish_from is not None
            and self.publish_from <= at
            and (self.publish_until is None or self.publish_until > at)
        )


def _would_hide(since: datetime | None, *, is_over: bool) -> dict[str, str]:
    """Return the error about times that would hide something public, and what to do instead."""
    facts = {"since": describe_moment(since) if since else ""}
    if is_over:
        words = gettext(
            "It has been public since %(since)s, and this time has passed. If it should no longer be public, "
            "withdraw it instead."
        )
        return {"publish_until": words % facts}
    words = gettext(
        "It has been public since %(since)s, and would be hidden until the time you have chosen. If that is what "
        "you want, withdraw it first, then publish it from that time. Otherwise choose a time that has passed."
    )
    return {"publish_from": words % facts}
