"""Changes of mail noted in the chain: fetched, sent, failed, queued again."""

from mailroom import journal
from mailroom.models import IncomingMail
from registry import chain
from registry.models import Case


def subscribe_to_mailroom() -> None:
    """Subscribe to the mailroom's changes of mail."""
    journal.add_subscriber(note_change)


def note_change(mails: journal.Mails, what: str) -> None:
    """Note a change in the chain. Outgoing mail without a case does not concern the registry."""
    if not mails:
        return
    if isinstance(mails[0], IncomingMail):
        chain.state_changes(f"incoming mail: {what}")
        return
    cases = list(Case.objects.filter(dispatches__mail__in=[mail.pk for mail in mails]).distinct()[:2])
    if cases:
        chain.state_changes(f"mail: {what}", case=cases[0] if len(cases) == 1 else None)
