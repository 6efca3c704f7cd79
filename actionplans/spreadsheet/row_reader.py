"""Read one row: what it would change in an activity, or why it is refused.

Each column's kind of cell parses its cell, and the result is validated. Nothing is saved here: `importer` saves all
rows or none.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, Prefetch, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.translator import translator

from actionplans.columns import BY_KEY, SHEET_COLUMNS
from actionplans.models import Activity, Contribution, Involvement
from actionplans.spreadsheet.cell_kinds import Link, Row, Share
from actionplans.spreadsheet.cells import strip_cell
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.sheet_reader import Change, Refusals, SheetReader
from publishing.models import FormerSlug, Publication
from publishing.slugs import find_free_slug

Role = Involvement.Role
ROLES = ("responsible", "participating", "financing")
GOALS = ("goals_sv", "goals_en")
"""The columns that are rows of their own in the database."""
FOREIGN_KEYS = ("plan", "contact", "merged_into")
ORIGINALS = tuple(translator.get_options_for_model(Activity).get_field_names())
"""The untranslated columns, which modeltranslation fills: only the translations are validated."""
COLUMN_OF_CONSTRAINT = {
    "actionplans_activity_dates_in_order": "ends_on",
    "actionplans_activity_reason_given": "status_reason_sv",
    "actionplans_activity_merged_has_status": "merged_into",
    "actionplans_activity_not_into_itself": "merged_into",
}
CHECKS = [constraint for constraint in Activity._meta.constraints if isinstance(constraint, CheckConstraint)]
SUSPECT: dict[str, Callable[[Activity], Any]] = {
    "actionplans_activity_published_has_from": lambda one: one.publication == Publication.PUBLISHED,
    "actionplans_activity_until_after_from": lambda one: one.publish_until,
    "actionplans_activity_dates_in_order": lambda one: one.starts_on and one.ends_on and one.ends_on < one.starts_on,
    "actionplans_activity_reason_given": lambda one: (
        one.delivery_status in Activity.NEEDS_REASON and not one.status_reason
    ),
    "actionplans_activity_merged_has_status": lambda one: one.merged_into_id,
    "actionplans_activity_not_into_itself": lambda one: one.merged_into_id,
}
"""When a check constraint can fail at all. Only then is the database asked, since each query costs as much as the rest
of the row. A constraint that is not listed is always checked."""
SLUG = Activity._meta.get_field("slug").max_length or 0


def select_activities(plans: QuerySet[Any], *, lock: bool = False) -> QuerySet[Activity]:
    """Return the activities of some plans with all that their rows show, in the order of the lists."""
    # Prefetched, not joined: the same few goals, people and organisations are in many rows.
    contributions = Contribution.objects.order_by("goal__position", "goal__code", "pk")
    involvements = Involvement.objects.order_by("organisation__slug", "pk")
    activities = Activity.objects.filter(plan__in=plans)
    if lock:
        activities = activities.select_for_update(of=("self",))
    return activities.prefetch_related(
        "plan__strategy",
        "contact",
        "merged_into__plan",
        Prefetch("contributions", contributions.prefetch_related("goal__strategy", "goal__priorities", "priority")),
        Prefetch("involvements", involvements.prefetch_related("organisation")),
    ).order_by("plan__theme__position", "plan__slug", "starts_on", "slug")


def unfold_links(activity: Any) -> Any:
    """Set the organisations and goals of an activity, which are rows of their own, as attributes of it."""
    contributions = activity.contributions.all() if activity.pk else ()
    involvements = activity.involvements.all() if activity.pk else ()
    by_role: dict[str, list[Involvement]] = {role: [] for role in Role}
    for involvement in involvements:
        by_role[involvement.role].append(involvement)
    responsible = by_role[Role.RESPONSIBLE]
    activity.responsible = responsible[0].organisation if responsible else None
    activity.participating = tuple(one.organisation for one in by_role[Role.PARTICIPATING])
    activity.financing = tuple(Share(one.organisation, one.amount) for one in by_role[Role.FINANCING])
    activity.goals_sv = tuple(Link(one.goal, one.priority, one.how_sv or "") for one in contributions)
    activity.goals_en = tuple(Link(one.goal, one.priority, one.how_en) for one in contributions if one.how_en)
    return activity


def make_involvements(activity: Any) -> list[Involvement]:
    """Return the rows of the organisations that were set as attributes of an activity."""
    responsible = [activity.responsible] if activity.responsible else []
    roles = [
        *((Role.RESPONSIBLE, Share(one, None)) for one in responsible),
        *((Role.PARTICIPATING, Share(one, None)) for one in activity.participating),
        *((Role.FINANCING, share) for share in activity.financing),
    ]
    return [
        Involvement(activity=activity, organisation=organisation, role=role, amount=amount)
        for role, (organisation, amount) in roles
    ]


def make_contributions(activity: Any) -> list[Contribution]:
    """Return the rows of the goals that were set as attributes of an activity."""
    english = {(link.goal.pk, link.priority and link.priority.pk): link.how for link in activity.goals_en}
    rows = []
    for goal, priority, how in activity.goals_sv:
        texts: dict[str, Any] = {"how_sv": how, "how_en": english.get((goal.pk, priority and priority.pk), "")}
        rows.append(Contribution(activity=activity, goal=goal, priority=priority, **texts))
    return rows


class RowReader(SheetReader):
    """Reads the rows of activities."""

    columns = SHEET_COLUMNS
    refusals = Refusals(
        gettext_lazy("You do not have permission to add activities. Remove the row."),
        gettext_lazy("You do not have permission to change activities. Restore the row."),
        gettext_lazy("The activity belongs to a plan that you do not coordinate. Remove the row."),
        gettext_lazy("There is no activity with the id %(id)s. Clear the cell if the row is a new activity."),
        gettext_lazy("The id is already used in row %(row)s. Clear the cell if the row is a new activity."),
    )

    def __init__(
        self, choices: Choices, existing: Mapping[int, Activity] | None = None, language: str | None = None
    ) -> None:
        super().__init__(choices, existing, language)
        self._rows_of_slugs: dict[tuple[int, str], int] = {}
        self._row_number = 0

    def read_row(self, number: int, cells: Mapping[str, Any]) -> Any:
        self._row_number = number
        given = cells["id"]
        activity: Any = unfold_links(Activity()) if given == "" else self.existing[int(strip_cell(given))]
        errors = self._read_cells(activity, cells)
        if errors or activity.changes or activity.pk is None:
            self._validate(activity, errors)
        return activity

    def _read_cells(self, activity: Any, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Parse every cell that differs from the activity. Return the errors, by column."""
        activity.changes, errors = [], {}
        row = Row(self.choices, activity)
        for column in SHEET_COLUMNS:
            if column.key not in cells or column.key == "id":
                continue
            if column.key in GOALS and activity.plan_id is None:
                continue  # its goals depend on the plan, whose cell is refused already
            try:
                self.read_cell(column, cells[column.key], row)
            except ValueError as error:
                errors[column.key] = ValidationError(str(error))
        self._fit_together(activity, cells, errors)
        return errors

    def _validate(self, activity: Any, errors: dict[str, Any]) -> None:
        """Do the checks of `full_clean`, without a query for every foreign key and constraint.

        Unique addresses are checked by `_check_slug`, which knows the other rows too.
        """
        errors = ValidationError(errors).error_dict
        exclude = {*errors, *ORIGINALS, *FOREIGN_KEYS}
        try:
            activity.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            error.update_error_dict(errors)
        if not errors.keys() & {"starts_on", "ends_on", "status_reason_sv", "merged_into", "delivery_status"}:
            _check_constraints(activity, errors)
        if errors:
            raise ValidationError(errors)

    def _fit_together(self, activity: Any, row: Mapping[str, Any], errors: dict[str, Any]) -> None:
        """Check the cells against each other."""
        if activity.pk is None:
            for column in SHEET_COLUMNS:
                if column.is_required and column.key not in row:
                    errors[column.key] = ValidationError(_("The column is missing but is required for a new activity."))
            if "slug" not in errors and not activity.slug and "plan" not in errors:
                self._make_slug(activity)
        changed = {change.key for change in activity.changes}
        for key in ("title_sv", "summary_sv", "slug"):
            if key not in errors and not getattr(activity, key) and (activity.pk is None or key in changed):
                errors[key] = ValidationError(_missing(key))
        if "slug" not in errors and "plan" not in errors:
            self._check_slug(activity, errors)
        _check_status(activity, errors)
        _check_goals(activity, errors)

    def _check_slug(self, activity: Activity, errors: dict[str, Any]) -> None:
        """Check that no other activity of the plan has or had the address, in the portal or in the file."""
        key = (activity.plan_id, activity.slug)
        earlier = self._rows_of_slugs.setdefault(key, self._row_number)
        if earlier != self._row_number:
            words = _("Row %(row)s has the same address in the same plan. Enter a different one.")
            errors["slug"] = ValidationError(words % {"row": earlier})
        elif key in self._taken and self._taken[key] != activity.pk:
            words = _("Another activity in the plan has, or had, the address “%(slug)s”. Enter a different one.")
            errors["slug"] = ValidationError(words % {"slug": activity.slug})

    @cached_property
    def _taken(self) -> dict[tuple[int, str], int]:
        """The activities by every address that they have or had."""
        activities = Activity.objects.filter(plan__in=self.choices.own)
        present = {key: (plan, slug) for key, plan, slug in activities.values_list("pk", "plan", "slug")}
        former = FormerSlug.of_read(activities).values_list("object_id", "slug")
        taken = {(present[key][0], slug): key for key, slug in former}
        return taken | {address: key for key, address in present.items()}

    def _make_slug(self, activity: Activity) -> None:
        stem = slugify(activity.title_sv or "")[: SLUG - 5].strip("-")  # type: ignore[attr-defined]
        if not stem:
            activity.slug = ""
            return
        plan = activity.plan_id
        activity.slug = find_free_slug(
            stem, lambda slug: (plan, slug) in self._taken or (plan, slug) in self._rows_of_slugs
        )
        activity.changes.append(Change("slug", "", activity.slug))  # type: ignore[attr-defined]


def _check_status(activity: Any, errors: dict[str, Any]) -> None:
    """Check that only some statuses have a reason or a target; drop those left from the status before."""
    if "delivery_status" in errors:
        return
    changed = {change.key: change for change in activity.changes}
    status = activity.delivery_status
    is_moved = "delivery_status" in changed
    for key in ("status_reason_sv", "status_reason_en"):
        if status in Activity.NEEDS_REASON or not getattr(activity, key) or key in errors:
            continue
        if key in changed:
            errors[key] = ValidationError(
                _("Only paused, cancelled and merged activities have a reason. Clear the cell.")
            )
        elif is_moved:
            activity.changes.append(Change(key, getattr(activity, key), ""))
            setattr(activity, key, "")
    if status != Activity.Delivery.MERGED and is_moved and activity.merged_into and "merged_into" not in changed:
        activity.changes.append(Change("merged_into", str(activity.merged_into), ""))
        activity.merged_into = None
    is_touched = activity.pk is None or bool(changed.keys() & {"delivery_status", "status_reason_sv", "merged_into"})
    if is_touched and status in Activity.NEEDS_REASON and not activity.status_reason_sv:
        why = _("Say why the activity is paused, cancelled or merged.")
        errors.setdefault("status_reason_sv", ValidationError(why))
    if is_touched and status == Activity.Delivery.MERGED and activity.merged_into is None:
        errors.setdefault("merged_into", ValidationError(_("Say which activity it has been merged into.")))


def _check_goals(activity: Any, errors: dict[str, Any]) -> None:
    """Check that English lines have their goal in the Swedish column; drop those of removed goals."""
    if errors.keys() & {*GOALS}:
        return
    links = {(link.goal.pk, link.priority and link.priority.pk) for link in activity.goals_sv}
    alone = [one for one in activity.goals_en if (one.goal.pk, one.priority and one.priority.pk) not in links]
    if alone and any(change.key == "goals_en" for change in activity.changes):
        words = _("%(goal)s is here but not in the Swedish column. Add it there too.")
        errors["goals_en"] = ValidationError(words % {"goal": alone[0].goal.code})
    elif alone:
        activity.goals_en = tuple(one for one in activity.goals_en if one not in alone)


def _check_constraints(activity: Activity, errors: dict[str, Any]) -> None:
    for check in CHECKS:
        if not SUSPECT.get(check.name, bool)(activity):
            continue
        try:
            check.validate(Activity, activity)
        except ValidationError as error:
            errors[COLUMN_OF_CONSTRAINT.get(check.name, NON_FIELD_ERRORS)] = error


def _missing(key: str) -> str:
    if key == "slug":
        return _("The address is missing. Enter one using letters a to z, numbers and hyphens.")
    return _("The cell is empty but required for every activity: %(column)s.") % {"column": BY_KEY[key].label}


def fetch_activities(plans: QuerySet[Any], ids: Iterable[int], *, lock: bool) -> dict[int, Activity]:
    """Return the user's activities that are in a file, by id; with `lock`, locked until the transaction ends."""
    rows = select_activities(plans, lock=lock).filter(pk__in=list(ids))
    return {activity.pk: unfold_links(activity) for activity in rows}
