"""What the worker could not do."""

from typing import Any

from django.utils import timezone

from jobs.models import Failure
from tests.factories.publishing import numbers


def make_failure(**given: Any) -> Failure:
    """Make the failure of a job as a whole; name a model and a key for that of a row."""
    row = {"job": f"search.indexing.index_{next(numbers)}", "error": "ValueError, indexing.py:1", "attempts": 8}
    return Failure.objects.create(**row | {"due_at": timezone.now()} | given)
