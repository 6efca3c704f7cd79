"""Changes of what is public that are to be published later: a draft that waits for its moment."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs import clock
from jobs.heartbeats import stopping
from jobs.rows import do_rows
from jobs.wake_up import SECONDS_BETWEEN_ROUNDS, Channel, notify_worker
from mailroom import outbox
from publishing.drafts.submission import NotSavedError, save_draft, undo_changes
from publishing.models import Draft, Publication
from publishing.moments import MomentField, describe_moment

DRAFTS_AT_ONCE = 10
"""After so many, the worker looks anew at what is due first: another one may have died and left its draft."""
SHORTEST_PAUSE = 0.1
"""Seconds until the worker looks again for a draft that is due and that another one seems to be at."""


def read_moment(text: str) -> datetime:
    """Return the time that was typed, or raise `ValidationError`."""
    moment: datetime | None = MomentField().clean(text)
    if moment is None or moment <= timezone.now():
        raise ValidationError(_("Choose a time that has not passed."))
    return moment


def check_draft(draft: Draft) -> None:
    """Raise `NotSavedError` if a draft could not be published now."""
    with undo_changes():
        _publish(draft)


def schedule_draft(draft: Draft, moment: datetime) -> None:
    """Let a draft be published at a moment."""
    draft.publish_at, draft.failure = moment, ""
    draft.save(update_fields=["publish_at", "failure"])
    notify_worker(Channel.PUBLISHING)


def unschedule_draft(draft: Draft) -> None:
    """Let a draft wait no longer: it becomes one that is being written."""
    draft.publish_at = None
    draft.save(update_fields=["publish_at"])


def publish_due_drafts() -> int:
    """Publish the drafts whose moment has come, the earliest first. Return how many were tried."""
    done = 0
    while tried := do_rows(find_due_drafts().order_by("publish_at", "pk"), _publish_due, at_most=DRAFTS_AT_ONCE):
        done += tried
        if stopping.is_set():
            break
    return done


def find_due_drafts() -> QuerySet[Draft]:
    return Draft.objects.filter(publish_at__lte=clock.read_time(), discarded_at=None)


def count_seconds_to_next() -> float:
    """Return the seconds until the next draft is due, or is to be looked at again; infinity if none waits.

    What has been due for longer than a poll's pause is left to the poll: it may be one that cannot be done.
    """
    now = clock.read_time()
    waiting = Draft.objects.filter(publish_at__gt=now - timedelta(seconds=SECONDS_BETWEEN_ROUNDS), discarded_at=None)
    first = waiting.order_by("publish_at").values_list("publish_at", flat=True).first()
    return math.inf if first is None else max((first - now).total_seconds(), SHORTEST_PAUSE)


@transaction.atomic
def _publish_due(pk: int) -> bool:
    """Publish a draft, or give it back to its author with the reason, unless another worker is at it."""
    due = find_due_drafts().select_related("content_type", "author")
    draft = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if draft is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        try:
            with transaction.atomic():
                _publish(draft)
        except NotSavedError as error:
            _give_back(draft, error.reasons)
        else:
            draft.delete()
    return True


def _publish(draft: Draft) -> None:
    thing = draft.find_thing()
    if thing is None or getattr(thing, "publication", "") != Publication.PUBLISHED:
        raise NotSavedError(_("The page is no longer published."))
    save_draft(draft)


def _give_back(draft: Draft, reasons: tuple[str, ...]) -> None:
    """Let a draft that could not be published be one that is being written, and tell its author."""
    moment, draft.publish_at, draft.failure = draft.publish_at, None, "\n".join(reasons)
    draft.save(update_fields=["publish_at", "failure"])
    author = draft.author
    if not isinstance(author, User) or not author.email or moment is None:
        return
    facts = {
        "title": draft.title,
        "time": describe_moment(moment),
        "reasons": draft.failure,
        "link": draft.make_link(),
    }
    outbox.queue_mail(
        to=author.email,
        subject=_("The changes of “%(title)s” were not published") % facts,
        body=_(
            "Your changes of “%(title)s” were to be published %(time)s. They were not, because:\n\n"
            "%(reasons)s\n\nThe draft is kept. Open it here:\n%(link)s\n"
        )
        % facts,
        language=settings.LANGUAGE_CODE,
    )
