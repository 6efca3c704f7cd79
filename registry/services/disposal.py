"""Destroying what a rule allows to be destroyed: proposed by one, decided by another (Arkivlagen 1990:782, 10 §)."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from registry import chain
from registry.models import Disposal, Event, Intake


@transaction.atomic
def propose(*, intakes: Sequence[Intake], ground: str, user: User) -> Disposal:
    """Propose that arrivals which were never registered be destroyed. Nothing is destroyed by it."""
    disposal = Disposal.objects.create(ground=ground, proposed_by=user)
    disposal.intakes.set(intakes)
    for intake in intakes:
        chain.append(
            Event.Kind.DISPOSAL_PROPOSED,
            intake=intake,
            actor=user.get_username(),
            reason=ground,
            disposal=disposal.pk,
        )
    return disposal
