"""What is written in an answer, and what is said of a case beside its acts: notes, secrecy, where it was forwarded."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.attachments import AttachmentsField
from registry.models import Answer, CannedText

LONGEST_ANSWER = 50_000


class AnswerForm(forms.Form):
    """The words of an answer. What was typed comes back whatever happens."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, required=False, widget=forms.Textarea(attrs={"rows": 16})
    )
    attachments = AttachmentsField(label=_("Attach files"), required=False)

    def __init__(self, *args: Any, answer: Answer, **kwargs: Any) -> None:
        initial = {name: getattr(answer, name) for name in ("version", "subject", "body")}
        super().__init__(*args, **kwargs, initial=initial, label_suffix="")  # type: ignore[misc]
        self.fields["body"].widget.attrs["lang"] = answer.language

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("subject", "body")}


class CannedChoice(forms.ModelChoiceField):
    """A canned text in use, by its title."""

    def label_from_instance(self, text: CannedText) -> str:
        return text.title


class StartForm(forms.Form):
    """What an answer starts from."""

    canned_text = CannedChoice(
        label=_("Start from"), queryset=CannedText.objects.filter(is_current=True), required=False,
        empty_label=_("An empty page"),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why an answer is sent back to its author."""

    reason = forms.CharField(
        label=_("What should be changed?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(forms.Form):
    """A note that stays with the case."""

    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the case for staff. A note cannot be changed afterwards."),
    )


class SecrecyForm(forms.Form):
    """A secrecy mark bears provision, date and authority (OSL 2009:400, 5:5). The date is today's."""

    provision = forms.CharField(
        label=_("Provision"), max_length=200, help_text=_("The section of the law, such as OSL 21 kap. 1 §.")
    )
    authority = forms.CharField(label=_("Authority"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, initial={"authority": settings.REGION_NAME}, label_suffix="")  # type: ignore[misc]


class ForwardForm(forms.Form):
    """Where a message belongs that came to the wrong place (FL 2017:900, 6 and 8 §§)."""

    authority = forms.CharField(
        label=_("Which authority or person?"), max_length=200, help_text=_("The sender is told this name.")
    )
    contact = forms.CharField(
        label=_("How they are reached"), max_length=200, required=False,
        help_text=_("An e-mail address, a telephone number or a web address. The sender is told this too."),
    )  # fmt: skip
