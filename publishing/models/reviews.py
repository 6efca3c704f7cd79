"""Drafts that somebody else is to read, and what is said about them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing.models.drafts import Draft


class Review(models.Model):
    """Somebody has been asked to read a draft. It ends when the draft is published, sent back or taken back."""

    shown_on_pages = False

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="review")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    note = models.TextField(_("note to the reader"), blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return str(self.draft)


class Comment(models.Model):
    """What somebody says about a draft, or about one of its fields."""

    shown_on_pages = False

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    field = models.CharField(_("field"), max_length=100, blank=True)
    """The name of the field in the form; empty if it is about the whole."""
    text = models.TextField(_("comment"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("by"), max_length=160)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
