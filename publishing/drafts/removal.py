"""Discarded drafts can be brought back for a time, then they are removed."""

from datetime import timedelta

from django.utils import timezone

from publishing.models import Draft

KEPT_AFTER_DISCARDING = timedelta(days=90)


def remove_discarded_drafts() -> int:
    """Remove the drafts that were discarded long ago. Return how many."""
    return Draft.objects.filter(discarded_at__lt=timezone.now() - KEPT_AFTER_DISCARDING).delete()[0]
