"""A draft as the public would see it: it is saved as its form would save it, its page is made, and all is undone.

So every rule, row and translation works as in the form, and what is shown is what publishing would show.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.drafts.submission import NotSavedError, make_request, save_draft, undo_changes
from publishing.models import Draft, Publication, Publishable
from publishing.schedule import find_wholes

LINK_WORKS = timedelta(days=7)
_signer = Signer(sep="~", salt="publishing.drafts.preview")


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
    """Return the public page of a draft in the language of now, or raise `NotSavedError`."""
    try:
        with undo_changes():
            thing = save_draft(draft, request, is_reviewed=True, log_minor="on")
            _publish(thing)
            return _render_page(thing.get_absolute_url(), request)
    except Http404:
        raise NotSavedError(_("This has no page of its own until it is published.")) from None


def _publish(thing: Publishable) -> None:
    """Let the public see a thing and what it is a part of, for the time of the transaction."""
    now = timezone.now()
    for one in (thing, *find_wholes(thing)):
        rows: Any = type(one)._base_manager.filter(pk=one.pk)  # noqa: SLF001
        rows.update(publication=Publication.PUBLISHED, publish_from=now, publish_until=None)


def _render_page(address: str, request: HttpRequest) -> HttpResponse:
    path = address.partition("#")[0]
    match = resolve(path)
    page = make_request("GET", AnonymousUser(), request)
    page.path = page.path_info = path
    page.resolver_match = match
    view: Callable[..., Any] = match.func
    response = view(page, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") else response
