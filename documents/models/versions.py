"""The versions of a document's file, what was found in them, and how far they have been processed."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from documents.models.documents import Document
from files import media_types
from files.scan_queue import READABLE, Scan


class MediaType(models.TextChoices):
    """The accepted formats (RFC 6838 names)."""

    PDF = media_types.PDF, "PDF"
    DOCX = media_types.DOCX, "Word"
    XLSX = media_types.XLSX, "Excel"
    PPTX = media_types.PPTX, "PowerPoint"
    ODT = media_types.ODT, "OpenDocument"

    @property
    def suffix(self) -> str:
        """The suffix of a file's name, as in `docx`."""
        return self.name.lower()

    def extent(self, pages: int | None) -> str:
        """Return how long a file of the format is, in words; empty if the number is unknown."""
        if not pages:
            return ""
        if self == MediaType.PPTX:
            return ngettext("%(pages)s slide", "%(pages)s slides", pages) % {"pages": pages}
        if self == MediaType.XLSX:
            return ngettext("%(pages)s sheet", "%(pages)s sheets", pages) % {"pages": pages}
        return ngettext("%(pages)s page", "%(pages)s pages", pages) % {"pages": pages}


class Fault(models.TextChoices):
    """Faults that keep some people, or the search, from reading a file (EN 301 549, chapter 10; PDF/UA-1)."""

    UNTAGGED = "untagged", _("without tags")
    NO_TEXT = "no_text", _("only images of pages")
    SOME_PAGES_WITHOUT_TEXT = "some_no_text", _("some pages are only images")
    NO_LANGUAGE = "no_language", _("no language stated")
    NO_TITLE = "no_title", _("no title")
    NO_BOOKMARKS = "no_bookmarks", _("long, without bookmarks")
    NOT_INSPECTED = "not_inspected", _("could not be checked")
    HIDDEN_CONTENT = "hidden_content", _("has hidden content")


SHUTTING_OUT = (Fault.UNTAGGED, Fault.NO_TEXT)
"""Faults that shut readers out: publishing requires an accessible version, or a reason that the public can read."""
DECIDING = {"scan", "withdrawn_at"}
"""The fields that decide whether the public may get a version."""


class Reading(models.TextChoices):
    """How far the text of a file has been extracted."""

    PENDING = "pending", _("waiting to be read")
    DONE = "done", _("read")
    FAILED = "failed", _("could not be read")


class DocumentVersionQuerySet(models.QuerySet):
    """Versions by whether the public may have them."""

    def sound(self) -> Self:
        """Filter those that passed the virus check and are not withdrawn, public or not."""
        return self.filter(scan__in=READABLE, withdrawn_at=None)

    def public(self) -> Self:
        """Filter those that the public may have if the document is published.

        A `public_from` in the future needs no comparison: the document is not published until then.
        """
        return self.sound().filter(public_from__isnull=False)


class DocumentVersion(models.Model):
    """One file of a document. It is never changed: a new file is a new version.

    What was found in it (`faults`, `outline`, the texts of its pages) may be found anew.
    """

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="versions", verbose_name=_("document")
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    file = models.FileField(_("file"), upload_to="%Y/%m/")
    media_type = models.CharField(_("format"), max_length=80, choices=MediaType, default=MediaType.PDF, editable=False)
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, editable=False, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    is_tagged = models.BooleanField(_("tagged for assistive technology"), default=False, editable=False)
    declared_language = models.CharField(_("language stated in the file"), max_length=35, blank=True, editable=False)
    declared_title = models.CharField(_("title stated in the file"), max_length=300, blank=True, editable=False)
    outline = models.JSONField(_("contents"), default=list, blank=True, editable=False)
    """The bookmarks in order: `[level, title, page]`; level 0 is outermost and pages count from 1."""
    faults = ArrayField(
        models.CharField(max_length=20, choices=Fault), verbose_name=_("problems"), default=list, editable=False
    )
    hidden_content = models.JSONField(_("hidden content"), default=list, blank=True, editable=False)
    """What readers of the file do not see: `[kind, place, count]`, never the content itself."""
    hidden_accepted_at = models.DateTimeField(_("hidden content accepted"), null=True, blank=True, editable=False)
    """When an editor accepted that the file is public with it."""
    change_note = models.CharField(_("what changed"), max_length=300)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    public_from = models.DateTimeField(_("public from"), null=True, blank=True, editable=False)
    """Since when the public can read it, or will by schedule; None if it never was the newest in public."""
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)

    scan = models.CharField(_("virus scan"), max_length=10, choices=Scan, default=Scan.PENDING, editable=False)
    scan_note = models.CharField(_("result of the check"), max_length=300, blank=True, editable=False)
    scan_due_at = models.DateTimeField(default=timezone.now, editable=False)
    scan_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    reading = models.CharField(_("text"), max_length=10, choices=Reading, default=Reading.PENDING, editable=False)
    reading_note = models.CharField(_("why the text is missing"), max_length=300, blank=True, editable=False)
    reading_due_at = models.DateTimeField(default=timezone.now, editable=False)
    reading_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    read_with = models.PositiveSmallIntegerField(default=0, editable=False)
    """The version of the extraction that read it (`files.extraction.facts.READER`)."""

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="documents_version_number_once"),
            models.UniqueConstraint(
                fields=["document", "checksum"],
                name="documents_version_file_once",
                violation_error_message=_("This file is already a version of the document."),
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="documents_version_number_positive"),
            models.CheckConstraint(
                condition=models.Q(checksum__regex="^[0-9a-f]{64}$"), name="documents_version_sha256"
            ),
        ]
        indexes = [
            models.Index(fields=["scan_due_at"], condition=models.Q(scan="pending"), name="documents_version_to_scan"),
            models.Index(
                fields=["reading_due_at"], condition=models.Q(reading="pending"), name="documents_version_to_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and release the version if it is the one that the public gets."""
        changed = kwargs.get("update_fields")
        if changed is not None and not DECIDING & set(changed):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            # The document is always locked first, so that this and publishing it wait for each other.
            document = Document.objects.select_for_update().get(pk=self.document_id)
            super().save(*args, **kwargs)
            document.release_newest(anew=not document.is_published())
            self.refresh_from_db(fields=["public_from"])

    def get_absolute_url(self) -> str:
        return reverse("documents:version", args=[self.document.slug, self.number])

    @property
    def is_sound(self) -> bool:
        """Mirror of `DocumentVersionQuerySet.sound` for one version."""
        return self.scan in READABLE and self.withdrawn_at is None

    @property
    def is_public(self) -> bool:
        """Mirror of `DocumentVersionQuerySet.public` for one version."""
        return self.is_sound and self.public_from is not None

    @property
    def is_known(self) -> bool:
        """Whether the public knows of it: it is public, or was before it was withdrawn."""
        return self.scan in READABLE and self.public_from is not None

    @property
    def must_accept_hidden(self) -> bool:
        """Whether it has hidden content that nobody has accepted yet."""
        return bool(self.hidden_content) and self.hidden_accepted_at is None

    @property
    def extent(self) -> str:
        """Its length in words."""
        return MediaType(self.media_type).extent(self.pages)

    def download_name(self) -> str:
        """Return the file's name for downloads; an earlier version's has its number."""
        name = self.document.plain_name
        if self != self.document.current_version:
            name = gettext("%(name)s (version %(number)d)") % {"name": name, "number": self.number}
        return f"{name}.{MediaType(self.media_type).suffix}"

    @property
    def shuts_out(self) -> bool:
        """Whether some people cannot read it at all."""
        return any(fault in SHUTTING_OUT for fault in self.faults)
