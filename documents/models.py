"""Documents with one address for ever, and the versions of their files."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import StaffMember
from publishing.models import Addressed, Publishable


class Kind(models.TextChoices):
    """What a document is."""

    STRATEGY = "strategy", _("Strategy")
    SHORT_VERSION = "short_version", _("Short version")
    TRANSLATION = "translation", _("Translation")
    FOLLOW_UP = "follow_up", _("Follow-up")
    ACTION_PLAN = "action_plan", _("Action plan")
    KNOWLEDGE_BASE = "knowledge_base", _("Knowledge base")


class Language(models.TextChoices):
    """The language a document is written in (ISO 639-1)."""

    SV = "sv", _("Swedish")
    EN = "en", _("English")


class Document(Addressed, Publishable):
    """A document as the public knows it: its address stays, its file may be replaced."""

    url_name = "documents:detail"

    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    language = models.CharField(_("written in"), max_length=2, choices=Language, default=Language.SV)
    responsible = models.ForeignKey(
        StaffMember,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("responsible"),
    )
    reference = models.CharField(
        _("registration number"), max_length=40, blank=True, help_text=_("The number of the case, if there is one.")
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["kind", "title"]

    def __str__(self) -> str:
        return self.title

    @property
    def current_version(self) -> "DocumentVersion | None":
        """The newest version, out of `versions` as fetched: lists prefetch them."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)

    def get_file_url(self) -> str:
        """Where the current file is always found."""
        return reverse("documents:file", args=[self.slug])


class DocumentVersion(models.Model):
    """One file that a document has had. It is never changed: a new file is a new version."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="versions", verbose_name=_("document")
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    file = models.FileField(_("file"), upload_to="%Y/%m/")
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    pages = models.PositiveIntegerField(_("pages"), editable=False)
    is_tagged = models.BooleanField(_("tagged for assistive technology"), default=False, editable=False)
    change_note = models.CharField(_("what changed"), max_length=300)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

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

    def __str__(self) -> str:
        return f"{self.document} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("documents:version", args=[self.document.slug, self.number])


def with_versions(documents: models.QuerySet[Document]) -> models.QuerySet[Document]:
    """The documents with what a list shows of their files, in one more query."""
    return documents.prefetch_related("versions")
