"""What the factories share: texts in both languages, published since a day."""

import itertools
from datetime import UTC, datetime
from typing import Any

from publishing.models import Publication

numbers = itertools.count(1)
"""What is made gets a number, so that it differs from the one before."""


def published() -> dict[str, Any]:
    return {"publication": Publication.PUBLISHED, "publish_from": datetime(2026, 1, 1, tzinfo=UTC)}


def in_both_languages(given: dict[str, Any], **texts: tuple[str, str]) -> dict[str, Any]:
    """The given fields, with what they leave out of the texts filled in both languages."""
    fields = dict(given)
    for name, (swedish, english) in texts.items():
        same = fields.pop(name, None)
        fields.setdefault(f"{name}_sv", swedish if same is None else same)
        fields.setdefault(f"{name}_en", english if same is None else same)
    return fields
