"""The contact form: what a visitor may send, and the sentences that say what to mend."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.filetypes import detect
from registry.public_forms import LineField, PublicForm, TextField
from registry.services.receiving import Attachment

FILES_AT_MOST = 10
MEBIBYTE = 2**20
FILE_SIZE_AT_MOST = 20 * MEBIBYTE
MESSAGE_AT_MOST = 50_000
"""Characters: about twenty printed pages."""


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
        return Attachment(name=name, content_type=content_type, content=file.file)  # type: ignore[arg-type]


class ContactForm(PublicForm):
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_about(self) -> str:
        """The page one came from: a path of this site, or nothing."""
        about = self.cleaned_data["about"]
        return _printable(about)[:300] if about.startswith("/") else ""


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:200]
