"""The base of all public forms to the registry: readable text, a token, a honeypot."""

import math
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from jobs import clock
from language.forms import ReadableText
from registry.models import Intake

TOKEN_LASTS = timedelta(hours=24)
OPEN_TOO_LONG = gettext_noop("The page was open too long to be sent. Your text is still here: send it again.")


class TokenSigner(signing.TimestampSigner):
    """Signs tokens with the time on which all nodes agree: a form opened at one may be sent to another."""

    def timestamp(self) -> str:
        return signing.b62_encode(int(clock.read_time().timestamp()))

    def read_token(self, signed: str) -> tuple[uuid.UUID, datetime]:
        """Return a token, and when it was made. Raise `BadSignature`, `ValueError` or `IndexError` if it is none."""
        token = uuid.UUID(self.unsign(signed))
        return token, datetime.fromtimestamp(signing.b62_decode(signed.rsplit(":", 2)[1]), UTC)


signer = TokenSigner(salt="contact-form")


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
            token, opened_at = signer.read_token(self.cleaned_data["token"])
        except (signing.BadSignature, ValueError, IndexError) as error:
            raise forms.ValidationError(_(OPEN_TOO_LONG)) from error
        age = clock.read_time() - opened_at
        if age > TOKEN_LASTS:
            raise forms.ValidationError(_(OPEN_TOO_LONG))
        # Opened in the future: by a node whose clock is wrong. How long it took is unknown, and no sign of a machine.
        self.seconds_open = age.total_seconds() if age > -clock.TOLERATED else math.inf
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
