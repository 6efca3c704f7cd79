from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """A number series. The public can see which there are (JO 3579-2005)."""

    code = models.SlugField(_("code"), max_length=10, unique=True)
    title = models.CharField(_("title"), max_length=120)
    answers_need_approval = models.BooleanField(
        _("answers need approval"),
        default=False,
        help_text=_("Answers in this series are only sent after the registrar has approved them."),
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SeriesYear(models.Model):
    """The last number of a series in a year. Taking a number locks this row until the commit."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("year of a series")
        verbose_name_plural = _("years of series")
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="registry_seriesyear_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}"
