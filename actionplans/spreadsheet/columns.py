"""The columns of a file of activities: their headers, and their descriptions on the second sheet."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from language.characters import strip_invisible

LANGUAGES = ("sv", "en")
SHEET = _("Activities")
GUIDE = _("Columns")


class Column(NamedTuple):
    """A column. `drop` names the list that its cells offer; unless `is_strict`, other values may be written too."""

    key: str
    label: Promise | str
    meaning: Promise | str
    allowed: Promise | str
    example: Promise | str = ""
    is_required: bool = False
    width: int = 24
    kind: str = "text"
    drop: str = ""
    is_strict: bool = True
    is_read_only: bool = False


TEXT = _("Text of any length, with line breaks if needed.")
ORGANISATIONS = _("Names of organisations from the list, or their addresses, separated by semicolons.")

COLUMNS = (
    Column(
        "id",
        _("Id"),
        _("The portal's own number for the activity. It shows which activity the row is about: do not change it."),
        _("Leave empty in a new row: the portal adds the number when the file is imported."),
        "1042",
        width=8,
        kind="number",
    ),
    Column(
        "plan",
        _("Action plan"),
        _("The plan that the activity belongs to. You can only import rows for plans that you coordinate."),
        _("The title of a plan from the list, or its address."),
        "innovation",
        is_required=True,
        width=26,
        drop="plans",
    ),
    Column(
        "slug",
        _("Address"),
        _("The last part of the page's address. If you change it, the old address redirects to the new one."),
        _("Up to 80 letters a to z, numbers and hyphens. If left empty in a new row, it is created from the title."),
        _("test-beds-in-the-forest"),
        width=26,
    ),
    Column(
        "title_sv",
        _("Title, Swedish"),
        _("What the activity is called."),
        _("Text on one line, at most 160 characters."),
        "Testbäddar i skogen",
        is_required=True,
        width=36,
    ),
    Column(
        "title_en",
        _("Title, English"),
        _("The title in English. If it is missing, the English page shows the Swedish title."),
        _("Text on one line, at most 160 characters."),
        "Test beds in the forest",
        width=36,
    ),
    Column(
        "summary_sv",
        _("Summary, Swedish"),
        _("What will be done, in a sentence or two."),
        TEXT,
        "Företag provar nya produkter av skogsråvara tillsammans med forskare.",
        is_required=True,
        width=44,
    ),
    Column(
        "summary_en",
        _("Summary, English"),
        _("The summary in English."),
        TEXT,
        "Companies try out new forest products together with researchers.",
        width=44,
    ),
    Column(
        "body_sv",
        _("Text, Swedish"),
        _("The text of the activity's page."),
        _(
            "Plain text: an empty line starts a new paragraph. Text with headings, lists, bold or links is shown "
            "as HTML and can use <p>, <h2>, <h3>, <ul>, <ol>, <li>, <strong>, <em>, <blockquote>, <br> and <a "
            "href>, as in the editor."
        ),
        "<p>Vi börjar med <strong>två</strong> testbäddar.</p>",
        width=44,
    ),
    Column(
        "body_en",
        _("Text, English"),
        _("The text in English."),
        _("Same format as the Swedish text."),
        "<p>We start with <strong>two</strong> test beds.</p>",
        width=44,
    ),
    Column(
        "starts_on",
        _("Starts"),
        _("The date the activity starts."),
        _("A date, such as 2026-09-01, or leave empty."),
        "2026-09-01",
        width=12,
        kind="date",
    ),
    Column(
        "ends_on",
        _("Ends"),
        _("The date the activity is due to be completed."),
        _("A date, not before the start. Leave empty if the activity is continuous."),
        "2028-06-30",
        width=12,
        kind="date",
    ),
    Column(
        "delivery_status",
        _("Delivery status"),
        _("The activity's progress. A change is saved as a signed status report on the activity's page."),
        _("One of the statuses in the list. If left empty in a new row, the status is planned."),
        _("Planned"),
        width=14,
        drop="statuses",
    ),
    Column(
        "status_reason_sv",
        _("Reason, Swedish"),
        _("Why the activity is paused, cancelled or merged."),
        _("Required for those three statuses. Leave empty for the others."),
        "",
        width=30,
    ),
    Column(
        "status_reason_en",
        _("Reason, English"),
        _("The reason in English."),
        _("Same format as the Swedish reason."),
        width=30,
    ),
    Column(
        "merged_into",
        _("Merged into"),
        _("The activity that a merged activity is now part of. The old address redirects to it."),
        _(
            "The address of a plan and an activity, separated by a slash. Required for merged. Leave empty for the "
            "others."
        ),
        "innovation/testbaddar-i-skogen",
        width=30,
        drop="targets",
    ),
    Column(
        "planned_amount",
        _("Planned amount"),
        _("The planned cost of the whole activity, in kronor."),
        _("Whole kronor, without öre, or leave empty."),
        "1200000",
        width=16,
        kind="number",
    ),
    Column(
        "contact",
        _("Contact"),
        _("The person at the region who readers can contact."),
        _("A name from the list, or the e-mail address of someone on it."),
        "Frida Källenbach",
        width=22,
        drop="staff",
    ),
    Column(
        "responsible",
        _("Responsible organisation"),
        _("The one organisation that is responsible."),
        _("One name from the list, or the organisation's address."),
        "Mittuniversitetet",
        width=26,
        drop="organisations",
    ),
    Column(
        "participating",
        _("Participating organisations"),
        _("The organisations that participate."),
        ORGANISATIONS,
        "Mittuniversitetet; Sundsvalls kommun",
        width=34,
        drop="organisations",
        is_strict=False,
    ),
    Column(
        "financing",
        _("Financing organisations"),
        _("The organisations that provide funding, with the amount if known."),
        _("The name, a colon and whole kronor, separated by semicolons. You can leave out the amount."),
        "Tillväxtverket: 500000; Region Västernorrland",
        width=34,
        drop="organisations",
        is_strict=False,
    ),
    Column(
        "goals_sv",
        _("Goals, Swedish"),
        _("The goals and priorities the activity contributes to, and how."),
        _(
            "One line for each goal: its code, a slash and the priority if there is one, a colon, and how the "
            "activity contributes. Start a line with two spaces if it continues the one above."
        ),
        "M1 / Fler testmiljöer: Företag kan prova utan egen utrustning.",
        width=44,
        drop="goals",
        is_strict=False,
    ),
    Column(
        "goals_en",
        _("Goals, English"),
        _("How the activity contributes to each goal, in English."),
        _("The same goals as in Swedish, one on each line. You can leave out goals without an English text."),
        "M1 / Fler testmiljöer: Companies can try without equipment of their own.",
        width=44,
    ),
    Column(
        "publication",
        _("Publication"),
        _("Whether the public can read it. Shown for information only: you publish in the portal, after checking."),
        _("Do not change it, and leave it empty in a new row. New activities become drafts."),
        _("draft"),
        width=14,
        is_read_only=True,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}


def translate_name(what: Promise | str) -> set[str]:
    """Return a text in every language, folded for comparison."""
    names = set()
    for language in LANGUAGES:
        with override(language):
            names.add(fold_text(str(what)))
    return names


def map_headers() -> dict[str, Column]:
    """Return the columns by their headers in every language."""
    return {name: column for column in COLUMNS for name in translate_name(column.label)}


def detect_language(headers: Iterable[str], otherwise: str) -> str:
    """Return the language of most of the headers; `otherwise` if it is as likely."""
    counts = {}
    for language in LANGUAGES:
        with override(language):
            counts[language] = len(
                {fold_text(str(column.label)) for column in COLUMNS} & {fold_text(text) for text in headers}
            )
    best = max(LANGUAGES, key=lambda language: counts[language])
    return otherwise if counts.get(otherwise, 0) == counts[best] else best


def fold_text(text: str) -> str:
    """Fold a text for comparison: case, repeated spaces and invisible characters do not matter."""
    return " ".join(strip_invisible(text).split()).casefold()
