"""The columns of an activity: what the Excel files of coordinators, the public files and the search take from it.

A new field that people fill in, read in files or search for gets a row here, and nothing else in those three.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actionplans.models import Activity, Involvement
from actionplans.spreadsheet import cell_kinds
from actionplans.spreadsheet.goal_cells import GoalsCell

Value = str | int | bool | date | datetime | list[str] | None
Part = Literal["", "title", "summary", "names", "text"]
"""A part of what the search holds of an activity."""


class Published(NamedTuple):
    """A column of the public files: its key for programs, its label for people, and its value."""

    key: str
    label: Promise
    value: Callable[[Activity], Value]
    is_wide: bool = False


class Column(NamedTuple):
    """A column: the words of the Excel file's header and guide, and the kind of its cells.

    The key is the attribute of the activity, and of a text the Swedish one. `published` makes it a column of the public
    files as well, `searched` a part of the search.
    """

    key: str
    label: Promise
    meaning: Promise
    allowed: Promise
    example: Promise | str = ""
    is_required: bool = False
    width: int = 24
    cell: cell_kinds.Cell = cell_kinds.TextCell()
    published: Published | None = None
    searched: Part = ""

    @property
    def field(self) -> str:
        """The name of the field, without its language."""
        return self.key.removesuffix("_sv").removesuffix("_en")


def list_organisations(role: str) -> Callable[[Activity], list[str]]:
    """Return a function that gives the names of an activity's organisations in a role."""
    return lambda activity: [found.organisation.name for found in activity.involvements.all() if found.role == role]


def list_goals(activity: Activity) -> list[str]:
    """Return the titles of the goals that an activity serves, each once."""
    return list(dict.fromkeys(contribution.goal.title for contribution in activity.contributions.all()))


TEXT = _("Text of any length, with line breaks if needed.")
ORGANISATIONS = _("Names of organisations from the list, or their addresses, separated by semicolons.")

SHEET_COLUMNS = (
    Column(
        "id",
        _("Id"),
        _("The portal's own number for the activity. It shows which activity the row is about: do not change it."),
        _("Leave empty in a new row: the portal adds the number when the file is imported."),
        "1042",
        width=8,
        cell=cell_kinds.IdCell(),
    ),
    Column(
        "plan",
        _("Action plan"),
        _("The plan that the activity belongs to. You can only import rows for plans that you coordinate."),
        _("The title of a plan from the list, or its address."),
        "innovation",
        is_required=True,
        width=26,
        cell=cell_kinds.PlanCell("plans"),
        published=Published("plan", _("Action plan"), lambda activity: activity.plan.title, is_wide=True),
    ),
    Column(
        "slug",
        _("Address"),
        _("The last part of the page's address. If you change it, the old address redirects to the new one."),
        _("Up to 80 letters a to z, numbers and hyphens. If left empty in a new row, it is created from the title."),
        _("test-beds-in-the-forest"),
        width=26,
        cell=cell_kinds.SlugCell(is_one_line=True),
    ),
    Column(
        "title_sv",
        _("Title, Swedish"),
        _("What the activity is called."),
        _("Text on one line, at most 160 characters."),
        "Testbäddar i skogen",
        is_required=True,
        width=36,
        cell=cell_kinds.TextCell(is_one_line=True),
        published=Published("title", _("Activity"), lambda activity: activity.title, is_wide=True),
        searched="title",
    ),
    Column(
        "title_en",
        _("Title, English"),
        _("The title in English. If it is missing, the English page shows the Swedish title."),
        _("Text on one line, at most 160 characters."),
        "Test beds in the forest",
        width=36,
        cell=cell_kinds.TextCell(is_one_line=True),
    ),
    Column(
        "summary_sv",
        _("Summary, Swedish"),
        _("What will be done, in a sentence or two."),
        TEXT,
        "Företag provar nya produkter av skogsråvara tillsammans med forskare.",
        is_required=True,
        width=44,
        published=Published("summary", _("Summary"), lambda activity: activity.summary, is_wide=True),
        searched="summary",
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
            "as HTML and can use <p>, <h2>, <h3>, <ul>, <ol>, <li>, <strong>, <em>, <blockquote>, <table>, <tr>, "
            "<th>, <td>, <br> and <a href>, as in the editor."
        ),
        "<p>Vi börjar med <strong>två</strong> testbäddar.</p>",
        width=44,
        cell=cell_kinds.ProseCell(),
        searched="text",
    ),
    Column(
        "body_en",
        _("Text, English"),
        _("The text in English."),
        _("Same format as the Swedish text."),
        "<p>We start with <strong>two</strong> test beds.</p>",
        width=44,
        cell=cell_kinds.ProseCell(),
    ),
    Column(
        "starts_on",
        _("Starts"),
        _("The date the activity starts."),
        _("A date, such as 2026-09-01, or leave empty."),
        "2026-09-01",
        width=12,
        cell=cell_kinds.DayCell(),
        published=Published("starts_on", pgettext_lazy("column", "Starts"), lambda activity: activity.starts_on),
    ),
    Column(
        "ends_on",
        _("Ends"),
        _("The date the activity is due to be completed."),
        _("A date, not before the start. Leave empty if the activity is continuous."),
        "2028-06-30",
        width=12,
        cell=cell_kinds.DayCell(),
        published=Published("ends_on", pgettext_lazy("column", "Ends"), lambda activity: activity.ends_on),
    ),
    Column(
        "delivery_status",
        _("Delivery status"),
        _("The activity's progress. A change is saved as a signed status report on the activity's page."),
        _("One of the statuses in the list. If left empty in a new row, the status is planned."),
        _("Planned"),
        width=14,
        cell=cell_kinds.StatusCell(),
        published=Published("status", _("Status"), lambda activity: activity.get_delivery_status_display()),
    ),
    Column(
        "status_reason_sv",
        _("Reason, Swedish"),
        _("Why the activity is paused, cancelled or merged."),
        _("Required for those three statuses. Leave empty for the others."),
        "",
        width=30,
        published=Published("reason", _("Reason for the status"), lambda activity: activity.status_reason or None),
        searched="text",
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
        cell=cell_kinds.OneCell("targets"),
    ),
    Column(
        "planned_amount",
        _("Planned amount"),
        _("The planned cost of the whole activity, in kronor."),
        _("Whole kronor, without öre, or leave empty."),
        "1200000",
        width=16,
        cell=cell_kinds.AmountCell(),
        published=Published("planned_amount", _("Planned amount, kronor"), lambda activity: activity.planned_amount),
    ),
    Column(
        "contact",
        _("Contact"),
        _("The person at the region who readers can contact."),
        _("A name from the list, or the e-mail address of someone on it."),
        "Frida Källenbach",
        width=22,
        cell=cell_kinds.OneCell("staff"),
    ),
    Column(
        "responsible",
        _("Responsible organisation"),
        _("The one organisation that is responsible."),
        _("One name from the list, or the organisation's address."),
        "Mittuniversitetet",
        width=26,
        cell=cell_kinds.ResponsibleCell("organisations"),
        published=Published("responsible", _("Responsible"), list_organisations(Involvement.Role.RESPONSIBLE)),
        searched="names",
    ),
    Column(
        "participating",
        _("Participating organisations"),
        _("The organisations that participate."),
        ORGANISATIONS,
        "Mittuniversitetet; Sundsvalls kommun",
        width=34,
        cell=cell_kinds.SeveralCell(),
        published=Published("participating", _("Participating"), list_organisations(Involvement.Role.PARTICIPATING)),
        searched="names",
    ),
    Column(
        "financing",
        _("Financing organisations"),
        _("The organisations that provide funding, with the amount if known."),
        _("The name, a colon and whole kronor, separated by semicolons. You can leave out the amount."),
        "Tillväxtverket: 500000; Region Västernorrland",
        width=34,
        cell=cell_kinds.FinancingCell(),
        published=Published("financing", _("Financing"), list_organisations(Involvement.Role.FINANCING)),
        searched="names",
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
        cell=GoalsCell("goals"),
        published=Published("goals", _("Goals"), list_goals, is_wide=True),
    ),
    Column(
        "goals_en",
        _("Goals, English"),
        _("How the activity contributes to each goal, in English."),
        _("The same goals as in Swedish, one on each line. You can leave out goals without an English text."),
        "M1 / Fler testmiljöer: Companies can try without equipment of their own.",
        width=44,
        cell=GoalsCell(),
    ),
    Column(
        "publication",
        _("Publication"),
        _("Whether the public can read it. Shown for information only."),
        _("Do not change it, and leave it empty in a new row. You choose whether to publish when you import the file."),
        _("draft"),
        width=14,
        cell=cell_kinds.PublicationCell(),
    ),
)
BY_KEY = {column.key: column for column in SHEET_COLUMNS}
_DERIVED = (
    Published("theme", _("Theme"), lambda activity: activity.plan.theme.title),
    Published("late", _("Late"), lambda activity: activity.is_late()),
    Published("updated_at", _("Last updated"), lambda activity: activity.updated_at),
    Published("address", _("Address"), lambda activity: settings.BASE_URL + activity.get_absolute_url(), is_wide=True),
)
"""What the public files say that nobody fills in."""
_PUBLIC_ORDER = (
    "plan", "theme", "title", "summary", "status", "late", "reason", "starts_on", "ends_on", "responsible",
    "participating", "financing", "planned_amount", "goals", "updated_at", "address",
)  # fmt: skip
PUBLIC_COLUMNS = tuple(
    sorted(
        (*_DERIVED, *(column.published for column in SHEET_COLUMNS if column.published)),
        key=lambda published: _PUBLIC_ORDER.index(published.key),
    )
)
