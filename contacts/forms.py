"""The contact form: what a visitor may send, and the sentences that say what to mend."""

import time
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import archives
from registry.filetypes import detect
from registry.personal_numbers import holds_personal_number
from registry.services.receiving import Attachment

FILES_AT_MOST = 10
MEBIBYTE = 2**20
FILE_SIZE_AT_MOST = 20 * MEBIBYTE
MESSAGE_AT_MOST = 50_000
"""Characters: about twenty printed pages."""
TOKEN_LASTS = timedelta(hours=24)
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What Django puts where the browser sent bytes that are not UTF-8."""
signer = signing.TimestampSigner(salt="contact-form")


class ManyFilesInput(forms.ClearableFileInput):
    """A file field for several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class AttachmentsField(forms.FileField):
    """Several files, each of a type that we take, judged by content. Cleans to a list of `Attachment`."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Attachment]:  # noqa: ARG002
        files = [file for file in data or [] if file]
        if len(files) > FILES_AT_MOST:
            raise forms.ValidationError(
                _("You attached %(count)d files. Attach at most %(limit)d, or send several messages.")
                % {"count": len(files), "limit": FILES_AT_MOST}
            )
        return [self._checked(file) for file in files]

    def _checked(self, file: UploadedFile) -> Attachment:
        name = _printable(file.name or "")
        if not file.size:
            raise forms.ValidationError(_("The file “%(name)s” is empty. Choose it again.") % {"name": name})
        if file.size > FILE_SIZE_AT_MOST:
            raise forms.ValidationError(
                _("The file “%(name)s” is larger than %(limit)d MB. Send a smaller one.")
                % {"name": name, "limit": FILE_SIZE_AT_MOST // MEBIBYTE}
            )
        content_type = detect(file.file)  # type: ignore[arg-type]
        if content_type is None:
            raise forms.ValidationError(
                _(
                    "The file “%(name)s” is not of a kind that we can take. "
                    "Send it as PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or plain text."
                )
                % {"name": name}
            )
        if damage := archives.fault(file.file, content_type):  # type: ignore[arg-type]
            raise forms.ValidationError(
                _("The file “%(name)s” cannot be taken: %(fault)s. Save it anew, or send it as PDF.")
                % {"name": name, "fault": damage}
            )
        return Attachment(name=name, content_type=content_type, content=file.file)  # type: ignore[arg-type]


class ReadableText:
    """Says in words where a text holds what cannot be stored, instead of losing it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)  # type: ignore[misc]
        if UNREADABLE in text or "\x00" in text:
            raise forms.ValidationError(
                _("The text holds characters that could not be read. Look for “%(mark)s” and write them again.")
                % {"mark": UNREADABLE}
            )
        return text


class LineField(ReadableText, forms.CharField):
    """One line: line breaks become spaces, so that no header can be smuggled in."""

    default_validators = [
        validator
        for validator in forms.CharField.default_validators
        if not isinstance(validator, ProhibitNullCharactersValidator)
    ]

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class TextField(ReadableText, forms.CharField):
    """Several lines."""

    widget = forms.Textarea


class ContactForm(forms.Form):
    """A message to the region. Name and address may be left out: an anonymous message is taken too."""

    field_order = ["subject", "message", "attachments", "name", "email"]
    """As on the page, so that the error summary leads down it."""

    name = LineField(label=gettext_lazy("Your name"), max_length=200, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        help_text=gettext_lazy("Without an address we cannot answer you."),
        error_messages={"invalid": gettext_lazy("Write an e-mail address like name@example.com, or leave it empty.")},
    )
    subject = LineField(
        label=gettext_lazy("What is it about?"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Write in a few words what your message is about."),
            "max_length": gettext_lazy("Shorten the subject to at most 200 characters."),
        },
    )
    message = TextField(
        label=gettext_lazy("Message"),
        max_length=MESSAGE_AT_MOST,
        error_messages={
            "required": gettext_lazy("Write your message."),
            "max_length": gettext_lazy(
                "The message has %(show_value)d characters. Shorten it to at most %(limit_value)d, "
                "or attach the text as a file."
            ),
        },
    )
    attachments = AttachmentsField(
        label=gettext_lazy("Attach files"),
        required=False,
        help_text=gettext_lazy(
            "At most ten files of 20 MB: PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or plain text."
        ),
    )
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    """The honeypot: hidden from people, filled in by machines."""

    personal_number_confirmed = forms.BooleanField(
        label=gettext_lazy("Send it anyway, with the personal identity number"), required=False
    )
    """Asked for only where a number was found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seconds_open = 0.0
        self.holds_personal_number = False
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_about(self) -> str:
        """The page one came from: a path of this site, or nothing."""
        about = self.cleaned_data["about"]
        return _printable(about)[:300] if about.startswith("/") else ""

    def clean_token(self) -> uuid.UUID:
        """The form's own token, which also tells how long it has been open."""
        try:
            value = signer.unsign(self.cleaned_data["token"], max_age=TOKEN_LASTS)
            opened_at = signing.b62_decode(self.cleaned_data["token"].rsplit(":", 2)[1])
            token = uuid.UUID(value)
        except (signing.BadSignature, ValueError, IndexError) as error:
            raise forms.ValidationError(
                _("The page had been open too long to be sent. Your text is still here: send it once more.")
            ) from error
        self.seconds_open = time.time() - opened_at
        return token

    def clean(self) -> dict[str, Any]:
        """Warn of a personal identity number before it is sent; whoever wants to send it may."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        text = f"{given.get('subject', '')}\n{given.get('message', '')}"
        self.holds_personal_number = holds_personal_number(text)
        if self.holds_personal_number and not given.get("personal_number_confirmed"):
            self.add_error("personal_number_confirmed", self._warning(has_files=bool(given.get("attachments"))))
        return given

    @property
    def only_warns(self) -> bool:
        """Whether nothing is wrong but that the sender has not confirmed: the token is still good."""
        return list(self.errors) == ["personal_number_confirmed"]

    def _warning(self, *, has_files: bool) -> str:
        warning = _(
            "Your message seems to hold a personal identity number. What you send becomes a public document that "
            "others may ask to read. Take the number out, or tick the box and send the message as it is."
        )
        return f"{warning} {_('Choose your files once more: they could not be kept.')}" if has_files else warning

    def renew_token(self) -> None:
        """Give the form as it is shown again a token of its own, with what was typed intact."""
        data: Any = self.data.copy()
        data["token"] = new_token()
        self.data = data


def new_token() -> str:
    """A signed, timed, unguessable token for one message."""
    return signer.sign(str(uuid.uuid4()))


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:200]
