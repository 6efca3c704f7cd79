"""Why a file is not accepted, and what the editor who chose it can do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty": _("The file is empty. Choose it again, or save the document anew."),
    "not_taken": _(
        "The file is of a kind that cannot be published. "
        "Save it as PDF, Word (docx), Excel (xlsx), PowerPoint (pptx) or OpenDocument text (odt) and choose that file."
    ),
    "old_office": _(
        "The file is in a format that Office used before 2007. Save it as docx, xlsx or pptx, or as PDF, "
        "and choose that file."
    ),
    "mislabelled": _(
        "The name of the file ends in “%(suffix)s”, but its content is %(format)s. "
        "Change the end of the name to “.%(right)s”, or choose the file that you meant."
    ),
    "encrypted": _(
        "The file is protected with a password or encrypted. Save it without protection and choose it again."
    ),
    "macros": _("The file holds macros, which nobody should need to run. Save it without macros and choose it again."),
    "script": _("The PDF holds scripts that run when it is read. Print it to a new PDF and choose that file."),
    "program": _(
        "The PDF holds a command that starts a program or reads other files. "
        "Print it to a new PDF and choose that file."
    ),
    "attachments": _(
        "The PDF carries other files within it, which nobody could search or check. "
        "Remove them and publish each as a document of its own."
    ),
    "two_things": _(
        "The file is a PDF and something else at once. Save the document as a PDF again and choose the new file."
    ),
    "broken": _("The file is damaged and cannot be read. Save the document again and choose the new file."),
    "broken_office": _("The file cannot be taken: %(fault)s. Save it anew, or as PDF, and choose the new file."),
    "too_many_pages": _("The file has more than 10,000 pages. Divide it into several documents."),
    "too_many_objects": _(
        "The file is made of too many parts to be read. Print it to a new PDF, or divide it into several documents."
    ),
    "too_heavy": _(
        "The file takes too much time or memory to read. Print it to a new PDF with smaller pictures, "
        "or divide it into several documents."
    ),
}  # fmt: skip


def make_refusal(code: str, **details: str) -> ValidationError:
    """Return the error to raise. What the sandbox says is only looked up here, never shown."""
    if code not in SENTENCES:
        code = "broken"
    if code == "broken_office":
        details["fault"] = gettext(details["fault"])
    return ValidationError(SENTENCES[code], code=code, params=details)
