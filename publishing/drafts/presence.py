"""Who else has a form open. Nobody is kept out: it only saves colleagues from writing the same twice."""

from datetime import timedelta

from babel.lists import format_list
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language, ngettext

from publishing.authors import describe_author
from publishing.models import Presence

SEEN_WITHIN = timedelta(minutes=3)
"""Pages that are used say so every 20 seconds (static/admin-portal/drafts.js)."""

KEPT = timedelta(hours=1)


def note_presence(thing: Model, user: User) -> None:
    """Note that somebody has the form of a thing open now."""
    kind = ContentType.objects.get_for_model(thing)
    Presence.objects.update_or_create(
        content_type=kind, object_id=thing.pk, user=user, defaults={"seen_at": timezone.now()}
    )


def describe_others(thing: Model, user: User) -> str:
    """Return who else has the form of a thing open, as a sentence; empty if nobody has."""
    kind = ContentType.objects.get_for_model(thing)
    there = Presence.objects.filter(
        content_type=kind, object_id=thing.pk, seen_at__gt=timezone.now() - SEEN_WITHIN, user__is_active=True
    )
    others = there.exclude(user=user).select_related("user").order_by("pk")
    names = [describe_author(one.user) for one in others]
    if not names:
        return ""
    words = ngettext("%(names)s also has this form open", "%(names)s also have this form open", len(names))
    return words % {"names": format_list(names, locale=get_language() or settings.LANGUAGE_CODE)}


def forget_presences() -> int:
    """Remove what nobody is told any more. Return how many."""
    return Presence.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()[0]
