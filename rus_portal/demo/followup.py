"""The demo's follow-ups: made and published as by an editor, but as if on their own days in the past.

The portal did not exist on those days. So the state of each day is worked out from dates, the follow-ups say so, and
then it is frozen.
"""

import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from django.utils import timezone, translation
from modeltranslation.settings import AVAILABLE_LANGUAGES

from actionplans.models import Activity
from documents.models import Document, DocumentVersion
from followup.models import Assessment, Evidence, FollowUp
from followup.snapshots import Snapshot, add_counts, take_snapshot
from indicators import charts
from indicators.outcome import judge_outcome
from indicators.snapshots import format_plain
from publishing.models import Publication
from strategy.models import Strategy

FILE = Path(__file__).with_suffix(".toml")
NOT_OVER = (Activity.Delivery.DONE, Activity.Delivery.MERGED, Activity.Delivery.CANCELLED)
LATEST_DAY = date(9999, 12, 31)


def load_followups() -> None:
    """Create the missing follow-ups."""
    strategy = Strategy.objects.get(slug="framtid-vasternorrland")
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["followup"]:
        if not FollowUp.objects.filter(slug=row["slug"]).exists():
            _load(strategy, row)


def _load(strategy: Strategy, row: dict[str, Any]) -> None:
    assessments = row.pop("assessment")
    activities_until, values_until = row.pop("activities_until", LATEST_DAY), row.pop("values_until")
    followup = FollowUp(strategy=strategy, **row)
    followup.full_clean()
    followup.save()
    for assessment in assessments:
        _assess(followup, assessment)
    seen_at = timezone.make_aware(datetime.combine(followup.signed_on, time(9)))
    seen = _of_the_day(take_snapshot(followup), followup.as_of, activities_until)
    for goal in seen["goals"]:
        goal["indicators"] = [kept for one in goal["indicators"] if (kept := _until(one, values_until))]
    followup.frozen = {**add_counts(seen), "seen_at": seen_at.isoformat(timespec="seconds")}
    followup.frozen_at = followup.publish_from = seen_at
    followup.publication = Publication.PUBLISHED
    followup.full_clean()
    followup.save()


def _assess(followup: FollowUp, row: dict[str, Any]) -> None:
    evidence = row.pop("evidence")
    goal = followup.strategy.goals.get(slug=row.pop("goal"))
    assessment = Assessment(
        followup=followup, goal=goal, signed_by=followup.signed_by, signed_on=followup.signed_on, **row
    )
    assessment.full_clean()
    assessment.save()
    for piece in evidence:
        document = Document.objects.get(slug=piece.pop("document"))
        heading, page = piece.pop("heading"), piece.pop("page", None)
        found = Evidence(
            assessment=assessment,
            document=document,
            page=page or _page_of(document.versions.latest("number"), heading),
            **piece,
        )
        found.full_clean()
        found.save()


def _page_of(version: DocumentVersion, heading: str) -> int | None:
    """Return the last page with that heading as a line: the first is in the table of contents."""
    with version.file.open() as file, pypdfium2.PdfDocument(BytesIO(file.read())) as pdf:
        pages = [page.get_textpage().get_text_range().splitlines() for page in pdf]
    return max((number for number, lines in enumerate(pages, 1) if heading in map(str.strip, lines)), default=None)


def _of_the_day(seen: Snapshot, as_of: date, activities_until: date) -> Snapshot:
    """Return the snapshot with the activities of the day, in the state that follows from their dates."""
    for plan in seen["plans"]:
        known = [row for row in plan["activities"] if (row["starts_on"] or "") <= activities_until.isoformat()]
        plan["activities"] = [_then(row, as_of.isoformat()) for row in known]
    return seen | {"plans": [plan for plan in seen["plans"] if plan["activities"]]}


def _then(activity: Snapshot, as_of: str) -> Snapshot:
    if (activity["starts_on"] or "") > as_of:
        status = Activity.Delivery.PLANNED.value
    elif activity["status"] in NOT_OVER and (activity["ends_on"] or "9999") > as_of:
        status = Activity.Delivery.ONGOING.value
    else:
        return activity
    return activity | {"status": status, "reason": {"sv": "", "en": ""}, "late": False}


def _until(indicator: Snapshot, year: int) -> Snapshot | None:
    """Return the indicator with values up to a year, with outcome and chart; None if it had no values."""
    values = [row for row in indicator["values"] if row["year"] <= year]
    if not any(row["value"] is not None for row in values):
        return None
    area = indicator["areas"][0]["code"]
    series = {
        row["year"]: Decimal(row["value"])
        for row in values
        if row["area"] == area and row["gender"] == "T" and row["value"] is not None
    }
    targets = [(row["year"], Decimal(row["value"])) for row in indicator["targets"]]
    judged = judge_outcome(indicator["direction"], indicator["baseline_year"], series, targets)
    verdict = {"status": judged.outcome.value, "words": _in_both(judged.outcome.label)}
    outcome = indicator["outcome"] | verdict | {
        "by": "rule",
        "by_rule": verdict,
        "target_year": judged.target_year,
        "target": None if judged.target is None else format_plain(judged.target),
        "reason": None,
        "signed_by": None,
        "signed_at": None,
    }  # fmt: skip
    kept = indicator | {"values": values, "outcome": outcome}
    return kept | {"chart": {language: charts.draw_chart(kept, language) for language in AVAILABLE_LANGUAGES}}


def _in_both(words: Any) -> dict[str, str]:
    texts = {}
    for language in AVAILABLE_LANGUAGES:
        with translation.override(language):
            texts[language] = str(words)
    return texts
