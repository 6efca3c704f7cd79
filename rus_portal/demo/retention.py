"""The demo's retention plan, created if the registry has none."""

import tomllib
from pathlib import Path

from django.db import transaction

from registry import chain
from registry.models import DocumentType, RetentionPlan


@transaction.atomic
def load_retention_plan() -> None:
    """Create version 1, with an archivist's checks on each type, unless there is a plan."""
    if RetentionPlan.objects.exists():
        return
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    plan = RetentionPlan(**content["plan"])
    plan.full_clean()
    plan.save()
    for row in content["type"]:
        kind = DocumentType(plan=plan, **row)
        kind.full_clean()
        kind.save()
    chain.state_changes("retention plan written")
