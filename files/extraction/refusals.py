"""Why a file is not accepted, and what the editor who chose it can do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty": _("The file is empty. Choose it again, or save the document again."),
    "not_taken": _(
        "This type of file cannot be published. Save it as PDF, Word (docx), Excel (xlsx), PowerPoint (pptx) or "
        "OpenDocument text (odt) and choose that file."
    ),
    "old_office": _(
        "The file is in a format from before Office 2007. Save it as docx, xlsx, pptx or PDF and choose that file."
    ),
    "mislabelled": _(
        "The file name ends in “%(suffix)s”, but the content is %(format)s. Change the ending to “.%(right)s”, or "
        "choose the file you meant."
    ),
    "encrypted": _(
        "The file is password protected or encrypted. Save it without protection and choose it again."
    ),
    "macros": _("The file contains macros. Save it without macros and choose it again."),
    "script": _("The PDF contains scripts that run when it is opened. Print it to a new PDF and choose that file."),
    "program": _(
        "The PDF contains a command that starts a program or reads other files. Print it to a new PDF and choose "
        "that file."
    ),
    "attachments": _(
        "The PDF has other files embedded in it, which cannot be searched or checked. Remove them and publish each "
        "as a separate document."
    ),
    "two_things": _(
        "The file is both a PDF and another type of file. Save the document as a PDF again and choose the new file."
    ),
    "broken": _("The file is damaged and cannot be read. Save the document again and choose the new file."),
    "broken_office": _("The file cannot be accepted: %(fault)s. Save it again, or as PDF, and choose the new file."),
    "too_many_pages": _("The file has more than 10,000 pages. Split it into several documents."),
    "too_many_objects": _(
        "The file has too many parts to be read. Print it to a new PDF, or split it into several documents."
    ),
    "too_heavy": _(
        "The file takes too much time or memory to read. Print it to a new PDF with smaller images, or split it "
        "into several documents."
    ),
}  # fmt: skip


def make_refusal(code: str, **details: str) -> ValidationError:
    """Return the error to raise. What the sandbox says is only looked up here, never shown."""
    if code not in SENTENCES:
        code = "broken"
    if code == "broken_office":
        details["fault"] = gettext(details["fault"])
    return ValidationError(SENTENCES[code], code=code, params=details)
