"""The demo's draft of the next strategy: its goals, and what becomes of the present ones."""

import tomllib
from pathlib import Path
from typing import TypeVar

from django.db.models import Model

from strategy.models import Goal, GoalCrosswalk, Priority, Strategy

M = TypeVar("M", bound=Model)


def load_successor() -> None:
    """Create the draft if it is missing. Only staff see it before it is adopted."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    row = content["strategy"]
    if Strategy.objects.filter(slug=row["slug"]).exists():
        return
    strategy = _save(Strategy(**row, supersedes=Strategy.objects.get(slug="framtid-vasternorrland")))
    for row in content["goal"]:
        priorities = row.pop("priority", [])
        goal = _save(Goal(**row, strategy=strategy))
        for position, priority in enumerate(priorities):
            _save(Priority(**priority, goal=goal, position=position))
    goals = {goal.slug: goal for goal in Goal.objects.all()}
    for row in content["crosswalk"]:
        old, new = goals[row.pop("old")], goals.get(row.pop("new", ""))
        _save(GoalCrosswalk(**row, old_goal=old, new_goal=new))


def _save(thing: M) -> M:
    thing.full_clean()
    thing.save()
    return thing
