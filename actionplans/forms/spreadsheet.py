"""The forms to download and upload files of activities, and to save what was previewed."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from actionplans.models import ActionPlan, ActivityImport
from actionplans.ownership import find_own_plans
from actionplans.spreadsheet.importer import Saving, explain_no_draft
from actionplans.spreadsheet.preview import Report

Manner = ActivityImport.Manner


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_("An .xlsx file of up to 20 MB and 10,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,  # `parser` refuses it with a sentence of its own
        error_messages={"required": _("Choose a file."), "missing": _("Choose a file.")},
    )


class ExportForm(forms.Form):
    """The plan to download: one of the user's own, or all of them."""

    plan = forms.ModelChoiceField(
        ActionPlan.objects.none(), label=_("Action plan"), required=False, empty_label=_("All my plans")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["plan"]
        field.queryset = find_own_plans(user).distinct()


class ConfirmForm(forms.Form):
    """How a previewed file is to be saved: as drafts or published, and with which change note."""

    note_sv = forms.CharField(
        label=_("Change note in Swedish"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "sv"}),
        help_text=_(
            "What readers should know about the changes, in one sentence. It is shown in the public change log, and "
            "as the text of status reports. If you leave it empty, it says that an Excel file was read in."
        ),
    )
    note_en = forms.CharField(
        label=_("Change note in English"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
    )
    manner = forms.ChoiceField(
        choices=Manner.choices,
        error_messages={
            "required": _("Choose whether to save as drafts or to publish."),
            "invalid_choice": _("Choose whether to save as drafts or to publish."),
        },
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_manner(self) -> str:
        manner: str = self.cleaned_data["manner"]
        if manner == Manner.DRAFTS and self.report.public_reports:
            raise ValidationError(explain_no_draft())
        return manner

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("note_en") and not self.cleaned_data.get("note_sv"):
            self.add_error("note_sv", _("Write the change note in Swedish too."))
        return cleaned

    def get_saving(self) -> Saving:
        given = self.cleaned_data
        return Saving(given["manner"], given["note_sv"], given["note_en"])
