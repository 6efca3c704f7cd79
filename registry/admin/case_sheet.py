"""The case sheet (ärendeblad), and what it and the page of a case show."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry.models import Case, Dispatch, Event, Party
from registry.permissions import find_readable_cases, may_read_secret
from registry.templatetags.registry_words import in_words


def show_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The printable case: facts, records with their parties, events and sent mail."""
    user = cast("User", request.user)
    case = find_readable_case(user, pk)
    frame = admin.site.each_context(request) | {"opts": Case._meta, "title": make_sheet_title(case), "case": case}
    return TemplateResponse(request, "admin/registry/sheet.html", frame | gather_contents(case, user))


def find_readable_case(user: User, pk: int) -> Case:
    """Return the case with its relations. Raise `Http404` for users who may not read it."""
    cases = find_readable_cases(user).select_related("series", "assigned_to", "document_type", "follows__series")
    return get_object_or_404(cases, pk=pk)


def make_sheet_title(case: Case) -> str:
    return _("Case sheet %(number)s") % {"number": case}


def gather_contents(case: Case, user: User) -> dict[str, Any]:
    """Return records, events and mail. Protected identities are masked unless the user may read them."""
    records = list(case.records.select_related("intake").prefetch_related("parties", "files", "intake__files"))
    reads_secret = may_read_secret(user, case)
    parties = [party for record in records for party in record.parties.all()]
    hidden = [] if reads_secret else _hidden(parties)
    marks = list(case.secrecy_marks.all())
    return {
        "records": records,
        "reads_secret": reads_secret,
        "may_open_mail": reads_secret or not any(party.identity_is_protected for party in parties),
        "events": _without(hidden, case.events.acts().select_related("payload")),
        "dispatches": _sent(hidden, case.dispatches.select_related("mail")),
        "marks": marks,
        "is_marked": any(mark.lifted_on is None for mark in marks),
        "followers": case.followed_by.select_related("series").order_by("pk"),
    }


def _hidden(parties: list[Party]) -> list[str]:
    """Return the protected names and addresses, longest first, so that no part of one is left."""
    protected = [party for party in parties if party.identity_is_protected]
    return sorted(
        {word for party in protected for word in (party.name, party.email, party.reply_to) if word},
        key=len,
        reverse=True,
    )


def _without(hidden: list[str], events: Any) -> list[tuple[Event, str]]:
    return [(event, _masked(in_words(event), hidden)) for event in events]


def _sent(hidden: list[str], dispatches: Any) -> list[tuple[Dispatch, str]]:
    return [(dispatch, _masked(dispatch.mail.to, hidden)) for dispatch in dispatches]


def _masked(words: str, hidden: list[str]) -> str:
    for word in hidden:
        words = words.replace(word, _("protected identity"))
    return words
