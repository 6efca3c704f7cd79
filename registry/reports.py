"""Statistics of the registry: what arrived, how soon it was answered, what is late. Counted by the database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.models import Case, DocumentType
from registry.workdays import is_workday

STATEMENT = """
WITH calendar AS (
    SELECT * FROM unnest(%(days)s::date[], %(counts)s::int[]) AS calendar(day, workdays)
), told AS (
    SELECT date_trunc('month', arrived.day)::date AS month,
        coalesce(kind.code, '') AS kind,
        coalesce(first.addressee, '') AS addressee,
        coalesce(substring(first.about from '^(?:/en)?/[^/]+/[^/]+/'), '') AS page,
        answered.day IS NOT NULL AS is_answered,
        answered.workdays - arrived.workdays AS waited,
        c.status = ANY(%(open)s) AND c.due_on < %(today)s AS is_overdue,
        answered.day > c.due_on AS was_late
    FROM registry_case c
    JOIN calendar arrived ON arrived.day = (c.arrived_at AT TIME ZONE %(zone)s)::date
    LEFT JOIN calendar answered ON answered.day = (c.answered_at AT TIME ZONE %(zone)s)::date
    LEFT JOIN registry_documenttype kind ON kind.id = c.document_type_id
    LEFT JOIN LATERAL (
        SELECT i.addressee, r.about FROM registry_record r LEFT JOIN registry_intake i ON i.id = r.intake_id
        WHERE r.case_id = c.id ORDER BY r.ordinal LIMIT 1
    ) first ON true
    WHERE arrived.day BETWEEN %(since)s AND %(until)s AND c.status <> 'voided'
)
SELECT GROUPING(month, kind, addressee, page), month::text, kind, addressee, page,
    count(*),
    count(*) FILTER (WHERE is_answered),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY waited),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY waited),
    count(*) FILTER (WHERE is_overdue),
    count(*) FILTER (WHERE was_late)
FROM told GROUP BY GROUPING SETS ((), (month), (kind), (addressee), (page))
"""
ARRIVALS = """
SELECT date_trunc('month', received_at AT TIME ZONE %(zone)s)::date::text, count(*) FROM registry_intake
WHERE (received_at AT TIME ZONE %(zone)s)::date BETWEEN %(since)s AND %(until)s GROUP BY 1
"""
ROWS_AT_MOST = 100
GROUPS = {0b1111: "all", 0b0111: "month", 0b1011: "kind", 0b1101: "addressee", 0b1110: "page"}
"""By the value of GROUPING: a bit for each column that is *not* grouped by."""


@dataclass(frozen=True)
class ReportRow:
    """Figures for a group of cases. Times are in business days, None where nothing was answered."""

    name: str
    cases: int = 0
    answered: int = 0
    median: float | None = None
    slowest_tenth: float | None = None
    """The 90th percentile."""
    overdue: int = 0
    answered_late: int = 0
    arrived: int | None = None
    """All arrivals, quarantine included; known by month only."""


@dataclass(frozen=True)
class Report:
    """The cases that arrived in a period: in total and grouped in four ways."""

    since: date
    until: date
    total: ReportRow
    months: list[ReportRow]
    kinds: list[ReportRow]
    addressees: list[ReportRow]
    pages: list[ReportRow]

    def tables(self) -> list[tuple[str, str, list[ReportRow]]]:
        """Return each table with its heading and the name of its first column."""
        return [
            (_("By month"), _("Month"), self.months),
            (_("By document type"), _("Document type"), self.kinds),
            (_("By addressee"), _("Addressee"), self.addressees),
            (_("By sending page"), _("Page"), self.pages),
        ]


def make_report(since: date, until: date) -> Report:
    """Three queries, however long the period."""
    parameters = _parameters(since, until)
    titles = dict(DocumentType.objects.order_by("plan__version").values_list("code", "title"))
    groups: dict[str, dict[str, ReportRow]] = {group: {} for group in GROUPS.values()}
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS, parameters)
        arrived = dict(cursor.fetchall())
        cursor.execute(STATEMENT, parameters)
        for grouping, month, kind, addressee, page, *figures in cursor.fetchall():
            group = GROUPS[grouping]
            key = {"all": "", "month": month, "kind": kind, "addressee": addressee, "page": page}[group]
            unnamed = {"all": "", "kind": _("not decided yet")}.get(group, _("unknown"))
            name = titles.get(kind, unnamed) if group == "kind" else key or unnamed
            row = ReportRow(name, *figures)
            groups[group][key] = replace(row, arrived=arrived.get(key, 0)) if group == "month" else row
    months = [
        groups["month"].get(day.isoformat()) or ReportRow(day.isoformat(), arrived=arrived.get(day.isoformat(), 0))
        for day in _months(since, until)
    ]
    total = groups["all"].get("", ReportRow(""))
    rest = [_most_first(groups[group]) for group in ("kind", "addressee", "page")]
    return Report(since, until, total, months, *rest)


def _parameters(since: date, until: date) -> dict[str, Any]:
    """Return the period and a calendar with the business days passed by each day up to now."""
    today = timezone.localdate()
    days = [since + timedelta(days=number) for number in range((max(today, until) - since).days + 1)]
    counts, count = [], 0
    for day in days:
        count += is_workday(day)
        counts.append(count)
    return {
        "days": days, "counts": counts, "since": since, "until": until, "today": today,
        "open": [*Case.OPEN], "zone": settings.TIME_ZONE,
    }  # fmt: skip


def _months(since: date, until: date) -> Iterator[date]:
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _most_first(rows: dict[str, ReportRow]) -> list[ReportRow]:
    """Limited, since the address of a page comes from the sender's browser and anyone can invent many."""
    return sorted(rows.values(), key=lambda row: (-row.cases, row.name))[:ROWS_AT_MOST]
