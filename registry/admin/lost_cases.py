"""The page of a case that an officer has lost: who has it now, and nothing of its contents."""

import json
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from registry.admin.typed_text import hand_back_text
from registry.models import Case, Event
from registry.permissions import is_marked

MOVES = (Event.Kind.DISTRIBUTED, Event.Kind.RETURNED, Event.Kind.REOPENED)


def show_lost_case(request: HttpRequest, pk: str | int) -> HttpResponse | None:
    """Return the page for a former officer of the case, with what they typed; None for everyone else."""
    cases = Case.objects.select_related("series", "assigned_to")
    case = cases.filter(pk=pk).first() if str(pk).isdecimal() else None
    user = cast("User", request.user)
    if case is None or not _was_officer(user, case):
        return None
    return hand_back_text(request, str(case), _who_has_it(user, case))


def _was_officer(user: User, case: Case) -> bool:
    """Whether the case is or was assigned to the user, by its events."""
    if case.assigned_to_id == user.pk:
        return True
    moved = case.events.filter(kind__in=MOVES, payload__isnull=False).values_list("payload__data", flat=True)
    told = [json.loads(bytes(data)) for data in moved]
    return user.get_username() in {name for said in told for name in (said.get("to"), said.get("from"))}


def _who_has_it(user: User, case: Case) -> str:
    holder = case.assigned_to
    if holder and holder.pk == user.pk:
        words = _(
            "%(number)s has been marked with secrecy and you do not have permission to read it. Ask the "
            "registrar for access."
        )
        return words % {"number": case}
    name = (holder.get_full_name() or holder.get_username()) if holder else _("the registrar")
    if is_marked(case):
        return _("%(number)s has been marked with secrecy and passed on to %(name)s.") % {"number": case, "name": name}
    return _("%(number)s has been passed on to %(name)s.") % {"number": case, "name": name}
