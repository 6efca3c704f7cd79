"""The worker's job: each link of what is published is visited once a night, one at a time, and not in a hurry."""

import random
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from publishing.generation import get_publishable_models
from publishing.models import LinkCheck, LinkFault
from publishing.outside_links.visits import visit_link
from publishing.pasted_text.tree import read_tree
from publishing.prose import list_prose_names

NIGHT = (1, 5)
"""Visit between these hours, when the other servers are least busy."""
SECONDS_BETWEEN_VISITS = 2.0
SECONDS_BETWEEN_LOOKS = 300.0
OWN_FAULT_FROM = 5
"""Servers in a row that do not answer: then it is our own network that is away, and nobody's link is dead."""
LONGEST = 2000
"""Bytes of an address: what an index of the database holds."""
Texts = list[list[str]]


class _Look:
    """What this process remembers: when it next looks for something to do, and what did not answer."""

    next_at = 0.0
    noted_on: date | None = None
    silent: set[str] = set()


def check_due_link() -> int:
    """Visit one link that is due. Return how many were visited."""
    if not settings.CHECK_LINKS or time.monotonic() < _Look.next_at:
        return 0
    if _Look.noted_on != timezone.localdate():
        note_links()
        _Look.noted_on = timezone.localdate()
    check = _take(timezone.now())
    _Look.next_at = time.monotonic() + (SECONDS_BETWEEN_VISITS if check else SECONDS_BETWEEN_LOOKS)
    if check is None:
        return 0
    fault = visit_link(check.address)
    if not _is_own_fault(check.address, fault):
        check.note_visit(fault, timezone.now())
    return 1


def note_links() -> None:
    """Note the links to other sites of all published texts, and forget those that are in none any more."""
    found = _find_links()
    known = set(LinkCheck.objects.values_list("address", flat=True))
    LinkCheck.objects.exclude(address__in=found).delete()
    for address, texts in found.items():
        if address in known:
            LinkCheck.objects.filter(address=address).exclude(found_in=texts).update(found_in=texts)
    new = [LinkCheck(address=address, found_in=found[address]) for address in found if address not in known]
    LinkCheck.objects.bulk_create(new, ignore_conflicts=True)


def _find_links() -> dict[str, Texts]:
    """Return the texts of each address: their titles, and their addresses in the admin."""
    found: dict[str, Texts] = defaultdict(list)
    for model in get_publishable_models():
        names = list_prose_names(model)
        things: Any = model._default_manager.all()
        for thing in things.published() if names else ():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            text = [str(thing), reverse(name, args=[thing.pk])]
            for address in {one for name in names for one in list_outside_links(getattr(thing, name) or "")}:
                found[address].append(text)
    return found


def list_outside_links(html: str) -> list[str]:
    """Return the addresses of other sites that a rich text links to, without their fragments."""
    if "href" not in html:
        return []
    own = urlsplit(settings.BASE_URL).netloc
    links = (node.attributes.get("href", "").partition("#")[0].strip() for node in read_tree(html).walk())
    return [link for link in links if _is_outside(link, own)]


def _is_outside(link: str, own: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc not in ("", own) and len(link.encode()) <= LONGEST


@transaction.atomic
def _take(now: datetime) -> LinkCheck | None:
    """Return a link that is due, put off until the next night, so that no other worker takes it too."""
    check = LinkCheck.objects.due(now).select_for_update(skip_locked=True).order_by("due_at", "pk").first()
    if check is not None:
        check.due_at = find_next_night(now)
        check.save(update_fields=["due_at"])
    return check


def find_next_night(now: datetime) -> datetime:
    """Return a random moment of the next night."""
    start, end = NIGHT
    midnight = timezone.localtime(now).replace(hour=start, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight + timedelta(hours=end - start) * random.random()  # noqa: S311 - no secret


def _is_own_fault(address: str, fault: str) -> bool:
    """Whether so many servers did not answer in a row that it is our own network that is away."""
    if fault != LinkFault.UNREACHABLE:
        _Look.silent.clear()
        return False
    _Look.silent.add(urlsplit(address).netloc)
    return len(_Look.silent) >= OWN_FAULT_FROM
