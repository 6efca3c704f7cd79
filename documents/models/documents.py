"""Documents, as the public knows them."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import StaffMember
from publishing.models import Addressed, Publication, Publishable

if TYPE_CHECKING:
    from documents.models.versions import DocumentVersion

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\s]+')
"""Signs that some file system refuses in a name, and any run of white space."""
LONGEST_NAME = 120


NOT_ITSELF = _("A document cannot stand here for itself. Choose another one, or none.")
RELATIONS = {
    "replaces": _("“%(document)s” in its turn replaces this document. Choose another one, or none."),
    "translation_of": _("“%(document)s” is a translation of this document. Choose another one, or none."),
    "accessible_version": _("“%(document)s” refers to this document as the accessible one. Choose another, or none."),
}
"""The relations of a document to another, each with what is said of a circle."""


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
    awaits_file = False
    """Set by whoever saves a newer file right after the document: that one goes public, and not the one before it."""

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
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
        help_text=_("The document that this one takes the place of."),
    )
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
        help_text=_("The document in the language it was first written in."),
    )
    accessible_version = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accessible_version_of",
        verbose_name=_("accessible version"),
        help_text=_("A document that says the same and can be read by everyone."),
    )
    inaccessible_reason = models.TextField(
        _("why there is no accessible version"),
        blank=True,
        help_text=_("Shown on the document's page, when its file cannot be read by everyone."),
    )

    class Meta(Publishable.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["kind", "title"]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the document the newest version of its file goes public, now or by the clock."""
        was_public = self.pk is not None and Document.objects.published().filter(pk=self.pk).exists()
        super().save(*args, **kwargs)
        if not was_public and not self.awaits_file:
            self.release_newest(anew=True)

    def release_newest(self, *, anew: bool) -> None:
        """Write down since when the public can read the newest file. Earlier ones that it never could stay unread.

        `anew` says that the document is not public yet, or again: then the newest file that is not withdrawn is meant.
        In a document that is public all the time only a file newer than all others is, so that none that was left
        aside as a draft comes forth because a later one is taken away.
        """
        now = timezone.now()
        versions = self.versions.order_by("-number")
        versions.filter(public_from__gt=now).update(public_from=None)  # replaced before its moment came, or meant anew
        newest = versions.filter(withdrawn_at=None).first() if anew else versions.first()
        moment = self._public_moment(now)
        if moment and newest and newest.is_sound and newest.public_from is None:
            versions.filter(pk=newest.pk).update(public_from=moment)

    def _public_moment(self, now: datetime) -> datetime | None:
        """When the public can next read the document; None if it cannot as things stand."""
        if self.publication != Publication.PUBLISHED or self.publish_from is None:
            return None
        moment = max(now, self.publish_from)
        return moment if self.publish_until is None or moment < self.publish_until else None

    def clean(self) -> None:
        super().clean()
        errors = {name: why for name in RELATIONS if (why := self._why_not(name))}
        if "translation_of" not in errors and (why := self._why_no_translation()):
            errors["translation_of"] = why
        if errors:
            raise ValidationError(errors)

    def _why_not(self, name: str) -> str:
        """Why what the relation names cannot stand there; empty where it can."""
        other = first = getattr(self, name)
        passed = set()
        while other is not None and other.pk not in passed:
            if other == self:
                return str(RELATIONS[name] if first != self else NOT_ITSELF) % {"document": first}
            passed.add(other.pk)
            other = getattr(other, name)
        return ""

    def _why_no_translation(self) -> str:
        """Translations name the document in the language that it was first written in, and nothing between."""
        original = self.translation_of
        if original is None:
            return ""
        names = {"document": original, "original": original.translation_of}
        if original.translation_of is not None:
            return gettext("“%(document)s” is itself a translation. Choose “%(original)s” instead.") % names
        if original.language == self.language:
            return gettext("“%(document)s” is written in the same language as this one. Choose another.") % names
        if self.pk and self.translations.exists():
            return gettext("This document has translations of its own, so it is an original. Leave this empty.")
        return ""

    @property
    def current_version(self) -> "DocumentVersion | None":
        """The newest version that the public may have, out of `versions` as fetched: lists prefetch them."""
        public = [version for version in self.versions.all() if version.is_public]
        return max(public, key=lambda version: version.number, default=None)

    @property
    def coming_version(self) -> "DocumentVersion | None":
        """The version that the public gets once the document is published, out of `versions` as fetched."""
        left = [version for version in self.versions.all() if version.withdrawn_at is None]
        newest = max(left, key=lambda version: version.number, default=None)
        return newest if newest and newest.is_sound else None

    @property
    def own_title(self) -> str:
        """The title in the language that the document is written in."""
        return str(getattr(self, f"title_{self.language}", None) or self.title)

    @property
    def year(self) -> int | None:
        """The year of the decision."""
        return self.decided_on.year if self.decided_on else None

    @property
    def plain_name(self) -> str:
        """What its file is called, without an ending: the title, and the year where the title has none."""
        title = NOT_IN_NAMES.sub(" ", self.own_title).strip()[:LONGEST_NAME].strip(" .")
        return f"{title} {self.year}" if self.year and not YEAR.search(title) else title

    def get_file_url(self) -> str:
        """Where the current file is always found."""
        return reverse("documents:file", args=[self.slug])


def with_versions(documents: models.QuerySet[Document]) -> models.QuerySet[Document]:
    """The documents with what a list shows of their files, in one more query. Contents, which may be long, wait."""
    versions: Any = Document.versions.rel.related_model
    return documents.prefetch_related(models.Prefetch("versions", versions.objects.defer("outline")))
