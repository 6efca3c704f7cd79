"""Report on an activity, or confirm that all about it is still right.

The delivery status of an existing activity changes only by a report. The caller checks who may report on which
activity (`actionplans.ownership`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actionplans.models import Activity, Involvement, Milestone, StatusUpdate
from actionplans.ownership import find_readable_reports
from contacts.bylines import make_byline
from jobs.locks import Lock, wait_for_advisory_lock
from publishing.fingerprints import digest_value, fingerprint_fields


class StaleReportError(ValidationError):
    """Someone else has reported another status since the form was opened."""


@dataclass(frozen=True)
class Particulars:
    """What a report may bring beside status and text: all of it may be empty."""

    milestones: Collection[Milestone] = ()
    """Those that have been reached."""
    ends_on: date | None = None
    """A new end of the activity; None keeps the old one."""
    evidence_title: str = ""
    evidence_url: str = ""
    """Where anyone can see that it is so."""


NO_PARTICULARS = Particulars()


@transaction.atomic
def write_report(  # noqa: PLR0913 - a report is that much, and all of it is named
    activity: Activity,
    *,
    after: str,
    text_sv: str,
    text_en: str = "",
    is_public: bool = True,
    by: User,
    reason_sv: str = "",
    reason_en: str = "",
    merged_into: Activity | None = None,
    particulars: Particulars = NO_PARTICULARS,
    expected_before: str | None = None,
    expected: str | None = None,
) -> StatusUpdate:
    """Write a dated and signed report, set the activity's status, and so confirm the activity.

    `expected_before` is the status and `expected` the fingerprint (`fingerprint_reported`) that the writer saw; None
    accepts any. The reason is kept only for statuses that need one. `activity` itself is updated. Raise
    `ValidationError` with sentences by argument, and `StaleReportError`.
    """
    standing = _lock_for_report(activity, after)
    _check_not_stale(standing, by, expected_before, expected)
    text_sv, reason_sv = text_sv.strip(), reason_sv.strip()
    _check(standing, after, text_sv, reason_sv, merged_into, particulars)
    before = standing.delivery_status
    _set_status(standing, after, reason_sv, reason_en.strip(), merged_into)
    copy_reported(activity, standing)
    texts: dict[str, Any] = {"text_sv": text_sv, "text_en": text_en.strip()}
    report = StatusUpdate.objects.create(
        activity=activity,
        before=before,
        after=after,
        is_public=is_public,
        signed_by=sign_report(activity, by),
        author=by,
        evidence_title=particulars.evidence_title,
        evidence_url=particulars.evidence_url,
        **_move_end(activity, standing, particulars.ends_on),
        **texts,
    )
    reached = standing.milestones.filter(reached_on=None, pk__in=[milestone.pk for milestone in particulars.milestones])
    reached.update(reached_on=report.reported_on, reached_in=report)
    return report


def _move_end(activity: Activity, standing: Activity, ends_on: date | None) -> dict[str, date | None]:
    """Give the activity its new end, if there is one. Return the report's fields about it."""
    before = standing.ends_on
    if ends_on in (None, before):
        return {}
    activity.ends_on = standing.ends_on = ends_on
    standing.save(update_fields=["ends_on", "updated_at"])
    return {"ends_before": before, "ends_after": ends_on}


def sign_report(activity: Activity, user: User) -> str:
    """Return name and title, or for somebody without a contact page name and the organisation they report for."""
    byline = make_byline(user)
    if getattr(user, "staff_member", None) is not None:
        return byline
    leads = {"involvements__activity": activity, "involvements__role": Involvement.Role.RESPONSIBLE}
    with translation.override("sv"):
        names = [organisation.name for organisation in user.organisations.filter(**leads)]
    return ", ".join([byline, *names])[:160]


def _lock_for_report(activity: Activity, after: str) -> Activity:
    """Return the activity as it stands, locked; before a merge, lock merging as a whole."""
    if after == Activity.Delivery.MERGED:
        wait_for_advisory_lock(Lock.MERGERS)
    return Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)


def _check_not_stale(standing: Activity, by: User, expected_before: str | None, expected: str | None) -> None:
    is_same_status = expected_before in (None, standing.delivery_status)
    if not is_same_status or expected not in (None, fingerprint_reported(standing)):
        raise StaleReportError(_what_came_between(standing, by))


def _set_status(standing: Activity, after: str, reason_sv: str, reason_en: str, merged_into: Activity | None) -> None:
    """Set the status, with a reason if the status needs one, as confirmed now."""
    needs_reason = after in Activity.NEEDS_REASON
    new = {
        "delivery_status": after,
        "status_reason_sv": reason_sv if needs_reason else "",
        "status_reason_en": reason_en if needs_reason else "",
        "merged_into": merged_into,
        "last_confirmed_at": timezone.now(),
    }
    for name, value in new.items():
        setattr(standing, name, value)
    standing.save(update_fields=[*new, "status_reason", "updated_at"])


def fingerprint_reported(activity: Activity) -> str:
    """Return the fingerprint of what a report replaces: status, reason, and what the activity is merged into."""
    names = ("delivery_status", "status_reason_sv", "status_reason_en", "merged_into")
    return digest_value(sorted(fingerprint_fields(activity, names).items()))


def copy_reported(activity: Activity, standing: Activity) -> None:
    """Copy the fields that only reports change to an activity that was read earlier."""
    for name in ("delivery_status", "status_reason_sv", "status_reason_en", "merged_into_id", "last_confirmed_at"):
        setattr(activity, name, getattr(standing, name))


def confirm_activity(activity: Activity) -> bool:
    """Note that all about the activity is still right. Return whether this is today's first confirmation."""
    not_today = Q(last_confirmed_at__isnull=True) | Q(last_confirmed_at__date__lt=timezone.localdate())
    now = timezone.now()
    is_first = bool(Activity.objects.filter(not_today, pk=activity.pk).update(last_confirmed_at=now))
    if is_first:
        activity.last_confirmed_at = now
    return is_first


def _check(
    activity: Activity,
    after: str,
    text_sv: str,
    reason_sv: str,
    merged_into: Activity | None,
    particulars: Particulars,
) -> None:
    errors = _list_wrong_particulars(activity, particulars)
    if after not in Activity.Delivery:
        errors["after"] = _("Choose one of the statuses.")
    if not text_sv:
        errors["text_sv"] = _("Describe in Swedish what has happened.")
    if after in Activity.NEEDS_REASON and not reason_sv:
        errors["reason_sv"] = _("Say in Swedish why the activity is paused, cancelled or merged.")
    if error := _wrong_target(activity, after, merged_into):
        errors["merged_into"] = error
    if errors:
        raise ValidationError(errors)


def _list_wrong_particulars(activity: Activity, given: Particulars) -> dict[str, str]:
    errors = {}
    if given.ends_on and activity.starts_on and given.ends_on < activity.starts_on:
        errors["ends_on"] = _("The activity cannot end before it starts.")
    if given.evidence_url and not given.evidence_title:
        errors["evidence_title"] = _("Say what the link shows.")
    if given.evidence_title and not given.evidence_url:
        errors["evidence_url"] = _("Enter the link, or leave both fields empty.")
    return errors


def _wrong_target(activity: Activity, after: str, merged_into: Activity | None) -> str:
    if after != Activity.Delivery.MERGED:
        return _("Only an activity with the status merged can redirect to another.") if merged_into else ""
    if merged_into is None:
        return _("Choose the activity that it has been merged into.")
    if merged_into.pk == activity.pk:
        return _("An activity cannot be merged into itself.")
    if activity.pk in _merged_on_from(merged_into.pk):
        return _("“%(other)s” has itself been merged into this activity. Choose another.") % {"other": merged_into}
    return ""


def _merged_on_from(pk: int) -> list[int]:
    """Return the chain of activities that an activity has been merged into."""
    chain: list[int] = []
    following: int | None = pk
    while following and following not in chain:
        chain.append(following)
        following = Activity.objects.filter(pk=following).values_list("merged_into", flat=True).get()
    return chain[1:]


def _what_came_between(activity: Activity, reader: User) -> str:
    """Tell what another has reported, if the reader may know: a report can be internal."""
    status = activity.get_delivery_status_display()
    newest = find_readable_reports(reader).filter(activity=activity).order_by("pk").last()
    reason = Truncator(activity.status_reason).chars(200)
    if newest is None or newest.after != activity.delivery_status:
        return _(
            "The status has changed to “%(status)s” since you opened the form. Nothing was saved. Check your "
            "report and send it again if it is still correct."
        ) % {"status": status}
    told = _(
        "%(name)s has since reported the status “%(status)s”: “%(text)s” Your report has not been saved. Check it "
        "and send it again if it is still correct."
    ) % {"name": newest.signed_by, "status": status, "text": Truncator(newest.text).chars(200)}
    standing = _("The current reason: “%(reason)s”") % {"reason": reason}
    return f"{told} {standing}" if reason else told
