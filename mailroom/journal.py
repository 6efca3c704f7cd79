"""Subscribers to changes of mail: the mailroom knows no cases, so the registry subscribes here.

They are called inside the transaction that changes the mail.
"""

from collections.abc import Callable, Sequence

from mailroom.models import IncomingMail, OutgoingMail

Mails = Sequence[IncomingMail] | Sequence[OutgoingMail]
Keeper = Callable[[Mails, str], None]
_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    """Call a function on every change of mail, with a short description."""
    _keepers.append(keeper)


def note_change(mails: Mails, what: str) -> None:
    for keeper in _keepers:
        keeper(mails, what)
