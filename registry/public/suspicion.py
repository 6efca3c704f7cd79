"""Signs that a message was sent by a machine.

With enough points it is quarantined; nothing is ever refused or dropped (Arkivlagen 10 §). A request for a public
document is registered at once, and the registrar sees the signs beside it (TF 2:15-16).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from registry.public.forms import PublicForm
from registry.public.proof import Proof
from visitors.addresses import find_network
from visitors.counts import HOUR, count_use

LIMIT = 3
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MANY_LINKS = 5
REASON_AT_MOST = 200


class Sign(NamedTuple):
    """A sign of a machine, with a sentence for the registrar."""

    points: int
    reason: str


def find_suspicion(request: HttpRequest, form: PublicForm, proof: Proof = Proof.MISSING) -> str:
    """Return the signs as sentences if they reach the limit, else an empty text."""
    with translation.override(settings.LANGUAGE_CODE):
        signs = list(_signs(form, proof, _messages_this_hour(request)))
    if sum(sign.points for sign in signs) < LIMIT:
        return ""
    return " ".join(sign.reason for sign in signs)[:REASON_AT_MOST]


def _signs(form: PublicForm, proof: Proof, messages_this_hour: int) -> Iterator[Sign]:
    """Yield the signs. A proof of work excuses haste and links; without scripts none is required."""
    if form.cleaned_data["website"]:
        yield Sign(3, _("A field hidden from people was filled in."))
    if form.seconds_open < settings.CONTACT_SECONDS_AT_LEAST and proof is not Proof.RIGHT:
        yield Sign(3, _("The form was sent faster than a person could have filled it in."))
    if messages_this_hour > settings.CONTACT_MESSAGES_PER_HOUR:
        yield Sign(3, _("An unusual number of messages came from the same network address."))
    if len(LINK.findall(form.cleaned_data.get("message", ""))) >= MANY_LINKS and proof is not Proof.RIGHT:
        yield Sign(2, _("The text contains many links."))
    if proof is Proof.WRONG:
        yield Sign(1, _("The browser's proof of work was wrong or had been used before."))


def _messages_this_hour(request: HttpRequest) -> int:
    """Count the messages of this network within the hour. The address itself is not stored."""
    return count_use("messages", HOUR, network=find_network(request))
