"""Who else keeps account of what becomes of mail. The mailroom knows no case, so whoever does says here what to call.

Called inside the transaction that changes the mail, so both are committed or neither is.
"""

from collections.abc import Callable, Sequence

from mailroom.models import IncomingMail, OutgoingMail

Mails = Sequence[IncomingMail] | Sequence[OutgoingMail]
Keeper = Callable[[Mails, str], None]
_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    """Have what becomes of mail told to a function, with a few words of what it was."""
    _keepers.append(keeper)


def note_change(mails: Mails, what: str) -> None:
    """Tell all keepers what became of some mail."""
    for keeper in _keepers:
        keeper(mails, what)
