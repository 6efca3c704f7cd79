"""The index: each published thing in each language, the words it is found by, and the pages of documents.

It is derived data: `manage.py rebuild_search` makes it anew. Whether an entry may be shown is decided by the thing's
own `published` in the same query (`search.visibility`), so an index that lags can hide something but never reveal it.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Page


class Kind(models.TextChoices):
    """The kinds of things that can be found."""

    STRATEGY = "strategy", _("Strategies")
    GOAL = "goal", _("Goals")
    PRIORITY = "priority", _("Priorities")
    PLAN = "plan", _("Action plans")
    ACTIVITY = "activity", _("Activities")
    INDICATOR = "indicator", _("Indicators")
    FOLLOWUP = "followup", _("Follow-ups")
    PROGRAMME = "programme", _("Funding programmes")
    CALL = "call", _("Calls")
    DOCUMENT = "document", _("Documents")
    NEWS = "news", _("News")
    STAFF = "staff", _("Staff")
    ORGANISATION = "organisation", _("Organisations")
    CASE = "case", _("Public register")


class SearchWords(models.Model):
    """The words that a thing is found by, in one of the site's languages or in all.

    Separate from `SearchEntry`, since a document's words are many and the same in every language of the site.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=2, blank=True)
    """`sv` or `en`; empty for all."""
    vector = SearchVectorField(null=True)
    """Title (A), summary and names (B), text (C), pages of the document without places (D)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "language"], name="search_words_once"),
        ]
        indexes = [GinIndex(fields=["vector"], name="search_words_vector", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} ({self.language or 'all'})"


class SearchEntry(models.Model):
    """A thing as it is shown and filtered in one of the site's languages."""

    words = models.ForeignKey(SearchWords, on_delete=models.CASCADE, related_name="entries", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=2)
    """The language of the site: `sv` or `en`."""
    written_in = models.CharField(max_length=2)
    """The language of its text: Swedish on the English site too, if it is not translated."""
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    """Plain text that excerpts are cut from. A document's pages have their own."""
    themes = ArrayField(models.BigIntegerField(), default=list)
    year = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=40, blank=True)
    """The kind and the model's own value: `activity:late`."""
    dated = models.DateTimeField(null=True)
    """When it was published or last changed: sorts by date."""
    weight = models.FloatField(default=1.0)
    """The weight of its kind beside others that match as well."""
    heading = SearchVectorField(null=True)
    """Title and summary alone (of a document, all but its pages): small enough to rank every match by it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "language"], name="search_entry_once"),
            models.UniqueConstraint(
                fields=["words", "language"],
                name="search_entry_of_words",
                # Read for every match: an index-only scan spares the wide rows.
                include=["id", "kind", "object_id", "written_in", "themes", "year", "status", "dated", "weight"],
            ),
        ]
        indexes = [GinIndex(fields=["heading"], name="search_entry_heading", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} ({self.language})"


class PageEntry(models.Model):
    """A page of a document's current version."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="entry")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    vector = SearchVectorField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="search_page_vector", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.page)
