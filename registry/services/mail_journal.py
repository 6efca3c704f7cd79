"""What becomes of mail, written down in the chain: fetched, sent, tried in vain, queued anew."""

from mailroom import journal
from mailroom.models import IncomingMail
from registry import chain
from registry.models import Case


def keep_journal() -> None:
    """Have the mailroom tell what becomes of mail."""
    journal.add_keeper(note_change)


def note_change(mails: journal.Mails, what: str) -> None:
    """Let the chain speak for what was changed. Mail to send that belongs to no case is none of the registry's."""
    if not mails:
        return
    if isinstance(mails[0], IncomingMail):
        chain.state_changes(f"incoming mail: {what}")
        return
    cases = list(Case.objects.filter(dispatches__mail__in=[mail.pk for mail in mails]).distinct()[:2])
    if cases:
        chain.state_changes(f"mail: {what}", case=cases[0] if len(cases) == 1 else None)
