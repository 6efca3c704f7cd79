"""The public register: which cases it shows, its search and its pages.

Only public columns are read here (OSL 2009:400, 5:2): of a record its number, direction and date, never subject, text,
parties or files.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from registry.models import Case, Event, Record

CASES_PER_PAGE = 25
SHOWN_AT_MOST = 10_000
"""Beyond this the list asks for a narrower search: deeper pages would cost more than they give."""


class RegisterPages(Paginator):
    """Pages of the list. Counts no further than it shows, to limit the cost."""

    @cached_property
    def _found(self) -> int:
        cases: Any = self.object_list
        return int(cases.order_by()[: SHOWN_AT_MOST + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, SHOWN_AT_MOST)

    @property
    def has_more(self) -> bool:
        """Whether more cases were found than are shown."""
        return self._found > SHOWN_AT_MOST


def find_public_cases() -> QuerySet[Case]:
    """Return all cases with their records, latest arrival first."""
    records = Record.objects.only("case_id", "ordinal", "direction", "recorded_at").order_by("ordinal")
    cases = Case.objects.public().select_related("document_type").order_by("-arrived_at", "-pk")
    return cases.prefetch_related(Prefetch("records", queryset=records, to_attr="public_records"))


def find_last_change() -> datetime:
    """Return when anything last happened in the registry."""
    return Event.objects.order_by("-sequence").values_list("at", flat=True).first() or timezone.now()


def find_case_change(case: Case, records: Iterable[Record]) -> datetime:
    """Return when the public facts of a case last changed, as far as the register says."""
    known = [case.registered_at, case.answered_at, case.closed_at, *(record.recorded_at for record in records)]
    return max(moment for moment in known if moment)
