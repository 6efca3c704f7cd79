"""What things were before."""

from typing import Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Revisions by what they are of."""

    def of(self, thing: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class Revision(models.Model):
    """What somebody saved of a thing: all that its form shows, with both languages and all rows.

    It is never changed, and outlives the thing and the account that made it.
    """

    shown_on_pages = False

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    contents = models.JSONField(_("contents"))
    """See `publishing.history.contents`."""
    message = models.TextField(_("what was done"), blank=True)
    """As in the admin's log: it says what was done in any language, also where the contents are the same."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("author"), max_length=160, blank=True)
    """Empty if it was found as it is: saved before histories were kept, or otherwise than in the admin."""
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "-saved_at"], name="publishing_revision_thing")]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d %H:%M} {self.author_name}"


class Deletion(models.Model):
    """A thing that has been deleted with all its rows, and can be brought back for a time."""

    shown_on_pages = False

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    title = models.CharField(_("title"), max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("deleted by"), max_length=160)
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)
    pointers = models.JSONField(_("what pointed at it"), default=list)
    """Rows whose foreign key was emptied by it: table, column, primary key, and the value."""

    class Meta:
        verbose_name = _("deleted thing")
        verbose_name_plural = _("deleted things")
        ordering = ["-deleted_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class DeletedRow(models.Model):
    """A row of a deleted thing, as the database had it."""

    shown_on_pages = False

    deletion = models.ForeignKey(Deletion, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(_("table"), max_length=63)
    row = models.JSONField(_("row"))

    class Meta:
        verbose_name = _("deleted row")
        verbose_name_plural = _("deleted rows")

    def __str__(self) -> str:
        return self.table
