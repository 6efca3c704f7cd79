"""One row judged: what it would make of an activity, or why it is refused.

Built on django-import-export: `import_row` fetches or begins the activity, lets each field read its cell, has the
outcome validated and skips what is unchanged. Nothing is saved here (`saving` does that for all rows or for none).
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
from actionplans.spreadsheet.cells import Unreadable, visible_text
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
"""The untranslated columns, which modeltranslation fills: their translations are what is judged."""
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
"""When a check of the model can fail at all: only then is the database asked, since each question costs as much as
the rest of the row. A check that does not stand here is always asked."""
SLUG = Activity._meta.get_field("slug").max_length or 0


class Change(NamedTuple):
    """What a cell would change, as cells say it."""

    key: str
    before: str
    after: str


def select_activities(plans: QuerySet[Any], *, lock: bool = False) -> QuerySet[Activity]:
    """The activities of some plans with all that their rows show, in the order of the lists."""
    # Fetched once for all rows, not joined to each: few goals, people and organisations stand in many rows.
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
    """Lay out on an activity what stands in rows of its own: its organisations and its goals."""
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
    """The rows of one file, one after the other."""

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
        """A row of the file, by column."""
        return {
            key: str(activity.pk or "") if key == "id" else field.export(activity, activity=activity)
            for key, field in self.fields.items()
        }

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> Activity | None:
        del instance_loader
        given = row["id"]
        return None if given == "" else self.existing[int(visible_text(given))]

    def init_instance(self, row: Any = None) -> Activity:
        del row
        return unfold_links(Activity())

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        del row
        self._row_number = kwargs["row_number"]

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Let every cell that differs from what stands be read. Raises ValidationError, by column."""
        del kwargs
        instance.changes, errors = [], {}
        for column in COLUMNS:
            if column.key not in row or column.key == "id":
                continue
            if column.key in ("goals_sv", "goals_en") and instance.plan_id is None:
                continue  # what its goals are depends on the plan, whose cell is refused already
            try:
                self._read_cell(instance, row, column.key)
            except ValueError as error:
                errors[column.key] = ValidationError(str(error))
        self._fit_together(instance, row, errors)
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        del original, row
        return instance.pk is not None and not instance.changes and not import_validation_errors

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        """All that `full_clean` judges, without a question to the database for every foreign key and constraint."""
        del validate_unique  # by `_check_slug`, which knows the other rows too
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

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:  # noqa: FBT001
        """Nothing: all rows are judged before any is saved."""

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Nothing, likewise."""

    def _read_cell(self, activity: Any, row: Mapping[str, Any], key: str) -> None:
        """What stands as it stood is left alone, whatever it is: so an untouched file changes nothing."""
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
        """The cell as the file had it when it was written, perhaps in another language than whoever reads it in has."""
        if self.language == get_language():
            return None
        with override(self.language):
            return field.export(activity, activity=activity)

    def _fit_together(self, activity: Any, row: Mapping[str, Any], errors: dict[str, Any]) -> None:
        """What one cell says of another."""
        if activity.pk is None:
            for column in COLUMNS:
                if column.is_required and column.key not in row:
                    errors[column.key] = ValidationError(_("The column is missing, and a new activity needs it."))
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
        """That no other activity of the plan has or had the address, in the portal or in the file."""
        key = (activity.plan_id, activity.slug)
        earlier = self._rows_of_slugs.setdefault(key, self._row_number)
        if earlier != self._row_number:
            words = _("Row %(row)s has the same address in the same plan. Write another.")
            errors["slug"] = ValidationError(words % {"row": earlier})
        elif key in self._taken and self._taken[key] != activity.pk:
            words = _("Another activity of the plan has, or had, the address “%(slug)s”. Write another.")
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
    """How each column reads, in the order of the file."""
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
    """A reason and a target belong to some statuses only. What was left from the one before goes with it."""
    if "delivery_status" in errors:
        return
    changed = {change.key: change for change in activity.changes}
    status = activity.delivery_status
    is_moved = "delivery_status" in changed
    for key in ("status_reason_sv", "status_reason_en"):
        if status in Activity.NEEDS_REASON or not getattr(activity, key) or key in errors:
            continue
        if key in changed:
            errors[key] = ValidationError(_("Only paused, cancelled and merged have a reason. Empty the cell."))
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
    """English words about a goal need the goal. Where a goal goes, its English words go too."""
    if errors.keys() & {"goals_sv", "goals_en"}:
        return
    links = {(link.goal.pk, link.priority and link.priority.pk) for link in activity.goals_sv}
    alone = [one for one in activity.goals_en if (one.goal.pk, one.priority and one.priority.pk) not in links]
    if alone and any(change.key == "goals_en" for change in activity.changes):
        words = _("%(goal)s stands here, but not in the Swedish column. Write it there too.")
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
        return _("The address is missing. Write one with the letters a to z, figures and hyphens.")
    return _("The cell is empty, and every activity needs it: %(column)s.") % {"column": BY_KEY[key].label}


def fetch_activities(plans: QuerySet[Any], ids: Iterable[int], *, lock: bool) -> dict[int, Activity]:
    """The activities of a file that are the user's, by id, held until the end of the transaction if asked."""
    rows = select_activities(plans, lock=lock).filter(pk__in=list(ids))
    return {activity.pk: unfold_links(activity) for activity in rows}
