"""Mail about cases: each goes into the outbox together with the row that says which case it belongs to."""

from collections.abc import Sequence

from jobs.wake_up import notify_worker
from mailroom.bulk_write import assign_keys, write_rows
from registry.models import Dispatch


def queue_dispatches(dispatches: Sequence[Dispatch]) -> None:
    """Save dispatches whose mail is not in the outbox yet, and queue the mail."""
    rows = [*(dispatch.mail for dispatch in dispatches), *dispatches]
    assign_keys(*rows)
    write_rows(*rows)
    notify_worker()
