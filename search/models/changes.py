"""Changes that are not in the index yet. Triggers note them in the commit that makes them."""

from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """A change of a thing. Until the worker has indexed it, the thing is in no result."""

    PAGES = "pages"
    """The kind of a document that is indexed except for pages still to be analysed."""

    kind = models.CharField(max_length=12)
    object_id = models.PositiveBigIntegerField()
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"], name="search_change_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
