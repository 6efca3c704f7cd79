"""Base models of everything that the public can read, and the change log."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.moments import describe_moment


class Publication(models.TextChoices):
    """The stages of publication."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
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


class FormerSlug(models.Model):
    """A slug that something has or has had, drafts included: old addresses redirect to the present one."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    slug = models.SlugField(max_length=80)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "slug"], name="publishing_formerslug_once")
        ]
        indexes = [models.Index(fields=["content_type", "slug"], name="publishing_formerslug_lookup")]

    def __str__(self) -> str:
        return self.slug

    @classmethod
    def of_read(cls, things: models.QuerySet[Any]) -> models.QuerySet[Self]:
        """Return the slugs at which the public may have read some things, including the present ones."""
        read = things.filter(publish_from__isnull=False).order_by().values("pk")
        return cls.objects.filter(content_type=ContentType.objects.get_for_model(things.model), object_id__in=read)


class RemembersSlug(models.Model):
    """Something with a page of its own, whose old addresses keep working."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._remember_slug()

    def neighbours(self) -> models.QuerySet[Any]:
        """Return the things among which the slug must be unique."""
        return type(self)._default_manager.all()

    def former_holder(self) -> models.Model | None:
        """Return another thing that the public may have read at this slug, which still redirects to it."""
        slug: str = self.slug  # type: ignore[attr-defined]
        kind = ContentType.objects.get_for_model(self)
        former = FormerSlug.objects.filter(content_type=kind, slug=slug).values("object_id")
        others = self.neighbours().exclude(pk=self.pk).exclude(slug=slug)
        return others.filter(pk__in=former, publish_from__isnull=False).first()

    def _remember_slug(self) -> None:
        """Store every slug ever saved, including the present one, so that no comparison is needed."""
        kind, slug = ContentType.objects.get_for_model(self), self.slug  # type: ignore[attr-defined]
        FormerSlug.objects.bulk_create(
            [FormerSlug(content_type=kind, object_id=self.pk, slug=slug)], ignore_conflicts=True
        )


class Addressed(RemembersSlug):
    """Something with a page whose address is a slug, unique among its kind."""

    slug = models.SlugField(
        _("address"), max_length=80, unique=True, help_text=_("The last part of the page's address.")
    )

    url_name: str
    """The URL name of the page, which takes the slug."""

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(self.url_name, args=[self.slug])


class ChangeNote(models.Model):
    """A change of something public: a note for its readers, or that it was minor."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey("content_type", "object_id")
    title = models.CharField(_("title at the time"), max_length=200)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.CharField(_("by"), max_length=160, blank=True)
    note = models.TextField(_("change note"), blank=True)
    is_minor = models.BooleanField(_("minor change"), default=False)

    class Meta:
        verbose_name = _("change note")
        verbose_name_plural = _("change notes")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_minor=True) | ~Q(note=""),
                name="publishing_changenote_says_something",
                violation_error_message=_("Describe what has changed, or mark the change as minor."),
            )
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="publishing_changenote_thing")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.title}"
