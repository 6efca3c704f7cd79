"""The demo's change log."""

import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils import timezone

from publishing.changes import note_change
from publishing.models import ChangeNote


def load_changes() -> None:
    """Create the notes, unless there are some already."""
    if ChangeNote.objects.exists():
        return
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for row in content["change"]:
        model: Any = apps.get_model(row["model"])
        note_change(
            model.objects.get(slug=row["slug"]),
            by=row["by"],
            note_sv=row.get("note_sv", ""),
            note_en=row.get("note_en", ""),
            is_minor=row.get("minor", False),
            at=timezone.make_aware(row["at"]),
        )
