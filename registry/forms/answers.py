"""Forms for writing an answer, starting it from a canned text and sending it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.files.attachments import AttachmentsField
from registry.models import Answer, CannedText

LONGEST_ANSWER = 50_000


class AnswerForm(forms.Form):
    """Subject, text and files of an answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, required=False, widget=forms.Textarea(attrs={"rows": 16})
    )
    attachments = AttachmentsField(label=_("Attach files"), required=False)
    holds_nothing_secret = forms.BooleanField(
        label=_("The answer and its files contain nothing secret and can be sent by e-mail"), required=False
    )

    def __init__(self, *args: Any, answer: Answer, **kwargs: Any) -> None:
        initial = {name: getattr(answer, name) for name in ("version", "subject", "body")}
        super().__init__(*args, **kwargs, initial=initial, label_suffix="")  # type: ignore[misc]
        self.fields["body"].widget.attrs["lang"] = answer.language

    def now_at(self, version: int) -> None:
        """Continue from a saved version: the next post is compared with it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = version
        self.data = data

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("subject", "body")}


class CannedChoice(forms.ModelChoiceField):
    def label_from_instance(self, text: CannedText) -> str:
        return text.title


class StartForm(forms.Form):
    canned_text = CannedChoice(
        label=_("Start from"), queryset=CannedText.objects.filter(is_current=True), required=False,
        empty_label=_("Blank answer"),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What needs to be changed?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
