"""Editors' synonyms, and the vocabulary of published texts."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class SynonymGroup(models.Model):
    """Synonyms: whoever searches for one finds them all."""

    words = models.TextField(
        _("synonyms"),
        help_text=_("One word or phrase on each line, such as “RUS” and “regional utvecklingsstrategi”."),
    )
    updated_at = models.DateTimeField(_("last updated"), auto_now=True)

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return ", ".join(self.words.split("\n"))


class Word(models.Model):
    """A dictionary form that occurs, or once occurred, in published texts: a candidate for a misspelt word.

    It is proposed only if something that the public may read holds its lexeme.
    """

    word = models.CharField(max_length=60)
    lexeme = models.CharField(max_length=60)
    language = models.CharField(max_length=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="search_word_once")]
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_alike")]

    def __str__(self) -> str:
        return self.word
