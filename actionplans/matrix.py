"""Goals against plans: how many activities of each plan serve each goal, and the gaps in the red thread."""

from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Window

from actionplans.models import ActionPlan, ActivityQuerySet, Contribution, Involvement
from strategy.models import Goal

GAPS_SHOWN = 50


class Cell(NamedTuple):
    """How many activities of a plan serve a goal, and how many of them are late."""

    plan: ActionPlan
    count: int  # type: ignore[assignment]
    late: int


class MatrixRow(NamedTuple):
    """A goal with a cell for every plan."""

    goal: Goal
    cells: list[Cell]

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)


class Matrix(NamedTuple):
    """Every goal against every plan."""

    plans: list[ActionPlan]
    rows: list[MatrixRow]

    @property
    def goals_without(self) -> list[Goal]:
        """The goals that no activity serves."""
        return [row.goal for row in self.rows if not row.total]


class Gap(NamedTuple):
    """How many things lack something, and the first of these."""

    count: int  # type: ignore[assignment]
    first: list[Any]


def build_matrix(goals: QuerySet[Goal], plans: QuerySet[ActionPlan], activities: ActivityQuerySet) -> Matrix:
    """Build the matrix by three queries: the goals, the plans, and the counts of activities."""
    goals = goals.only("slug", *_texts("title"), "code", "strategy", "position")
    columns = list(plans.select_related("theme").defer(*_texts("body"), *_texts("summary")))
    served = Contribution.objects.count_activities(activities, "goal", "activity__plan")
    counts = {(goal, plan): (count, late) for goal, plan, count, late in served}
    rows = [
        MatrixRow(goal, [Cell(plan, *counts.get((goal.pk, plan.pk), (0, 0))) for plan in columns]) for goal in goals
    ]
    return Matrix(columns, rows)


def lacks_goal(goals: QuerySet[Goal]) -> Exists | Any:
    """Return a condition for activities that serve none of the goals."""
    return ~Exists(Contribution.objects.filter(activity=OuterRef("pk"), goal__in=goals))


def lacks_responsible() -> Exists | Any:
    return ~Exists(Involvement.objects.filter(activity=OuterRef("pk"), role=Involvement.Role.RESPONSIBLE))


def find_gap(things: QuerySet[Any]) -> Gap:
    """Count the things and fetch the first of them, by one query."""
    first: list[Any] = list(things.annotate(of_all=Window(Count("pk")))[:GAPS_SHOWN])
    return Gap(first[0].of_all if first else 0, first)


def _texts(field: str) -> tuple[str, str]:
    return f"{field}_sv", f"{field}_en"
