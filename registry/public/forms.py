"""The base of all public forms to the registry: readable text, a token, a honeypot."""

import time
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from language.forms import ReadableText
from registry.models import Intake

TOKEN_LASTS = timedelta(hours=24)
signer = signing.TimestampSigner(salt="contact-form")


class LineField(ReadableText, forms.CharField):
    """One line: line breaks become spaces, against header injection."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class PublicForm(forms.Form):
    """A form for visitors: the same token is the same message."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        label=gettext_lazy("Leave this field blank"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    """A honeypot: hidden from people, filled in by machines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seconds_open = 0.0

    def clean_token(self) -> uuid.UUID:
        """Verify the token, and note how long the form has been open."""
        try:
            value = signer.unsign(self.cleaned_data["token"], max_age=TOKEN_LASTS)
            opened_at = signing.b62_decode(self.cleaned_data["token"].rsplit(":", 2)[1])
            token = uuid.UUID(value)
        except (signing.BadSignature, ValueError, IndexError) as error:
            raise forms.ValidationError(
                _("The page was open too long to be sent. Your text is still here: send it again.")
            ) from error
        self.seconds_open = time.time() - opened_at
        return token

    def renew_token(self) -> None:
        """Give the bound form a new token, keeping what was typed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["token"] = make_token()
        self.data = data


def make_token() -> str:
    """Return a signed, timed, unguessable token for one message."""
    return signer.sign(str(uuid.uuid4()))


def explain_already_sent(intake: Intake) -> str:
    """Return the error for another text under a token that has already arrived."""
    case = intake.case
    number = case.registration_number if case else timezone.localtime(intake.received_at).strftime("%Y-%m-%d %H:%M")
    return _(
        "You have already sent a message from this page (%(number)s), and the text is now different. Send it again "
        "if it is a new message."
    ) % {"number": number}
