"""The contact form and its error messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from language.forms import TextField
from registry.files.attachments import AttachmentsField, make_printable
from registry.personal_numbers import holds_personal_number
from registry.public.forms import LineField, PublicForm

MESSAGE_AT_MOST = 50_000
"""Characters: about twenty printed pages."""


class ContactForm(PublicForm):
    """A message to the region. Name and address may be left out: an anonymous message is taken too."""

    field_order = ["subject", "message", "attachments", "name", "email"]
    """As on the page, for the order of the error summary."""

    name = LineField(label=gettext_lazy("Your name"), max_length=200, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        help_text=gettext_lazy("Without an address we cannot answer you."),
        error_messages={"invalid": gettext_lazy("Enter an e-mail address, like name@example.com, or leave it empty.")},
    )
    subject = LineField(
        label=gettext_lazy("What is it about?"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Enter a few words about your message."),
            "max_length": gettext_lazy("Shorten the subject to 200 characters or fewer."),
        },
    )
    message = TextField(
        label=gettext_lazy("Message"),
        max_length=MESSAGE_AT_MOST,
        error_messages={
            "required": gettext_lazy("Enter your message."),
            "max_length": gettext_lazy(
                "The message is %(show_value)d characters long. Shorten it to %(limit_value)d or fewer, or attach "
                "the text as a file."
            ),
        },
    )
    attachments = AttachmentsField(
        label=gettext_lazy("Attach files"),
        required=False,
        help_text=gettext_lazy(
            "Up to ten files of 20 MB each: PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or plain text."
        ),
    )
    about = forms.CharField(required=False, widget=forms.HiddenInput)

    personal_number_confirmed = forms.BooleanField(
        label=gettext_lazy("Send it anyway, including the personal identity number"), required=False
    )
    """Shown only if a number was found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holds_personal_number = False
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_about(self) -> str:
        """Return the page that linked to the form: a path of this site, or an empty text."""
        about = self.cleaned_data["about"]
        return make_printable(about)[:300] if about.startswith("/") else ""

    def clean(self) -> dict[str, Any]:
        """Warn of a personal identity number; it can be sent after confirmation."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        text = f"{given.get('subject', '')}\n{given.get('message', '')}"
        self.holds_personal_number = holds_personal_number(text)
        if self.holds_personal_number and not given.get("personal_number_confirmed"):
            self.add_error("personal_number_confirmed", self._warning(has_files=bool(given.get("attachments"))))
        return given

    @property
    def only_warns(self) -> bool:
        """Whether the missing confirmation is the only error: then the token is still valid."""
        return list(self.errors) == ["personal_number_confirmed"]

    def _warning(self, *, has_files: bool) -> str:
        warning = _(
            "Your message seems to contain a personal identity number. What you send becomes a public document "
            "that others can ask to read. Remove the number, or tick the box and send the message as it is."
        )
        return f"{warning} {_('Choose your files once more: they could not be kept.')}" if has_files else warning
