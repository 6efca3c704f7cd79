"""The form field for attached files: limits on number, size and type, by content."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from files import archives
from files.media_types import detect_type
from registry.services.registration import Attachment

FILES_AT_MOST = 10
MEBIBYTE = 2**20
FILE_SIZE_AT_MOST = 20 * MEBIBYTE


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class AttachmentsField(forms.FileField):
    """Several files of accepted types. Cleans to a list of `Attachment`."""

    widget = ManyFilesInput

    def clean(self, data: Any, _initial: Any = None) -> list[Attachment]:
        files = [file for file in data or [] if file]
        if len(files) > FILES_AT_MOST:
            raise forms.ValidationError(
                _("You attached %(count)d files. The limit is %(limit)d: attach fewer, or send several messages.")
                % {"count": len(files), "limit": FILES_AT_MOST}
            )
        return [self._checked(file) for file in files]

    def _checked(self, file: UploadedFile) -> Attachment:
        name = make_printable(file.name or "")
        if not file.size:
            raise forms.ValidationError(_("The file “%(name)s” is empty. Choose it again.") % {"name": name})
        if file.size > FILE_SIZE_AT_MOST:
            raise forms.ValidationError(
                _("The file “%(name)s” is larger than %(limit)d MB. Send a smaller one.")
                % {"name": name, "limit": FILE_SIZE_AT_MOST // MEBIBYTE}
            )
        content_type = detect_type(file.file)  # type: ignore[arg-type]
        if content_type is None:
            raise forms.ValidationError(
                _(
                    "We cannot accept the file type of “%(name)s”. Send it as PDF, Word, Excel, PowerPoint, "
                    "OpenDocument, PNG, JPEG or plain text."
                )
                % {"name": name}
            )
        if damage := archives.find_fault(file.file, content_type):  # type: ignore[arg-type]
            raise forms.ValidationError(
                _("We cannot accept the file “%(name)s”: %(fault)s. Save it again, or send it as PDF.")
                % {"name": name, "fault": damage}
            )
        return Attachment(name=name, content_type=content_type, content=file.file)  # type: ignore[arg-type]


def make_printable(text: str) -> str:
    """Return a name without control characters, at most 200 long."""
    return "".join(character for character in text if character.isprintable())[:200]
