"""Succession of strategies: adopting a new one, and what happens to each goal of the old one."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.models import Publication
from strategy.models import Goal, GoalCrosswalk, Priority, Strategy

UNPUBLISHED = (Publication.DRAFT, Publication.REVIEW)
Kind = GoalCrosswalk.Kind


def find_superseded(new: Strategy) -> Strategy | None:
    """Return the strategy that adopting the new one would supersede."""
    return Strategy.objects.filter(is_current=True).exclude(pk=new.pk).first()


def find_goals_without_succession(old: Strategy, new: Strategy) -> list[Goal]:
    """Return the old strategy's goals, apart from never published ones, whose succession is undecided."""
    decided = GoalCrosswalk.objects.filter(old_goal__strategy=old, new_goal__strategy=new)
    dropped = GoalCrosswalk.objects.filter(old_goal__strategy=old, kind=Kind.DROPPED)
    goals = old.goals.exclude(publication__in=UNPUBLISHED)
    return list(goals.exclude(pk__in=decided.values("old_goal")).exclude(pk__in=dropped.values("old_goal")))


def find_obstacles(new: Strategy) -> list[str]:
    """Return why the strategy cannot be adopted now, as sentences; empty if it can."""
    found = []
    if new.is_current:
        found.append(_("The strategy is already in force."))
    if Strategy.objects.filter(supersedes=new, publication=Publication.PUBLISHED).exists():
        found.append(_("The strategy has itself been superseded."))
    if not new.decided_on:
        found.append(_("Enter the date it was decided, under “Period and decision”, and save."))
    if not new.goals.exclude(publication=Publication.ARCHIVED).exists():
        found.append(_("Add the strategy's goals first."))
    old = find_superseded(new)
    if old:
        found += [
            _("Say what happens to the goal %(goal)s: it continues, or is split, merged or dropped.") % {"goal": goal}
            for goal in find_goals_without_succession(old, new)
        ]
    return found


@transaction.atomic
def adopt_strategy(pk: int) -> Strategy:
    """Put a strategy in force: publish it with its goals and priorities, and supersede the one before.

    Raise `ValidationError` with the obstacles. All strategies are locked, so that two adoptions, or an adoption and a
    change of the crosswalk's strategies, cannot run at the same time.
    """
    list(Strategy.objects.select_for_update().order_by("pk"))
    new = Strategy.objects.get(pk=pk)
    if found := find_obstacles(new):
        raise ValidationError(found)
    if old := find_superseded(new):
        old.is_current = False
        old.save(update_fields=["is_current", "updated_at"])
        # Only one can supersede it: another draft that was meant to does so no longer.
        Strategy.objects.filter(supersedes=old).exclude(pk=new.pk).update(supersedes=None)
        new.supersedes = old
    new.is_current = True
    _publish(new)
    for thing in (*_unpublished(new.goals.all()), *_unpublished(Priority.objects.filter(goal__strategy=new))):
        _publish(thing)
    return new


def _unpublished(things: QuerySet[Any]) -> QuerySet[Any]:
    """Return those that are not published yet, locked until the adoption is complete."""
    return things.filter(publication__in=UNPUBLISHED).select_for_update(of=("self",), no_key=True)


def _publish(thing: Strategy | Goal | Priority) -> None:
    """Publish a thing from now at the latest, even if it was scheduled for later. Its texts are not saved."""
    now = timezone.now()
    thing.publication = Publication.PUBLISHED
    thing.publish_from = min(thing.publish_from or now, now)
    try:
        thing.check_times()
        thing.validate_constraints()
    except ValidationError as error:
        raise ValidationError([f"{thing}: {sentence}" for sentence in error.messages]) from error
    acts = ["is_current", "supersedes"] if isinstance(thing, Strategy) else []
    thing.save(update_fields=["publication", "publish_from", *acts, "updated_at"])


def find_successors(goal: Goal) -> list[GoalCrosswalk]:
    """Return the public successions of a goal; a dropped goal's leads nowhere but may say why."""
    rows = GoalCrosswalk.objects.filter(old_goal=goal).select_related("new_goal__strategy")
    return [row for row in rows if row.new_goal is None or _is_public(row.new_goal)]


def find_predecessors(goal: Goal) -> list[GoalCrosswalk]:
    """Return the public successions that lead to this goal."""
    rows = GoalCrosswalk.objects.filter(new_goal=goal).select_related("old_goal__strategy")
    return [row for row in rows if _is_public(row.old_goal)]


def _is_public(goal: Goal) -> bool:
    return goal.is_published() and goal.strategy.is_published()


def group_by_kind(rows: list[GoalCrosswalk]) -> list[dict[str, Any]]:
    """Group rows by kind, for a sentence each: “is split into A and B”."""
    groups: dict[str, list[GoalCrosswalk]] = defaultdict(list)
    for row in rows:
        groups[row.kind].append(row)
    return [{"words": Kind(kind).label, "rows": found} for kind, found in groups.items()]
