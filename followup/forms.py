"""Forms for comparing follow-ups on the site, and for preparing and publishing them in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.forms.formsets import RowFormSet
from followup.models import Evidence, FollowUp
from followup.services import find_faults
from publishing.forms.publishable import PUBLISH, PublishableForm
from strategy.models import YEAR, Strategy


class ComparisonForm(forms.Form):
    """Two published follow-ups by slug; by default the two latest."""

    a = forms.ChoiceField(label=_("The earlier follow-up"), required=False)
    b = forms.ChoiceField(label=_("The later follow-up"), required=False)

    def __init__(self, data: Any, followups: list[FollowUp]) -> None:
        newest_last = [followup.slug for followup in sorted(followups, key=lambda row: (row.as_of, row.pk))]
        super().__init__(_completed({name: data[name] for name in ("a", "b") if data.get(name)}, newest_last))
        for name in ("a", "b"):
            self.fields[name].choices = [(followup.slug, followup.title) for followup in followups]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("a") and self.cleaned_data.get("a") == self.cleaned_data.get("b"):
            self.add_error("b", _("Choose two different follow-ups."))
        return cleaned


class FollowUpForm(PublishableForm):
    """Refuses to publish until every goal is assessed."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if PUBLISH in self.data and not self.instance.is_frozen:
            if self.instance.pk is None:
                raise ValidationError(_("Save the follow-up and assess its goals before you publish it."))
            if found := find_faults(self.instance):
                raise ValidationError(found)
        return cleaned


class EvidenceForm(forms.ModelForm):
    """A document and one of its pages."""

    class Meta:
        model = Evidence
        fields = ("document", "page", "label_sv", "label_en")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        document, page = self.cleaned_data.get("document"), self.cleaned_data.get("page")
        version = document and (document.current_version or document.coming_version)
        if version and page and page > version.pages:
            self.add_error("page", _("The document ends at page %(pages)s.") % {"pages": version.pages})
        return cleaned


class EvidenceFormSet(RowFormSet):
    """Refuses the same page with the same label twice; fetches the choice of documents once."""

    must_differ = ("document", "page", "label_sv")


class AnnualForm(forms.Form):
    """The strategy and year of an account to prepare."""

    strategy = forms.ModelChoiceField(Strategy.objects.published(), label=_("Strategy"), empty_label=None)
    year = forms.IntegerField(label=_("Year"), validators=YEAR)
    signed_by = forms.CharField(label=_("Signed by"), max_length=160, help_text=_("Name and title."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["strategy"].initial = Strategy.objects.published().filter(is_current=True).first()
        self.fields["year"].initial = today.year - 1

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise ValidationError(_("That year has not started. Choose this year or an earlier one."))
        return year


def _completed(chosen: dict[str, str], newest_last: list[str]) -> dict[str, str]:
    """Return the choice, completed with the latest others."""
    for name in ("b", "a"):
        if name not in chosen:
            others = [slug for slug in newest_last if slug not in chosen.values()]
            chosen = chosen | ({name: others[-1]} if others else {})
    return chosen
