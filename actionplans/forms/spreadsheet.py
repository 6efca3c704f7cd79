"""The forms to upload and download files of activities."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from actionplans.models import ActionPlan
from actionplans.ownership import find_own_plans


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
