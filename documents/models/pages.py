"""The text of each page of a file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.versions import DocumentVersion


class Page(models.Model):
    """The text of one page, extracted by the worker. Slides and sheets are pages; a Word file is a single one."""

    shown_on_pages = False
    """No cached page shows it, so saving it does not raise the content's generation."""

    version = models.ForeignKey(
        DocumentVersion, on_delete=models.CASCADE, related_name="texts", verbose_name=_("version")
    )
    number = models.PositiveIntegerField(_("page"))
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="documents_page_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="documents_page_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.number}"
