"""Documents and their relations to each other."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import StaffMember
from publishing.models import Addressed, Publication, Publishable, PublishableQuerySet

if TYPE_CHECKING:
    from documents.models.versions import DocumentVersion

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\s]+')
"""Characters that some file system refuses in a name, and any run of white space."""
LONGEST_NAME = 120


NOT_ITSELF = _("You cannot choose the document itself here. Choose another one, or none.")
RELATIONS = {
    "replaces": _("“%(document)s” already replaces this document. Choose another one, or none."),
    "translation_of": _("“%(document)s” is a translation of this document. Choose another one, or none."),
    "accessible_version": _("“%(document)s” has this document as its accessible version. Choose another, or none."),
}
"""The relations of a document to another, each with the error message for a circle."""


class Kind(models.TextChoices):
    """The kinds of document."""

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


class DocumentQuerySet(PublishableQuerySet):
    """Documents with the versions of their files."""

    def with_versions(self) -> Self:
        """Prefetch the versions, without their outlines, which may be long."""
        versions = apps.get_model("documents", "DocumentVersion").objects
        return self.prefetch_related(models.Prefetch("versions", versions.defer("outline")))

    def with_current_file(self) -> Self:
        """Annotate with what the filter asks of the current file, and the year of the decision."""
        versions = apps.get_model("documents", "DocumentVersion").objects
        current = versions.public().filter(document=models.OuterRef("pk")).order_by("-number")
        return self.annotate(
            media_type=models.Subquery(current.values("media_type")[:1]),
            added_at=models.Subquery(current.values("created_at")[:1]),
            decided_in=ExtractYear("decided_on"),
        )


class Document(Addressed, Publishable):
    """A document: its address is permanent, its file may be replaced by a new version."""

    url_name = "documents:detail"
    awaits_file = False
    """Set by callers that add a new version right after saving: that one is to be released, not the one before."""

    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    language = models.CharField(_("language of the text"), max_length=2, choices=Language, default=Language.SV)
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
        help_text=_("The document that this one replaces."),
    )
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
        help_text=_("The document in its original language."),
    )
    accessible_version = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accessible_version_of",
        verbose_name=_("accessible version"),
        help_text=_("A document with the same content that everyone can read."),
    )
    inaccessible_reason = models.TextField(
        _("why there is no accessible version"),
        blank=True,
        help_text=_("Shown on the document's page if not everyone can read its file."),
    )

    objects = DocumentQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["kind", "title"]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Release the newest version when the document goes public, now or by schedule."""
        was_public = self.pk is not None and Document.objects.published().filter(pk=self.pk).exists()
        super().save(*args, **kwargs)
        if not was_public and not self.awaits_file:
            self.release_newest(anew=True)

    def release_newest(self, *, anew: bool) -> None:
        """Set `public_from` of the newest file. Earlier files that were never public stay so.

        With `anew`, the document is (or was until now) not public: then the newest file that is not withdrawn is
        released. In a document that has been public all along only a file newer than all others is, so that no
        skipped draft is released because a later file is withdrawn.
        """
        now = timezone.now()
        versions = self.versions.order_by("-number")
        versions.filter(public_from__gt=now).update(public_from=None)  # replaced before its time, or released anew
        newest = versions.filter(withdrawn_at=None).first() if anew else versions.first()
        moment = self._public_moment(now)
        if moment and newest and newest.is_sound and newest.public_from is None:
            versions.filter(pk=newest.pk).update(public_from=moment)

    def _public_moment(self, now: datetime) -> datetime | None:
        """Return when the public can next read the document; None if it is not scheduled."""
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
        """Return why the relation is not allowed: it leads to the document itself, or back to it; empty if it is."""
        other = first = getattr(self, name)
        passed = set()
        while other is not None and other.pk not in passed:
            if other == self:
                return str(RELATIONS[name] if first != self else NOT_ITSELF) % {"document": first}
            passed.add(other.pk)
            other = getattr(other, name)
        return ""

    def _why_no_translation(self) -> str:
        """Return why `translation_of` is not allowed; empty if it is. It must be the original, in another language."""
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
        """The newest version that the public may have, out of prefetched `versions`."""
        public = [version for version in self.versions.all() if version.is_public]
        return max(public, key=lambda version: version.number, default=None)

    @property
    def known_versions(self) -> "list[DocumentVersion]":
        """The versions that are or have been public, not those replaced before the document was published."""
        return [version for version in self.versions.all() if version.is_known]

    @property
    def coming_version(self) -> "DocumentVersion | None":
        """The version that publishing the document would release, out of prefetched `versions`."""
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
        """Its file's name without the suffix: the title, and the year unless the title has one."""
        title = NOT_IN_NAMES.sub(" ", self.own_title).strip()[:LONGEST_NAME].strip(" .")
        return f"{title} {self.year}" if self.year and not YEAR.search(title) else title

    def get_file_url(self) -> str:
        """Return the permanent address of the current file."""
        return reverse("documents:file", args=[self.slug])
