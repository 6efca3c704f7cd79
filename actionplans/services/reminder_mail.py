"""The mail of the weekly digest."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actionplans.models import Activity, Milestone
from mailroom import outbox
from mailroom.models import OutgoingMail

LANGUAGE = settings.LANGUAGE_CODE
"""Recipients' languages are unknown, so all mails are in the site's."""


class Recipient(NamedTuple):
    """Who gets a digest, and the coordinator to reply to, if that is someone else."""

    email: str
    name: str
    user_id: int | None
    reply_to: str


class Item(NamedTuple):
    """An activity, or one of its milestones, that is due on a day."""

    activity: Activity
    due: date
    milestone: Milestone | None = None


def queue_digest(recipient: Recipient, items: list[Item], plans: Collection[int]) -> OutgoingMail:
    """Queue one mail about all items. `plans` are those that the recipient can open in the admin."""
    today = timezone.localdate()
    ordered = sorted(items, key=lambda item: (item.due, item.activity.pk))
    count = len({item.activity.pk for item in items})
    with translation.override(LANGUAGE):
        context: dict[str, Any] = {
            "name": recipient.name,
            "late": [_row(item, today, plans) for item in ordered if item.due < today],
            "soon": [_row(item, today, plans) for item in ordered if item.due >= today],
            "reports_here": any(item.activity.plan_id in plans for item in items),
        }
        words = ngettext(
            "%(count)d activity needs your attention this week",
            "%(count)d activities need your attention this week",
            count,
        )
        return outbox.queue_mail(
            to=recipient.email,
            subject=words % {"count": count},
            body=render_to_string("actionplans/reminder.txt", context).strip() + "\n",
            language=LANGUAGE,
            reply_to=recipient.reply_to,
        )


def _row(item: Item, today: date, plans: Collection[int]) -> dict[str, str]:
    """Return an item in words, with the address of the page where the recipient can act on it."""
    activity = item.activity
    if activity.plan_id in plans:
        path = reverse("admin:actionplans_activity_change", args=[activity.pk])
    else:
        path = activity.get_absolute_url()
    return {
        "title": activity.title,
        "plan": activity.plan.title,
        "milestone": item.milestone.title if item.milestone else "",
        "when": _when(item.due, today),
        "url": f"{settings.BASE_URL}{path}",
    }


def _when(due: date, today: date) -> str:
    day, days = date_format(due), abs((due - today).days)
    if due == today:
        return _("Due today, %(day)s.") % {"day": day}
    if due > today:
        words = ngettext("Due %(day)s, in %(days)d day.", "Due %(day)s, in %(days)d days.", days)
    else:
        words = ngettext(
            "Was due %(day)s, %(days)d day ago.",
            "Was due %(day)s, %(days)d days ago.",
            days,
        )
    return words % {"day": day, "days": days}
