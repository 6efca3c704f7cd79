"""The archivist's dashboard: disposals to decide or carry out, due cases, deliveries without a receipt."""

from typing import Any

from registry.models import Delivery, Disposal
from registry.retention import find_due_cases
from registry.services.delivery import find_deliverable_cases

ROWS = 10
WAITING = (Disposal.State.PROPOSED, Disposal.State.DECIDED)


def archive_context() -> dict[str, Any]:
    """Return the lists, in five queries."""
    due = find_due_cases()
    waiting = Disposal.objects.filter(state__in=WAITING).select_related("proposed_by").order_by("pk")
    return {
        "disposals": list(waiting[:ROWS]),
        "due": list(due[:ROWS]),
        "due_count": due.count(),
        "deliveries": list(Delivery.objects.waiting().order_by("pk")[:ROWS]),
        "deliverable_count": find_deliverable_cases().count(),
    }
