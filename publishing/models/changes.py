"""The public change log."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
