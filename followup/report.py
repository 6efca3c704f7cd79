"""The report of a follow-up as PDF/UA-1 and PDF/A-2a, from the same snapshot as its page.

The same follow-up always gives the same bytes: the document is dated when the snapshot was frozen.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.pdf_export import make_pdf
from documents.pdf_export.blocks import (
    Words,
    make_bullets,
    make_drawing,
    make_heading,
    make_paragraph,
    make_table,
    read_blocks_below,
)
from documents.pdf_export.html_blocks import Block
from followup.models import Correction, FollowUp
from followup.snapshot_presenter import Presented, present_snapshot
from indicators.charts import use_print_colours
from indicators.tables import Cell

CACHED = 16
"""How many reports a process keeps, to save making them again."""
TITLE, DESCRIPTION = "<title>", "<desc>"


def get_report(followup: FollowUp, language: str) -> bytes:
    """Return the published follow-up's report, with the corrections so far."""
    return _made(followup.pk, len(followup.corrections.all()), language)


@lru_cache(maxsize=CACHED)
def _made(pk: int, _corrections: int, language: str) -> bytes:
    """Return the report from the cache, whose key includes the number of corrections: only they change it."""
    followup = FollowUp.objects.get(pk=pk)
    return make_report(followup, followup.corrections.all(), language)


def make_report(followup: FollowUp, corrections: Iterable[Correction], language: str) -> bytes:
    """Return the report of a frozen follow-up."""
    assert followup.frozen is not None  # noqa: S101 - for the type checker: only the frozen have reports
    assert followup.frozen_at is not None  # noqa: S101
    report = present_snapshot(followup.frozen, language)
    with override(language):
        return make_pdf(
            title=report["title"],
            subtitle=_("%(kind)s: as it stood on %(day)s") % {
                "kind": report["kind_words"], "day": date_format(report["as_of"])
            },
            language=language,
            author=report["signed_by"],
            date=timezone.localdate(followup.frozen_at),
            keywords=[report["strategy"]["title"], str(report["year"])],
            notice=_notice(corrections, language),
            site=report["site"]["name"],
            region=report["site"]["region"],
            body_html=list(_blocks(report)),
        )  # fmt: skip


def _notice(corrections: Iterable[Correction], language: str) -> str:
    """Return the corrections, which come first in the report."""
    return " ".join(
        _("Correction %(day)s, %(name)s: %(text)s")
        % {
            "day": date_format(correction.noted_on),
            "name": correction.signed_by,
            "text": getattr(correction, f"text_{language}") or correction.text_sv,  # type: ignore[attr-defined]
        }
        for correction in corrections
    )


def _blocks(report: Presented) -> Iterator[Block]:
    yield make_heading(2, _("Summary"))
    yield from _paragraphs(report["summary"])
    yield from _overview(report)
    for goal in report["goals"]:
        yield from _goal(goal)
    if strip_tags(report["body"]).strip():
        yield make_heading(2, _("What we learnt"))
        yield from read_blocks_below(report["body"], 2)
    yield from _activities(report["plans"])
    yield from _evidence(report["documents"])
    yield from _about(report)


def _overview(report: Presented) -> Iterator[Block]:
    yield make_heading(2, _("The goals at a glance"))
    yield make_paragraph(
        _(
            "We keep three questions separate: whether the activities are carried out, whether the county has "
            "changed, and how we judge the goal as a whole. They are never combined into a single figure."
        )
    )
    header = [_("Goal"), _("Delivery"), _("Outcome"), _("Judgement")]
    yield make_table(
        header,
        [
            [f"{goal['code']} {goal['title']}", goal["delivery"]["words"], goal["outcome_words"], _verdict(goal)]
            for goal in report["goals"]
        ],
        shares=(5, 8, 7, 5),
    )


def _goal(goal: Presented) -> Iterator[Block]:
    yield make_heading(2, _("Goal %(code)s: %(title)s") % goal)
    yield make_paragraph([Words(_("Target:"), strong=True), f" {goal['summary']}"])
    yield from _judgement(goal)
    yield make_heading(3, _("Delivery: progress of the activities"))
    yield make_paragraph(goal["delivery"]["words"])
    if goal["by_plan"]:
        yield make_table(
            [_("Action plan"), _("Activities")],
            [[plan["title"], plan["words"]] for plan in goal["by_plan"]],
            shares=(1, 1),
        )
    yield make_heading(3, _("Outcome: how the county is changing"))
    yield make_paragraph(goal["outcome_words"])
    for indicator in goal["indicators"]:
        yield from _indicator(indicator)


def _judgement(goal: Presented) -> Iterator[Block]:
    yield make_heading(3, _("Judgement"))
    yield make_paragraph(Words(_verdict(goal), strong=True), keeps=True)
    assessment = goal["assessment"]
    if assessment is None:
        return
    for words in assessment["paragraphs"]:
        yield make_paragraph(words)
    if assessment["signed_on"]:
        yield make_paragraph(
            _("Signed by %(name)s on %(day)s.")
            % {"name": assessment["signed_by"], "day": date_format(assessment["signed_on"])}
        )
    if assessment["evidence"]:
        yield make_paragraph(_("The judgement is based on:"))
        yield make_bullets([_evidence_words(evidence) for evidence in assessment["evidence"]])


def _evidence_words(evidence: Presented) -> list[str | Words]:
    name = evidence["title"]
    if evidence["page"]:
        name = _("%(document)s, page %(page)s") % {"document": name, "page": evidence["page"]}
    href = f"{settings.BASE_URL}{evidence['url']}" if "url" in evidence else ""
    return [Words(name, href=href), f": {evidence['label']}" if evidence["label"] else ""]


def _verdict(goal: Presented) -> str:
    return (goal["assessment"] or {}).get("verdict_words") or _("Not assessed")


def _indicator(indicator: Presented) -> Iterator[Block]:
    yield make_heading(4, indicator["title"])
    example = f" {_('Example data.')}" if indicator["is_example"] else ""
    yield make_paragraph(
        [Words(indicator["outcome"]["words"], strong=True), f" ({indicator['unit']}).{example}"], keeps=True
    )
    if indicator["outcome"]["reason"]:
        yield make_paragraph(
            _("Judged by %(name)s instead of by the rule: %(reason)s")
            % {"name": indicator["outcome"]["signed_by"], "reason": indicator["outcome"]["reason"]}
        )
    if indicator["chart"]:
        yield make_drawing(use_print_colours(indicator["chart"]), _describe_drawing(indicator["chart"]))
    yield from _figures(indicator)
    yield make_paragraph(_("Source: %(source)s") % {"source": indicator["source"]["name"]})


def _figures(indicator: Presented) -> Iterator[Block]:
    held = indicator["table"]
    rows = [[str(year), *(_value(cell) for cell in cells)] for year, cells in held.rows]
    yield make_table([_("Year"), *held.columns], rows, numbers=True)
    if indicator["target_words"]:
        yield make_paragraph(_("Targets: %(targets)s") % {"targets": indicator["target_words"]})


def _value(cell: Cell) -> str:
    return _("%(value)s (preliminary)") % {"value": cell.text} if cell.status == "preliminary" else cell.text


def _describe_drawing(svg: str) -> str:
    """Return the chart's text alternative, from its title and description."""
    parts = [svg.split(tag, 1)[1].split("<", 1)[0] for tag in (TITLE, DESCRIPTION) if tag in svg]
    return ". ".join(part.strip().rstrip(".") for part in parts) + "."


def _activities(plans: list[Presented]) -> Iterator[Block]:
    yield make_heading(2, _("The activities, plan by plan"))
    for plan in plans:
        yield make_heading(3, plan["title"])
        facts = [plan["words"]]
        if plan["milestones"]:
            facts.append(_("Milestones reached: %(words)s") % {"words": plan["milestone_words"]})
        if plan["amount_words"]:
            facts.append(_("Planned amount: %(amount)s") % {"amount": plan["amount_words"]})
        yield make_paragraph(". ".join(facts) + ".")
        header = [_("Activity"), _("Status"), _("Ends"), _("Responsible")]
        yield make_table(header, [_activity(activity) for activity in plan["activities"]], shares=(6, 3, 3, 5))


def _activity(activity: Presented) -> list[str]:
    status = (
        _("%(status)s, late") % {"status": activity["status_words"]} if activity["late"] else activity["status_words"]
    )
    ends = date_format(activity["ends_on"], "SHORT_DATE_FORMAT") if activity["ends_on"] else _("continuous")
    return [activity["title"], status, ends, activity["responsible"] or "–"]


def _evidence(documents: list[Presented]) -> Iterator[Block]:
    if documents:
        yield make_heading(2, _("Evidence"))
        header = [_("Document"), _("Version"), _("Checksum (SHA-256)")]
        rows = [
            [Words(row["title"], href=f"{settings.BASE_URL}{row['url']}"), str(row["version"]), row["checksum"]]
            for row in documents
        ]
        yield make_table(header, rows, shares=(5, 2, 6))


def _about(report: Presented) -> Iterator[Block]:
    yield make_heading(2, _("About this report"))
    for words in describe_report(report):
        yield make_paragraph(words)


def describe_report(report: Presented) -> list[str]:
    """Return sentences on how the report was made, for its page and the PDF."""
    seen: datetime = timezone.localtime(report["seen_at"])
    rules = {row["outcome"]["rule"] for goal in report["goals"] for row in goal["indicators"]}
    sentences = [
        _(
            "Activities are shown as they stood at the end of %(day)s, and indicators with the values known on "
            "%(seen)s. The report was frozen then and does not show later changes."
        )
        % {"day": date_format(report["as_of"]), "seen": date_format(seen)},
        *sorted(_("How outcomes are judged: %(rule)s") % {"rule": rule} for rule in rules),
    ]
    if report["is_example"]:
        sentences.append(_("Figures marked as example data are made up for demonstration purposes."))
    return sentences


def _paragraphs(text: str) -> Iterator[Block]:
    for words in text.split("\n\n"):
        if words.strip():
            yield make_paragraph(words)
