"""Subscribers to changes of mail: the mailroom knows no cases, so the registry subscribes here.

They are called inside the transaction that changes the mail.
"""

from collections.abc import Callable, Sequence

from mailroom.models import IncomingMail, OutgoingMail

Mails = Sequence[IncomingMail] | Sequence[OutgoingMail]
Subscriber = Callable[[Mails, str], None]
_subscribers: list[Subscriber] = []


def add_subscriber(subscriber: Subscriber) -> None:
    """Call a function on every change of mail, with a short description."""
    _subscribers.append(subscriber)


def note_change(mails: Mails, what: str) -> None:
    for subscriber in _subscribers:
        subscriber(mails, what)
