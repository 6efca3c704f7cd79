"""What has been changed and is not in the index yet. Triggers write it in the very commit that changes something."""

from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """One change of one thing. Until the worker has taken it, the thing is left out of every result."""

    PAGES = "pages"
    """The kind of a document that is in the index, but for pages that are still to be analysed."""

    kind = models.CharField(max_length=12)
    object_id = models.PositiveBigIntegerField()
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"], name="search_change_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
