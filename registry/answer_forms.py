"""An answer and what is said beside a case, as forms."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from registry.models import Answer, CannedText, Case, SecrecyMark
from registry.services import handling


class AnswerForm(forms.ModelForm):
    """What the officer writes. `version` is the answer's when the page was opened, 0 where there was none."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    canned_text = forms.ModelChoiceField(
        label=_("Started from"), queryset=CannedText.objects.filter(is_current=True), required=False
    )

    class Meta:
        model = Answer
        fields = ("canned_text", "to_name", "to_email", "subject", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]
        self.fields["body"].required = False  # a draft may still be empty; sending says what is missing


class AsideForm(forms.Form):
    """A form beside the case, posted to the case's page under its own name of an act."""

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]
        self.case, self.user = case, user

    def is_allowed(self) -> bool:
        return self.user.has_perm("registry.change_case")

    def save(self) -> None:
        raise NotImplementedError


class NoteForm(AsideForm):
    """A note for the staff; an officer writes them in her own cases too."""

    note = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def is_allowed(self) -> bool:
        return super().is_allowed() or self.case.assigned_to_id == self.user.pk

    def save(self) -> None:
        handling.write_note(self.case, self.cleaned_data["note"], self.user)


class SecrecyForm(AsideForm):
    """A secrecy mark (OSL 2009:400, 5:5)."""

    provision = forms.CharField(
        label=_("Provision"), max_length=200, help_text=_("The section of the law, such as OSL 21 kap. 1 §.")
    )
    authority = forms.CharField(label=_("Authority"), max_length=200)

    def save(self) -> None:
        handling.mark_secret(self.case, **self.cleaned_data, user=self.user)


class LiftForm(AsideForm):
    """Take a mark back, which must be one of this case that is in force."""

    mark = forms.ModelChoiceField(queryset=SecrecyMark.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks: Any = self.fields["mark"]
        marks.queryset = self.case.secrecy_marks.filter(lifted_on=None)

    def save(self) -> None:
        if not self.is_allowed():
            raise PermissionDenied
        handling.lift_secrecy(self.cleaned_data["mark"], self.user)


ASIDE: dict[str, type[AsideForm]] = {"note": NoteForm, "mark": SecrecyForm, "lift": LiftForm}
"""Name of the posted act → its form."""
