"""News about the strategy and its plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from publishing.models import Addressed, Publishable
from publishing.prose import EXTENSIONS, sanitize_prose


class NewsItem(Addressed, Publishable):
    """A news item, dated by `publish_from`."""

    url_name = "news:detail"
    heading_above_text = 1

    title = models.CharField(_("title"), max_length=160)
    ingress = models.TextField(_("introduction"), help_text=_("One or two sentences that make sense on their own."))
    body = ProseEditorField(_("text"), extensions=EXTENSIONS, sanitize=sanitize_prose)

    class Meta(Publishable.Meta):
        verbose_name = _("news item")
        verbose_name_plural = _("news")
        ordering = ["-publish_from", "-pk"]

    def __str__(self) -> str:
        return self.title
