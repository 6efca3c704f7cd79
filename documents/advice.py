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
        _("The file has hidden content."),
        _(
            "Anyone who downloads the file can reveal it, including content not meant for the public, such as "
            "personal data. The portal does not show it or include it in search."
        ),
        (
            (
                WORD,
                _(
                    "Choose File, Info, Check for Issues, Inspect Document, and remove what it finds. In Excel, "
                    "first show hidden sheets, rows and columns (right-click, Unhide) and delete anything that "
                    "should not be read. Accept or reject tracked changes under Review."
                ),
            ),
            (
                LIBREOFFICE,
                _(
                    "Show hidden sheets, rows and columns (right-click, Show) and delete anything that should not "
                    "be read. Choose Edit, Track Changes, Accept All. Delete comments and notes. Save the file "
                    "again."
                ),
            ),
            (
                ACROBAT,
                _("Choose Tools, Redact, Remove Hidden Information, or print what should be read to a new PDF."),
            ),
        ),
    ),
    Fault.NO_TEXT: Advice(
        _("The pages are only images of text."),
        _(
            "Screen readers have nothing to read, nobody can enlarge or copy the text, and the portal's search "
            "cannot find it."
        ),
        (
            (WORD, _("Find the original and save it as a PDF. A scan is never as good.")),
            (LIBREOFFICE, _("Open the original and choose File, Export As, Export as PDF.")),
            (
                ACROBAT,
                _(
                    "If you only have the paper copy: choose Scan & OCR, Recognize Text, In This File. Correct any "
                    "errors, then choose Prepare for accessibility, Automatically tag PDF."
                ),
            ),
        ),
    ),
    Fault.UNTAGGED: Advice(
        _("The file has no tags to mark headings, lists and tables."),
        _(
            "Screen reader users hear the text in the wrong order, with no headings to navigate by. People who "
            "enlarge the text on a phone cannot reflow it."
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
                    "If there is no original: choose Prepare for accessibility, Automatically tag PDF, and check "
                    "the reading order."
                ),
            ),
        ),
    ),
    Fault.SOME_PAGES_WITHOUT_TEXT: Advice(
        _("Some of the pages are only images."),
        _(
            "Nobody can search, enlarge or listen to those pages. This does not matter for a cover, but it does for "
            "a scanned appendix."
        ),
        (
            (WORD, _("Use real text instead of an image of text, or describe the image in its alt text.")),
            (LIBREOFFICE, _("Use real text, or describe the image under Properties, Alternative text.")),
            (ACROBAT, _("Choose Scan & OCR, Recognize Text, and select only the pages without text.")),
        ),
    ),
    Fault.NOT_INSPECTED: Advice(
        _("The file could not be checked, so any problems with it are unknown."),
        _("Some people may not be able to read it. It is shown as it is."),
        (
            (WORD, _("Open the original and save it again. A smaller file with fewer images is easier to check.")),
            (LIBREOFFICE, _("Open the original and export it again.")),
            (ACROBAT, _("Choose File, Save As Other, Reduced Size PDF, and add the new file.")),
        ),
    ),
    Fault.NO_LANGUAGE: Advice(
        _("The file does not say what language it is written in."),
        _("A screen reader may read Swedish with English pronunciation, which cannot be understood."),
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
        _("Readers cannot jump to a chapter, and the document's page cannot show its contents."),
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
        _("The file has no title."),
        _("Readers see and hear the file name instead of the document's title."),
        (
            (WORD, _("Choose File, Info, write a Title, and save again.")),
            (LIBREOFFICE, _("Choose File, Properties, Description, write a Title, and export again.")),
            (ACROBAT, _("Choose Menu, Document Properties, Description, and write a Title.")),
        ),
    ),
}
LANGUAGE_DIFFERS = Advice(
    _("The file states a different language from the one given for the document here."),
    _("Screen readers use the wrong pronunciation, and search looks for the wrong words."),
    (
        (WORD, _("Select all text and set the right language under Review, Language. Save again.")),
        (LIBREOFFICE, _("Choose Tools, Language, For All Text, and export again.")),
        (ACROBAT, _("Choose Menu, Document Properties, Advanced, and set Language under Reading Options.")),
    ),
)
