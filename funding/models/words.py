"""The everyday words that editors list for themes."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from actionplans.models import Theme

SEPARATOR = re.compile(r"[\s,;]+")


class ThemeWords(models.Model):
    """Words showing that a project is about a theme: maintained by editors, used by `funding.matching`."""

    theme = models.OneToOneField(Theme, on_delete=models.CASCADE, related_name="words", verbose_name=_("theme"))
    telling = models.TextField(
        _("strong words"),
        blank=True,
        help_text=_(
            "Words that nearly always mean this theme, separated by spaces. The start of a word is enough: “fiber” "
            "also matches “fiberförening”."
        ),
    )
    hints = models.TextField(
        _("weak words"), blank=True, help_text=_("Words that often mean this theme but can also mean another.")
    )

    class Meta:
        verbose_name = _("theme words")
        verbose_name_plural = _("theme words for all themes")
        ordering = ["theme__position", "theme__slug"]

    def __str__(self) -> str:
        return str(self.theme)


def split_words(text: str) -> list[str]:
    """Return the words of an editor's list, each once, in lower case."""
    return list(dict.fromkeys(word for word in SEPARATOR.split(text.lower()) if word))
