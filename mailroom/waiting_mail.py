"""What is told on the desks about mail that has waited for long."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from mailroom.models import MailServerOutage, OutgoingMail
from mailroom.models.outgoing_mail import BACKOFF, OutgoingMailQuerySet

TOLD_AFTER = timedelta(minutes=15)
ATTEMPTS_BEFORE_TOLD = BACKOFF.count_attempts(TOLD_AFTER)


def explain_waiting(mails: OutgoingMailQuerySet | None = None) -> list[str]:
    """Return sentences on those of the mails, by default all, that have waited for more than a quarter of an hour.

    Two queries.
    """
    since = timezone.now() - TOLD_AFTER
    outage = MailServerOutage.objects.first()
    untried, refused = Q(attempts=0, due_at__lte=since), Q(attempts__gte=ATTEMPTS_BEFORE_TOLD)
    waiting = (OutgoingMail.objects.all() if mails is None else mails).queued()
    found = waiting.order_by().aggregate(
        all=Count("pk"),
        untried=Count("pk", filter=untried),
        untried_since=Min("due_at", filter=untried),
        refused=Count("pk", filter=refused),
    )
    if outage:
        return _explain_outage(outage, found["all"]) if outage.began_at <= since and found["all"] else []
    sentences = []
    if found["untried"]:
        sentences.append(_explain_untried(found["untried"], found["untried_since"]))
    if found["refused"]:
        sentences.append(_explain_refused(found["refused"]))
    return sentences


def _explain_outage(outage: MailServerOutage, count: int) -> list[str]:
    words = ngettext(
        "%(count)d e-mail is waiting: no e-mail could be sent since %(since)s. It will be sent as soon as the mail "
        "server answers.",
        "%(count)d e-mails are waiting: no e-mail could be sent since %(since)s. They will be sent as soon as the mail "
        "server answers.",
        count,
    )
    return [words % {"count": count, "since": _describe(outage.began_at)}, outage.fault]


def _explain_untried(count: int, since: datetime) -> str:
    words = ngettext(
        "%(count)d e-mail has been waiting to be sent since %(since)s. Ask the site administrator to check that the "
        "worker is running.",
        "%(count)d e-mails have been waiting to be sent since %(since)s. Ask the site administrator to check that the "
        "worker is running.",
        count,
    )
    return words % {"count": count, "since": _describe(since)}


def _explain_refused(count: int) -> str:
    words = ngettext(
        "%(count)d e-mail could not be sent yet because the mail server asks us to wait. It will be retried for five "
        "days.",
        "%(count)d e-mails could not be sent yet because the mail server asks us to wait. They will be retried for "
        "five days.",
        count,
    )
    return words % {"count": count}


def _describe(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
