"""That a round which stands still is told from one that goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import SILENT_AFTER, Heartbeat, Round

pytestmark = pytest.mark.django_db


def test_round_that_has_not_beaten_for_long_is_not_among_those_that_go_on() -> None:
    now = timezone.now()
    for round_, ago in ((Round.QUICK, timedelta(0)), (Round.SLOW, SILENT_AFTER + timedelta(seconds=1))):
        Heartbeat.objects.create(round=round_, host="one", pid=1, beat_at=now - ago)

    assert list(Heartbeat.objects.beating(now).values_list("round", flat=True)) == [Round.QUICK]
