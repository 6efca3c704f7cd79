"""The demo's programmes, calls and theme words. The dates of the calls are relative to today."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils import timezone

from actionplans.models import ActionPlan, Activity, Theme
from contacts.models import StaffMember
from funding.models import Call, FundingProgramme, Guidance, ThemeWords
from publishing.models import Publication
from strategy.models import Goal

FOLDER = Path(__file__).parent
PUBLISHED = {"publication": Publication.PUBLISHED, "publish_from": datetime(2026, 1, 1, tzinfo=UTC)}


def load_funding() -> None:
    """Create what is missing; existing programmes are left as their editors made them."""
    for row in _read("theme_words.toml")["words"]:
        theme = Theme.objects.get(slug=row.pop("theme"))
        if not ThemeWords.objects.filter(theme=theme).exists():
            _save(ThemeWords(theme=theme, **row))
    for position, row in enumerate(_read("funding.toml")["programme"]):
        if not FundingProgramme.objects.filter(slug=row["slug"]).exists():
            _load_programme(row | {"position": position})


def _load_programme(row: dict[str, Any]) -> None:
    guidance, calls, themes, activities = (row.pop(name) for name in ("guidance", "call", "themes", "activities"))
    contact = StaffMember.objects.get(slug=row.pop("contact"))
    programme = FundingProgramme(**row | PUBLISHED, contact=contact)
    _save(programme)
    programme.themes.set(Theme.objects.filter(slug__in=themes))
    pairs = (address.split("/") for address in activities)
    programme.activities.set([Activity.objects.get(plan__slug=plan, slug=slug) for plan, slug in pairs])
    for one in guidance:
        goal = Goal.objects.filter(slug=one.pop("goal", "")).first()
        plan = ActionPlan.objects.filter(slug=one.pop("plan", "")).first()
        _save(Guidance(programme=programme, goal=goal, plan=plan, **one))
    today = timezone.localdate()
    for one in calls:
        closes = one.pop("closes", None)
        days = {
            "opens_on": today + timedelta(days=one.pop("opens")),
            "closes_on": None if closes is None else today + timedelta(days=closes),
        }
        _save(Call(programme=programme, link=programme.link, **one | days | PUBLISHED))


def _save(thing: Model) -> None:
    """Save with an editor's checks and sanitising."""
    thing.full_clean()
    thing.save()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
