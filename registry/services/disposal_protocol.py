"""The protocol of a disposal: what was destroyed and by which decision, without its contents."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation

from registry.models import Case, Disposal, File, Intake, Record


def write_protocol(disposal: Disposal, cases: list[Case], intakes: list[Intake], user: User) -> dict[str, Any]:
    """Return numbers, dates, types and counts as plain JSON: no senders, subjects or checksums."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "disposal": disposal.pk,
            "ground": disposal.ground,
            "keep_title": disposal.keep_title,
            "proposed_by": disposal.proposed_by.get_username(),
            "proposed_at": _time(disposal.proposed_at),
            "decided_by": disposal.decided_by.get_username() if disposal.decided_by else "",
            "decided_at": _time(disposal.decided_at),
            "reason": disposal.reason,
            "carried_out_by": user.get_username(),
            "carried_out_at": _time(disposal.carried_out_at),
            "cases": _cases(cases),
            "arrivals": _arrivals(intakes),
            "mails": _mails(disposal),
            "left": disposal.intakes.count() - len(intakes),
        }


def _cases(cases: list[Case]) -> list[dict[str, Any]]:
    pks = [case.pk for case in cases]
    records = Counter(Record.objects.filter(case__in=pks).values_list("case_id", flat=True))
    files = Counter(File.objects.filter(record__case__in=pks).values_list("record__case_id", flat=True))
    files += Counter(File.objects.filter(intake__record__case__in=pks).values_list("intake__record__case", flat=True))
    return [
        {
            "number": case.registration_number,
            "registered": _time(case.registered_at),
            "closed": _time(case.closed_at),
            "document_type": case.document_type.title if case.document_type else "",
            "records": records[case.pk],
            "files": files[case.pk],
        }
        for case in cases
    ]


def _arrivals(intakes: list[Intake]) -> list[dict[str, Any]]:
    files = Counter(File.objects.filter(intake__in=intakes).values_list("intake_id", flat=True))
    return [
        {
            "arrived": _time(intake.received_at),
            "channel": intake.get_channel_display(),
            "state": intake.get_state_display(),
            "files": files[intake.pk],
        }
        for intake in intakes
    ]


def _mails(disposal: Disposal) -> list[dict[str, str]]:
    return [
        {"arrived": _time(mail.received_at), "kind": mail.get_state_display()}
        for mail in disposal.mails.of_little_importance().defer("raw").order_by("received_at", "pk")
    ]


def _time(at: datetime | None) -> str:
    """Return Stockholm time to the second, empty where there is none."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
