"""The plans, goals, people and organisations that a user's file may name.

Everything is fetched once a file, never once a row. Things are known by their names in both languages and by slug.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan, Activity, Organisation
from actionplans.ownership import find_own_plans
from actionplans.spreadsheet.names import fold_text, translate_name
from contacts.models import StaffMember
from publishing.models import is_public
from strategy.models import Goal, Priority, Strategy

T = TypeVar("T")
M = TypeVar("M", bound=Model)
FEW = 500
"""A similar name is looked for among at most this many: with more it would take too long."""


class UnknownNameError(ValueError):
    """No choice has that name."""


class Lookup(Generic[M]):
    """Things by name. A label is unique: where two share a name, the slug follows it."""

    def __init__(
        self, things: Iterable[M], label: Callable[[M], str], names: Callable[[M], Iterable[str | None]]
    ) -> None:
        self.things = list(things)
        self._shared = Counter(fold_text(label(thing)) for thing in self.things)
        self._label = label
        self._by_name: dict[str, dict[Any, M]] = defaultdict(dict)
        for thing in self.things:
            for name in {self.label(thing), label(thing), *names(thing)}:
                if name:
                    self._by_name[fold_text(name)][thing.pk] = thing

    def label(self, thing: M) -> str:
        """Return the name of the thing in a cell."""
        label = self._label(thing)
        return label if self._shared[fold_text(label)] == 1 else f"{label} ({thing.slug})"  # type: ignore[attr-defined]

    def labels(self) -> list[str]:
        return [self.label(thing) for thing in self.things]

    def match(self, name: str) -> list[M]:
        """Return every thing of that name."""
        return list(self._by_name.get(fold_text(name), {}).values())

    def find(self, name: str) -> M:
        """Return the one thing of that name. Raise ValueError with a sentence if there is none or more than one."""
        found = self.match(name)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(
                _("More than one is called “%(name)s”. Enter one of: %(labels)s.")
                % {"name": name, "labels": ", ".join(self.label(thing) for thing in found)}
            )
        raise UnknownNameError(self._did_you_mean(name))

    def _did_you_mean(self, name: str) -> str:
        close = get_close_matches(fold_text(name), self._by_name, n=1, cutoff=0.75) if len(self.things) <= FEW else []
        if not close:
            return _("“%(name)s” is not in the list. Choose from the list in the cell.") % {"name": name}
        likely = self.label(next(iter(self._by_name[close[0]].values())))
        return _("“%(name)s” is not in the list. Did you mean “%(likely)s”?") % {"name": name, "likely": likely}


class Head(NamedTuple):
    """The beginning of a line about a goal, and its goal and priority."""

    text: str
    goal: Goal
    priority: Priority | None


class Choices:
    """All that a file may name: for a user, or for a command if there is none."""

    def __init__(self, user: User | None, plans: QuerySet[ActionPlan] | None = None) -> None:
        own = find_own_plans(user) if user else ActionPlan.objects.all()
        if plans is not None:
            own = own.filter(pk__in=plans.values("pk"))
        self.own = own.distinct()
        self.in_file: dict[str, Activity] = {}
        """The activities that the file adds or changes, by the folded address that it gives them."""

    @cached_property
    def plans(self) -> Lookup[ActionPlan]:
        plans = self.own.select_related("strategy", "theme").order_by("theme__position", "slug")
        return Lookup(plans, lambda plan: plan.title, lambda plan: (plan.slug, *_both(plan, "title")))

    @cached_property
    def all_plans(self) -> Lookup[ActionPlan]:
        """Everyone's plans, used only to tell that a plan belongs to someone else."""
        plans = ActionPlan.objects.all()
        return Lookup(plans, lambda plan: plan.title, lambda plan: (plan.slug, *_both(plan, "title")))

    @cached_property
    def organisations(self) -> Lookup[Organisation]:
        organisations = Organisation.objects.all()
        return Lookup(organisations, lambda one: one.name, lambda one: (one.slug, *_both(one, "name")))

    @cached_property
    def staff(self) -> Lookup[StaffMember]:
        return Lookup(StaffMember.objects.all(), lambda one: one.name, lambda one: (one.slug, one.email, str(one)))

    @cached_property
    def targets(self) -> Lookup[Activity]:
        """The activities that another can be merged into: those of the user's plans and the public ones."""
        own, public = Q(plan__in=self.own), _is_public()
        activities = Activity.objects.filter(own | public).select_related("plan").distinct()
        return Lookup(activities, format_address, lambda _activity: ())

    @cached_property
    def activities(self) -> Lookup[Activity]:
        """The activities of the user's own plans, which milestones can be part of."""
        activities = Activity.objects.filter(plan__in=self.own).select_related("plan").defer("body").order_by("pk")
        return Lookup(activities, format_address, lambda _activity: ())

    @cached_property
    def statuses(self) -> dict[str, str]:
        """The statuses by name, in every language."""
        return {name: value for value, label in Activity.Delivery.choices for name in translate_name(label)}

    def heads(self, strategy: Strategy) -> dict[str, Head]:
        """Return the possible beginnings of a line about goals, for a plan of that strategy."""
        if strategy.pk not in self._heads:
            found: dict[str, Head] = {}
            for goal in self._goals:
                heads = list(_heads_of(goal, strategy))
                found.update({name: head for name, head in heads if name not in found})
            self._heads[strategy.pk] = found
        return self._heads[strategy.pk]

    @cached_property
    def _heads(self) -> dict[int, dict[str, Head]]:
        return {}

    @cached_property
    def _goals(self) -> list[Goal]:
        goals = Goal.objects.filter(strategy__plans__in=self.own).distinct()
        return list(goals.select_related("strategy").prefetch_related("priorities").order_by("position", "code"))


def format_address(activity: Activity) -> str:
    """Return the slugs of the activity's plan and its own."""
    return f"{activity.plan.slug}/{activity.slug}"


def format_head(goal: Goal, priority: Priority | None, strategy: Strategy) -> str:
    """Return the beginning of a line about a goal, in a plan of that strategy. Another strategy's goals name it."""
    code = goal.code if goal.strategy_id == strategy.pk else f"{goal.code} [{goal.strategy.slug}]"
    if priority is None:
        return code
    same = [other for other in goal.priorities.all() if fold_text(other.title) == fold_text(priority.title)]
    title = " ".join(priority.title.split())
    return f"{code} / {title}" if len(same) == 1 else f"{code} / {title} ({priority.slug})"


def _heads_of(goal: Goal, strategy: Strategy) -> Iterable[tuple[str, Head]]:
    code = format_head(goal, None, strategy)
    yield fold_text(code), Head(code, goal, None)
    titles = Counter(fold_text(title) for one in goal.priorities.all() for title in set(_both(one, "title")) if title)
    for priority in goal.priorities.all():
        head = Head(format_head(goal, priority, strategy), goal, priority)
        names = [name for name in _both(priority, "title") if name and titles[fold_text(name)] == 1]
        for name in (head.text, *(f"{code} / {name}" for name in (priority.slug, *names))):
            yield fold_text(name), head


def _both(thing: Any, name: str) -> tuple[str | None, str | None]:
    return getattr(thing, f"{name}_sv"), getattr(thing, f"{name}_en")


def _is_public() -> Q:
    """Return a condition equal to `Activity.objects.published()`."""
    from django.utils import timezone

    now = timezone.now()
    return is_public(now) & is_public(now, "plan__") & is_public(now, "plan__strategy__")
