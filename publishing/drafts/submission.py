"""Sending a draft's form as its author would: with every rule, row and right of that moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from publishing.edit_conflicts import CONFLICT, Kind
from publishing.edit_guard import SUBMITTED, EditConflictError
from publishing.form_snapshots import Snapshot
from publishing.models import Draft

SAVED = "saved_thing"
"""The attribute of a request with what it has saved."""
REVIEWED = "is_reviewed"
"""The attribute of a request that says that somebody else than the author has read what is to be published."""
OVERLAPPING = (Kind.BOTH, Kind.KEPT)
"""What somebody must choose between: all else is merged."""


class NotSavedError(Exception):
    """The draft cannot be saved as it is. `reasons` says why, in whole sentences or as field and message."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def save_draft(draft: Draft, like: HttpRequest | None = None, *, is_reviewed: bool = False, **typed: str) -> Any:
    """Save a draft as its author would, with some more `typed` into the form. Return the thing.

    What others have saved since is merged into it. `is_reviewed` says that somebody else has read it.
    Raises `NotSavedError`. Call it in a transaction: it may be raised when something has been written.
    """
    author = draft.author
    if not isinstance(author, User) or not author.is_active:
        raise NotSavedError(_("Whoever wrote the draft no longer works here."))
    model_admin: Any = admin.site.get_model_admin(draft.get_kind())
    pk = str(draft.object_id) if draft.find_thing() else None
    request = make_request("POST", author, like)
    request.POST = draft.as_data()
    request.POST.update({"_save": "1"} | typed)
    setattr(request, REVIEWED, is_reviewed)
    setattr(request, SUBMITTED, True)
    try:
        response = _submit(model_admin, request, pk)
    except PermissionDenied:
        raise NotSavedError(_("Whoever wrote the draft may no longer change this.")) from None
    thing = getattr(request, SAVED, None)
    if isinstance(response, HttpResponseRedirect) and thing is not None:
        return thing
    raise NotSavedError(*_list_reasons(response))


def make_request(method: str, user: User | AnonymousUser, like: HttpRequest | None = None) -> Any:
    """Return a request that the portal sends to itself, for somebody."""
    made: Any = HttpRequest()
    made.method, made.user = method, user
    meta = like.META if like else {"HTTP_HOST": urlsplit(settings.BASE_URL).netloc, "SCRIPT_NAME": ""}
    made.META = meta | {"REQUEST_METHOD": method, "QUERY_STRING": ""}
    made.csp_nonce = getattr(like, "csp_nonce", "")
    made._messages = BaseStorage(made)  # noqa: SLF001 - where Django looks for it, and for the next
    made._dont_enforce_csrf_checks = True  # noqa: SLF001 - it comes from no browser
    return made


@contextmanager
def undo_changes() -> Iterator[None]:
    """A transaction whose changes only the block sees."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _submit(model_admin: Any, request: Any, pk: str | None) -> Any:
    """Return the admin's answer to a form. What others have saved since is merged into it where there is any."""
    while True:  # ends: each turn requires another save by somebody else
        try:
            return model_admin.changeform_view(request, pk)
        except EditConflictError as error:
            _merge(model_admin, request, str(pk), error.base)


def _merge(model_admin: Any, request: Any, pk: str, base: Snapshot | None) -> None:
    """Merge what is stored into what is sent, or raise `NotSavedError` if somebody must choose."""
    typed: QueryDict = request.POST
    model_admin.merge_typed(request, pk, typed, base)
    conflict = getattr(request, CONFLICT, None)
    if conflict is None:
        return
    if any(one.kind in OVERLAPPING for one in conflict.differences):
        raise NotSavedError(_("Someone else has since saved it. Open the draft to see what differs."))
    delattr(request, CONFLICT)


def _list_reasons(response: Any) -> list[str]:
    context = getattr(response, "context_data", None) or {}
    errors = [f"{label}: {words}" if label else words for label, words, _target in context.get("error_links", ())]
    return errors or [_("The draft cannot be saved as it is.")]
