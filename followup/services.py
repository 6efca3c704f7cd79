"""Preparing, checking and publishing a follow-up."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from modeltranslation.settings import AVAILABLE_LANGUAGES

from followup.models import Assessment, FollowUp
from followup.snapshots import take_snapshot
from publishing.models import FormerSlug
from publishing.slugs import find_free_slug
from strategy.models import Goal, Strategy


def add_missing_assessments(followup: FollowUp) -> None:
    """Add an assessment for every published goal of the strategy that lacks one, with the text of the previous one."""
    goals = followup.strategy.goals.published().exclude(assessments__followup=followup)
    before = Assessment.objects.filter(goal__in=goals, followup__as_of__lt=followup.as_of)
    last = {assessment.goal_id: assessment for assessment in before.published().latest()}
    Assessment.objects.bulk_create(_draft(followup, goal, last.get(goal.pk)) for goal in goals)


def draft_annual_followup(strategy: Strategy, year: int, signed_by: str) -> FollowUp:
    """Create the draft of a year's account to the government, with an assessment for every goal of the strategy."""
    followup = FollowUp(
        strategy=strategy, kind=FollowUp.Kind.ANNUAL, year=year, as_of=_last_day(year), signed_by=signed_by
    )
    for language in AVAILABLE_LANGUAGES:
        with override(language):
            facts = {"strategy": getattr(strategy, f"title_{language}") or strategy.title_sv, "year": year}  # type: ignore[attr-defined]
            title = _("Annual follow-up %(year)s of %(strategy)s") % facts
            summary = _("How far the county had come towards the goals of %(strategy)s at the end of %(year)s.") % facts
        setattr(followup, f"title_{language}", title[:160])
        setattr(followup, f"summary_{language}", summary)
    followup.slug = _free_slug(f"arsredovisning-{year}")
    with transaction.atomic():
        followup.full_clean()
        followup.save()
        add_missing_assessments(followup)
    return followup


def find_faults(followup: FollowUp) -> list[str]:
    """Return what must be corrected before the follow-up can be published, as sentences."""
    assessments = list(followup.assessments.select_related("goal").prefetch_related("evidence__document__versions"))
    assessed = {assessment.goal_id for assessment in assessments}
    missing = [goal for goal in followup.strategy.goals.published() if goal.pk not in assessed]
    shown = [assessment for assessment in assessments if assessment.goal.is_published()]
    found = [_without_assessment(goal) for goal in missing]
    found += [_without_assessment(assessment.goal) for assessment in shown if not assessment.is_complete]
    found += [
        _("%(document)s is evidence for %(goal)s but has no file the public can read. Publish it first.")
        % {"document": evidence.document, "goal": assessment.goal}
        for assessment in shown
        for evidence in assessment.evidence.all()
        if not evidence.document.is_published() or evidence.document.current_version is None
    ]
    return found or ([] if shown else [_("The strategy has no published goal to assess.")])


@transaction.atomic
def freeze_for_publishing(followup: FollowUp) -> None:
    """Freeze a snapshot on the given object; the caller saves it as published. Raise `ValidationError` with all faults.

    Others who change an assessment meanwhile wait for our transaction, and are then refused.
    """
    FollowUp.objects.select_for_update(no_key=True).get(pk=followup.pk)
    if found := find_faults(followup):
        raise ValidationError(found)
    followup.frozen = take_snapshot(followup)
    followup.frozen_at = timezone.now()


def _draft(followup: FollowUp, goal: Goal, last: Assessment | None) -> Assessment:
    """Return an assessment with the previous text; the verdict itself must be made anew."""
    texts = {name: getattr(last, name) or "" for name in ("text_sv", "text_en")} if last else {}
    return Assessment(followup=followup, goal=goal, **texts)


def _without_assessment(goal: Goal) -> str:
    words = _(
        "%(goal)s has not been assessed yet. Choose a judgement (“Cannot be judged” is one), explain it, then sign "
        "and date it."
    )
    return words % {"goal": goal}


def _last_day(year: int) -> date:
    """Return the year's last day, or today if the year is not over."""
    return min(date(year, 12, 31), timezone.localdate())


def _free_slug(wanted: str) -> str:
    wanted = slugify(wanted)[:70]
    followups = FollowUp.objects.all()
    found = (held.filter(slug__startswith=wanted) for held in (followups, FormerSlug.of_read(followups)))
    taken = {one.slug for held in found for one in held.only("slug")}
    return find_free_slug(wanted, taken.__contains__)
