"""Disposal of mail that became no case: automatic replies, bounces, duplicates.

They have arrived (TF 2:9), so their bytes are destroyed only after two people's decision (Arkivlagen 1990:782, 10 §).
Their rows stay with date, checksum, kind and disposal. They belong to no case, so each act is one event for all of
them, with their checksums.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from mailroom.models import IncomingMail
from registry import chain
from registry.models import Disposal, Event

MAILS_AT_MOST = 1000
"""In one disposal; the next takes the rest."""
BATCH = 100
UNDECIDED = (Disposal.State.PROPOSED, Disposal.State.DECIDED)


def find_disposable_mail() -> QuerySet[IncomingMail]:
    """Return mail that may be proposed and is not proposed yet, oldest first."""
    kept = IncomingMail.objects.of_little_importance().exclude(disposals__state__in=UNDECIDED)
    return kept.defer("raw").order_by("received_at", "pk")


def lock_disposable_mail(mails: list[IncomingMail]) -> list[IncomingMail]:
    """Lock and return those of the mails that may still be proposed."""
    free = IncomingMail.objects.of_little_importance().filter(pk__in=[mail.pk for mail in mails])
    free = free.select_for_update().defer("raw").order_by("pk")
    proposed = set(
        IncomingMail.objects.filter(pk__in=[mail.pk for mail in free], disposals__state__in=UNDECIDED).values_list(
            "pk", flat=True
        )
    )
    return [mail for mail in free if mail.pk not in proposed]


def append_mail_event(kind: Event.Kind, disposal: Disposal, user: User, **said: Any) -> None:
    """Append one event for all mail of a disposal, or all emptied mail once it is carried out; none without mail."""
    mails = disposal.mails.exclude(emptied_at=None) if kind == Event.Kind.DISPOSED else disposal.mails
    checksums = sorted(mails.values_list("checksum", flat=True))
    if checksums:
        chain.append_event(kind, actor=user.get_username(), disposal=disposal.pk, mails=checksums, **said)


def empty_mail(disposal: Disposal) -> None:
    """Destroy the bytes in the transaction that carries out the disposal. Mail that became a case meanwhile is left."""
    with translation.override(settings.LANGUAGE_CODE):
        note = _("Disposed of: disposal %(number)s, %(ground)s") % {"number": disposal.pk, "ground": disposal.ground}
    disposal.mails.of_little_importance().empty(note)


def find_faults() -> Iterator[str]:
    """Yield a sentence for mail that is altered, or emptied without a disposal in the chain."""
    lawful = _lawfully_emptied()
    # Mail emptied with its case has no checksum.
    for mail in IncomingMail.objects.exclude(emptied_at=None).exclude(checksum="").defer("raw"):
        if mail.checksum not in lawful:
            yield f"Mail {mail.pk} of {mail.received_at:%Y-%m-%d %H:%M} was emptied, but nobody has decided that."
    for mail in IncomingMail.objects.of_little_importance().iterator(chunk_size=BATCH):
        if hashlib.sha256(bytes(mail.raw)).hexdigest() != mail.checksum:
            yield f"Mail {mail.pk} of {mail.received_at:%Y-%m-%d %H:%M} is not as it came."


def _lawfully_emptied() -> set[str]:
    """Return the checksums of mail whose disposal one person proposed, another decided, and was carried out."""
    ended = (Event.Kind.DISPOSAL_REJECTED, Event.Kind.DISPOSAL_WITHDRAWN)
    kinds = (Event.Kind.DISPOSAL_PROPOSED, Event.Kind.DISPOSAL_DECIDED, Event.Kind.DISPOSED, *ended)
    told = Event.objects.filter(case=None, intake=None, kind__in=kinds, payload__isnull=False).order_by("sequence")
    proposers: dict[int, str] = {}
    decided: set[int] = set()
    lawful: set[str] = set()
    for kind, actor, data in told.values_list("kind", "actor", "payload__data"):
        try:
            said = json.loads(bytes(data))
        except ValueError:
            continue  # the check of the chain reports it
        which = said["disposal"]
        if kind == Event.Kind.DISPOSAL_PROPOSED:
            proposers[which] = actor
        elif kind == Event.Kind.DISPOSAL_DECIDED and proposers.get(which, actor) != actor:
            decided.add(which)
        elif kind in ended:
            decided.discard(which)
        elif kind == Event.Kind.DISPOSED and which in decided:
            lawful |= set(said["mails"])
    return lawful
