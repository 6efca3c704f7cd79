from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.case import Case


class CaseText(models.Model):
    """The search index of a case for staff: all its words. Destroyed with the case."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="words")
    vector = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("words of a case")
        verbose_name_plural = _("words of cases")
        indexes = [GinIndex(fields=["vector"], name="registry_casetext_vector")]

    def __str__(self) -> str:
        return str(self.case)


class CaseTitle(models.Model):
    """The search index of a case for the public: the words of its public title, kept when the case is disposed of."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="title_words")
    vector = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("words of a public title")
        verbose_name_plural = _("words of public titles")
        indexes = [GinIndex(fields=["vector"], name="registry_casetitle_vector")]

    def __str__(self) -> str:
        return str(self.case)
