"""Validate one row: what it would change in an activity, or why it is refused.

Built on django-import-export: `import_row` fetches or creates the activity, lets each field parse its cell, validates
the result and skips unchanged rows. Nothing is saved here: `importer` saves all rows or none.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, Prefetch, QuerySet
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Resource

from actionplans.models import Activity, Contribution, Involvement
from actionplans.spreadsheet.cells import Unreadable, strip_cell
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.columns import BY_KEY, COLUMNS
from actionplans.spreadsheet.widgets import (
    AmountWidget,
    DayWidget,
    FinancingWidget,
    GoalsWidget,
    Link,
    OneWidget,
    PlanWidget,
    ProseWidget,
    PublicationWidget,
    ResponsibleWidget,
    SeveralWidget,
    Share,
    SlugWidget,
    StatusWidget,
    TextWidget,
)
from publishing.models import FormerSlug, Publication

Role = Involvement.Role
FOREIGN_KEYS = ("plan", "contact", "merged_into")
ORIGINALS = ("title", "summary", "body", "status_reason")
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


class Change(NamedTuple):
    """A change of a cell, as text."""

    key: str
    before: str
    after: str


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


class ActivityResource(Resource):
    """The rows of one file, one at a time."""

    class Meta:
        skip_diff = True
        store_instance = True

    def __init__(
        self, choices: Choices, existing: Mapping[int, Activity] | None = None, language: str | None = None
    ) -> None:
        super().__init__()
        self.language = language or get_language()
        self.choices = choices
        self.existing = existing or {}
        self.fields = _fields(choices)
        self._slugs: dict[tuple[int, str], int | None] | None = None
        self._rows_of_slugs: dict[tuple[int, str], int] = {}
        self._row_number = 0

    def cells(self, activity: Activity) -> dict[str, str]:
        """Return the cells of an activity's row, by column."""
        return {
            key: str(activity.pk or "") if key == "id" else field.export(activity, activity=activity)
            for key, field in self.fields.items()
        }

    def get_instance(self, _instance_loader: Any, row: Mapping[str, Any]) -> Activity | None:
        given = row["id"]
        return None if given == "" else self.existing[int(strip_cell(given))]

    def init_instance(self, _row: Any = None) -> Activity:
        return unfold_links(Activity())

    def before_import_row(self, _row: Any, *, row_number: int, **_kwargs: Any) -> None:
        self._row_number = row_number

    def import_instance(self, instance: Any, row: Any, **_kwargs: Any) -> None:
        """Parse every cell that differs from the activity. Raise ValidationError, by column."""
        instance.changes, errors = [], {}
        for column in COLUMNS:
            if column.key not in row or column.key == "id":
                continue
            if column.key in ("goals_sv", "goals_en") and instance.plan_id is None:
                continue  # its goals depend on the plan, whose cell is refused already
            try:
                self._read_cell(instance, row, column.key)
            except ValueError as error:
                errors[column.key] = ValidationError(str(error))
        self._fit_together(instance, row, errors)
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Any, _original: Any, _row: Any, import_validation_errors: Any = None) -> bool:
        return instance.pk is not None and not instance.changes and not import_validation_errors

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        **_options: Any,  # unique addresses are checked by `_check_slug`, which knows the other rows too
    ) -> None:
        """Do the checks of `full_clean`, without a query for every foreign key and constraint."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        exclude = {*errors, *ORIGINALS, *FOREIGN_KEYS}
        try:
            instance.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            error.update_error_dict(errors)
        if not errors.keys() & {"starts_on", "ends_on", "status_reason_sv", "merged_into", "delivery_status"}:
            _check_constraints(instance, errors)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: all rows are validated before any is saved."""

    def save_m2m(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing, as in `save_instance`."""

    def _read_cell(self, activity: Any, row: Mapping[str, Any], key: str) -> None:
        """Parse a cell, unless it is as exported: so an untouched file changes nothing."""
        cell, field = row[key], self.fields[key]
        if isinstance(cell, Unreadable):
            raise ValueError(cell.why)  # noqa: TRY004 - a cell of the wrong kind is a wrong value
        is_new = activity.pk is None
        before = "" if is_new else field.export(activity, activity=activity)
        if not is_new and cell in (before, self._in_the_files_language(activity, field)):
            return
        if is_new and cell == "" and not BY_KEY[key].is_required:
            return
        self.import_field(field, activity, row, activity=activity)
        after = field.export(activity, activity=activity)
        if after != before:
            activity.changes.append(Change(key, before, after))

    def _in_the_files_language(self, activity: Any, field: Field) -> Any:
        """Return the cell in the file's own language, if that is not the user's."""
        if self.language == get_language():
            return None
        with override(self.language):
            return field.export(activity, activity=activity)

    def _fit_together(self, activity: Any, row: Mapping[str, Any], errors: dict[str, Any]) -> None:
        """Check the cells against each other."""
        if activity.pk is None:
            for column in COLUMNS:
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

    @property
    def _taken(self) -> dict[tuple[int, str], int | None]:
        if self._slugs is None:
            activities = Activity.objects.filter(plan__in=self.choices.own)
            present = {key: (plan, slug) for key, plan, slug in activities.values_list("pk", "plan", "slug")}
            former = FormerSlug.of_read(activities).values_list("object_id", "slug")
            self._slugs = {(present[key][0], slug): key for key, slug in former}
            self._slugs |= {address: key for key, address in present.items()}
        return self._slugs

    def _make_slug(self, activity: Activity) -> None:
        stem, number = slugify(activity.title_sv or "")[: SLUG - 5].strip("-"), 1  # type: ignore[attr-defined]
        slug = stem
        while slug and ((activity.plan_id, slug) in self._taken or (activity.plan_id, slug) in self._rows_of_slugs):
            number += 1
            slug = f"{stem}-{number}"
        activity.slug = slug
        if slug:
            activity.changes.append(Change("slug", "", slug))  # type: ignore[attr-defined]


def _fields(choices: Choices) -> dict[str, Field]:
    """Return the fields of the columns, in the order of the file."""
    of = choices.organisations
    kinds: dict[str, Any] = {
        "plan": PlanWidget(choices),
        "slug": SlugWidget(is_one_line=True),
        "title_sv": TextWidget(is_one_line=True),
        "title_en": TextWidget(is_one_line=True),
        "body_sv": ProseWidget(),
        "body_en": ProseWidget(),
        "starts_on": DayWidget(),
        "ends_on": DayWidget(),
        "delivery_status": StatusWidget(choices),
        "merged_into": OneWidget(choices.targets),
        "planned_amount": AmountWidget(),
        "contact": OneWidget(choices.staff),
        "responsible": ResponsibleWidget(of),
        "participating": SeveralWidget(of),
        "financing": FinancingWidget(of),
        "goals_sv": GoalsWidget(choices),
        "goals_en": GoalsWidget(choices),
        "publication": PublicationWidget(),
    }
    return {key: Field(attribute=key, column_name=key, widget=kinds.get(key, TextWidget())) for key in BY_KEY}


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
    if (
        status in Activity.NEEDS_REASON
        and not activity.status_reason_sv
        and "status_reason_sv" not in errors
        and is_touched
    ):
        errors["status_reason_sv"] = ValidationError(_("Say why the activity is paused, cancelled or merged."))
    if (
        status == Activity.Delivery.MERGED
        and activity.merged_into is None
        and "merged_into" not in errors
        and is_touched
    ):
        errors["merged_into"] = ValidationError(_("Say which activity it has been merged into."))


def _check_goals(activity: Any, errors: dict[str, Any]) -> None:
    """Check that English lines have their goal in the Swedish column; drop those of removed goals."""
    if errors.keys() & {"goals_sv", "goals_en"}:
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
