"""A draft as the public would see it: it is saved as its form would save it, its page is made, and all is undone.

So every rule, row and translation works as in the form, and what is shown is what publishing would show.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.models import Draft, Publication, Publishable
from publishing.schedule import find_wholes

LINK_WORKS = timedelta(days=7)
SAVED = "saved_thing"
"""The attribute of a request with what it has saved."""
MINOR = {"log_minor": "on"}
_signer = Signer(sep="~", salt="publishing.drafts.preview")


class PreviewError(Exception):
    """The draft cannot be shown. `reasons` says why, in whole sentences or as field and message."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def has_page(model: type[Model]) -> bool:
    """Whether the public would read such a thing on a page."""
    return issubclass(model, Publishable) and hasattr(model, "get_absolute_url")


def make_link(draft: Draft) -> str:
    """Return the address at which anyone who has it sees the draft, as long as `LINK_WORKS`."""
    until = int((timezone.now() + LINK_WORKS).timestamp())
    return reverse("preview", args=[_signer.sign(f"{draft.pk}.{until}")])


def find_draft(token: str) -> tuple[Draft, datetime]:
    """Return the draft that a link leads to, and until when; raise 404 if the link is not ours or too old."""
    try:
        pk, seconds = _signer.unsign(token).split(".")
    except BadSignature:
        raise Http404 from None
    until = datetime.fromtimestamp(int(seconds), UTC)
    if until < timezone.now():
        raise Http404
    draft = Draft.objects.select_related("content_type", "author").filter(pk=pk, discarded_at=None).first()
    if draft is None:
        raise Http404
    return draft, until


def render_draft(draft: Draft, request: HttpRequest) -> HttpResponse:
    """Return the public page of a draft in the language of now, or raise `PreviewError`."""
    author = draft.author
    if not isinstance(author, User) or not author.is_active:
        raise PreviewError(_("Whoever wrote the draft no longer works here."))
    try:
        with _undone():
            thing = _save(draft, author, request)
            _publish(thing)
            return _render_page(thing.get_absolute_url(), request)
    except PermissionDenied:
        raise PreviewError(_("Whoever wrote the draft may no longer change this.")) from None
    except Http404:
        raise PreviewError(_("This has no page of its own until it is published.")) from None


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction whose changes only the block sees."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _save(draft: Draft, author: User, request: HttpRequest) -> Any:
    """Send the draft's form as its author would, and return what was saved."""
    model = draft.get_kind()
    is_stored = draft.object_id is not None and model._base_manager.filter(pk=draft.object_id).exists()  # noqa: SLF001
    posted = _make_request(request, "POST", author)
    posted.POST = draft.as_data()
    posted.POST.update(MINOR | {"_save": "1"})
    response = admin.site.get_model_admin(model).changeform_view(posted, str(draft.object_id) if is_stored else None)
    thing = getattr(posted, SAVED, None)
    if isinstance(response, HttpResponseRedirect) and thing is not None:
        return thing
    raise PreviewError(*_list_reasons(response))


def _list_reasons(response: Any) -> list[str]:
    context = getattr(response, "context_data", None) or {}
    errors = [f"{label}: {words}" if label else words for label, words, _target in context.get("error_links", ())]
    if context.get("edit_conflict"):
        errors.append(_("Someone else has since saved it. Open the draft to see what differs."))
    return errors or [_("The draft cannot be saved as it is.")]


def _publish(thing: Publishable) -> None:
    """Let the public see a thing and what it is a part of, for the time of the transaction."""
    now = timezone.now()
    for one in (thing, *find_wholes(thing)):
        rows: Any = type(one)._base_manager.filter(pk=one.pk)  # noqa: SLF001
        rows.update(publication=Publication.PUBLISHED, publish_from=now, publish_until=None)


def _render_page(address: str, request: HttpRequest) -> HttpResponse:
    path = address.partition("#")[0]
    match = resolve(path)
    page = _make_request(request, "GET", AnonymousUser())
    page.path = page.path_info = path
    page.resolver_match = match
    view: Callable[..., Any] = match.func
    response = view(page, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") else response


def _make_request(request: HttpRequest, method: str, user: User | AnonymousUser) -> Any:
    """Return a request of somebody else's that the portal sends to itself."""
    made: Any = HttpRequest()
    made.method, made.user = method, user
    made.META = request.META | {"REQUEST_METHOD": method, "QUERY_STRING": ""}
    made.path = made.path_info = request.path
    made.csp_nonce = request.csp_nonce  # type: ignore[attr-defined]
    made._messages = BaseStorage(made)  # noqa: SLF001 - where Django looks for it, and for the next
    made._dont_enforce_csrf_checks = True  # noqa: SLF001 - it comes from no browser
    return made
