"""Things with a page of their own: its address is a slug, and former ones lead to it."""

from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


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
