"""English texts whose Swedish has been changed since."""

from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.models.history import Revision


class StaleTextQuerySet(models.QuerySet["StaleText"]):
    """Stale texts by what they are of."""

    def of(self, thing: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class StaleText(models.Model):
    """A field whose Swedish has been changed and its English not, until that is changed or said to be right."""

    shown_on_pages = False

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    field = models.CharField(_("field"), max_length=100)
    """Without the language."""
    base = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    """The latest revision in which the two were in step."""

    objects = StaleTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("stale text")
        verbose_name_plural = _("stale texts")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "field"], name="publishing_staletext_once")
        ]

    def __str__(self) -> str:
        return self.field
