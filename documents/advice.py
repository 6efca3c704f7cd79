"""For each fault of a file: what is wrong, whom it shuts out, and how to mend it in common programs."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from documents.models import Fault

WORD, LIBREOFFICE, ACROBAT = "Word", "LibreOffice", "Acrobat"


class Advice(NamedTuple):
    """Sentences for an editor. `mend` holds pairs of a program and what to do in it."""

    wrong: Any
    whom: Any
    mend: tuple[tuple[str, Any], ...]


ADVICE = {
    Fault.HIDDEN_CONTENT: Advice(
        _("The file holds what its readers do not see."),
        _(
            "Whoever fetches the file can bring it forth, also what was meant for nobody outside, such as personal "
            "data. The portal neither shows it nor finds it by search."
        ),
        (
            (
                WORD,
                _(
                    "Choose File, Info, Check for Issues, Inspect Document, and remove what it finds. In Excel show "
                    "hidden sheets, rows and columns first (right-click, Unhide) and delete what is not to be read. "
                    "Accept or reject tracked changes under Review."
                ),
            ),
            (
                LIBREOFFICE,
                _(
                    "Show hidden sheets, rows and columns (right-click, Show) and delete what is not to be read. "
                    "Choose Edit, Track Changes, Accept All. Delete comments and notes. Save the file anew."
                ),
            ),
            (
                ACROBAT,
                _("Choose Tools, Redact, Remove Hidden Information, or print what is to be read to a new PDF."),
            ),
        ),
    ),
    Fault.NO_TEXT: Advice(
        _("The pages are only pictures of text."),
        _(
            "A screen reader finds nothing to read, nobody can enlarge or copy the text, and the portal's search "
            "does not find its words."
        ),
        (
            (WORD, _("Find the original and save it as a PDF from there. A scanned paper is never as good.")),
            (LIBREOFFICE, _("Open the original and choose File, Export As, Export as PDF.")),
            (
                ACROBAT,
                _(
                    "Where only the paper is left: choose Scan & OCR, Recognize Text, In This File. Correct what it "
                    "got wrong, then choose Prepare for accessibility, Automatically tag PDF."
                ),
            ),
        ),
    ),
    Fault.UNTAGGED: Advice(
        _("The file has no tags that say what is a heading, a list or a table."),
        _(
            "Those who listen with a screen reader get the text in the wrong order, without headings to move by. "
            "Those who enlarge the text on a phone cannot let it flow."
        ),
        (
            (
                WORD,
                _(
                    "Use the heading styles. Choose File, Save As, PDF, then Options, and tick “Document structure "
                    "tags for accessibility”. Printing to PDF loses the tags."
                ),
            ),
            (
                LIBREOFFICE,
                _("Choose File, Export As, Export as PDF, and tick “Universal Accessibility (PDF/UA)” under General."),
            ),
            (
                ACROBAT,
                _(
                    "Where there is no original: choose Prepare for accessibility, Automatically tag PDF, and look "
                    "through the reading order."
                ),
            ),
        ),
    ),
    Fault.SOME_PAGES_WITHOUT_TEXT: Advice(
        _("Some of the pages are only pictures."),
        _("Nobody can search, enlarge or listen to what stands on them. A cover is no harm; a scanned appendix is."),
        (
            (WORD, _("Put in the text itself instead of a picture of it, or describe the picture in its alt text.")),
            (LIBREOFFICE, _("Put in the text itself, or describe the picture under Properties, Alternative text.")),
            (ACROBAT, _("Choose Scan & OCR, Recognize Text, and only the pages that lack text.")),
        ),
    ),
    Fault.NOT_INSPECTED: Advice(
        _("The file could not be looked through, so nobody knows what is wrong with it."),
        _("It may be that some people cannot read it. It is shown as it is."),
        (
            (WORD, _("Open the original and save it anew. A smaller file with fewer pictures is easier to look at.")),
            (LIBREOFFICE, _("Open the original and export it anew.")),
            (ACROBAT, _("Choose File, Save As Other, Reduced Size PDF, and add the new file.")),
        ),
    ),
    Fault.NO_LANGUAGE: Advice(
        _("The file does not say what language it is written in."),
        _("A screen reader may read Swedish with English sounds, which cannot be understood."),
        (
            (
                WORD,
                _("Select all text, choose Review, Language, Set Proofing Language, and save as a PDF again."),
            ),
            (LIBREOFFICE, _("Choose Tools, Language, For All Text, and export again.")),
            (ACROBAT, _("Choose Menu, Document Properties, Advanced, and set Language under Reading Options.")),
        ),
    ),
    Fault.NO_BOOKMARKS: Advice(
        _("The file is long but has no bookmarks."),
        _("Nobody can jump to a chapter, and the document's page cannot show its contents."),
        (
            (
                WORD,
                _("Use the heading styles. When saving as a PDF, choose Options, “Create bookmarks using Headings”."),
            ),
            (LIBREOFFICE, _("Use the heading styles, and tick “Outlines” when exporting.")),
            (ACROBAT, _("Open Bookmarks and choose New Bookmarks from Structure.")),
        ),
    ),
    Fault.NO_TITLE: Advice(
        _("The file has no title of its own."),
        _("Who opens it sees and hears the file's name instead of what the document is called."),
        (
            (WORD, _("Choose File, Info, write a Title, and save again.")),
            (LIBREOFFICE, _("Choose File, Properties, Description, write a Title, and export again.")),
            (ACROBAT, _("Choose Menu, Document Properties, Description, and write a Title.")),
        ),
    ),
}
LANGUAGE_DIFFERS = Advice(
    _("The file says that it is written in another language than the document here."),
    _("A screen reader reads it with the sounds of the wrong language, and the search looks for the wrong words."),
    (
        (WORD, _("Select all text and set the right language under Review, Language. Save again.")),
        (LIBREOFFICE, _("Choose Tools, Language, For All Text, and export again.")),
        (ACROBAT, _("Choose Menu, Document Properties, Advanced, and set Language under Reading Options.")),
    ),
)
