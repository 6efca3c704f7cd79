"""What `/metrics` says, in Prometheus' format: the same from every node, but for its own disk, clock and answers."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from documents.scanning import find_pending_versions
from mailroom.models import IncomingMail, OutgoingMail
from registry.files.scanning import find_pending_files
from rus_portal import __version__
from rus_portal.operations.conditions import Condition, State, look_at_all
from search.models import Change

MEASURED = {
    "tables": ("portal_missing_migrations", "Migrations of this version that the database has not had."),
    "worker": ("portal_worker_silence_seconds", "Seconds since the last heartbeat of the round that is most silent."),
    "outgoing_mail": ("portal_outgoing_mail_wait_seconds", "Seconds that the oldest mail to be sent has waited."),
    "mailbox": ("portal_mailbox_reading_age_seconds", "Seconds since the mailbox was last read."),
    "virus_checks": ("portal_virus_check_wait_seconds", "Seconds since the oldest file came that is to be checked."),
    "search": ("portal_search_lag_seconds", "Seconds since the oldest change that the search does not know."),
    "disk": ("portal_disk_free_bytes", "Free space where files are written on this node, where it is least."),
    "clock": ("portal_clock_difference_seconds", "Seconds by which this node's clock is ahead of the database's."),
    "backup": ("portal_backup_age_seconds", "Seconds since what is in the latest backup was backed up."),
}
"""The number of each condition that has one: name and help."""


def write_metrics() -> bytes:
    """Return all metrics as text."""
    registry = CollectorRegistry()
    registry.register(_Portal())
    if Path(settings.METRICS_DIR).is_dir():
        MultiProcessCollector(registry, settings.METRICS_DIR)
    return generate_latest(registry)


class _Portal(Collector):
    """The conditions and the lengths of the queues, looked up when they are asked for."""

    def collect(self) -> Iterator[Metric]:
        conditions = look_at_all()
        yield InfoMetricFamily("portal", "The portal's version.", {"version": __version__})
        yield _describe_states(conditions)
        for name, _title, finding in conditions:
            if name in MEASURED and finding.measured is not None:
                yield GaugeMetricFamily(*MEASURED[name], finding.measured)
        if conditions[0].finding.state == State.OK:  # the database answers
            yield _count_queues()


def _describe_states(conditions: list[Condition]) -> GaugeMetricFamily:
    states = GaugeMetricFamily(
        "portal_condition_state", "0: as it should be, 1: somebody should look, 2: a fault.", labels=["condition"]
    )
    for name, _title, finding in conditions:
        states.add_metric([name], finding.state)
    return states


def _count_queues() -> GaugeMetricFamily:
    queues = GaugeMetricFamily(
        "portal_queue_length", "What waits for the worker, or for somebody, by queue.", labels=["queue"]
    )
    waiting: dict[str, QuerySet] = {
        "outgoing_mail": OutgoingMail.objects.queued(),
        "outgoing_mail_held": OutgoingMail.objects.filter(state=OutgoingMail.State.HELD),
        "outgoing_mail_undelivered": OutgoingMail.objects.filter(state__in=OutgoingMail.NEED_SOMEONE),
        "incoming_mail": IncomingMail.objects.filter(state=IncomingMail.State.FETCHED, due_at__isnull=False),
        "incoming_mail_given_up": IncomingMail.objects.given_up(),
        "virus_check_of_messages": find_pending_files(),
        "virus_check_of_documents": find_pending_versions(),
        "search": Change.objects.all(),
    }
    for name, rows in waiting.items():
        queues.add_metric([name], rows.count())
    return queues
