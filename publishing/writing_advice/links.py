"""What is said of where links lead: addresses that are none, own pages that do not exist, and files without a page."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _

from publishing.drafts.submission import make_request
from publishing.models import FormerSlug, Publishable
from publishing.pasted_text.tree import Node
from publishing.views import MovedError
from publishing.writing_advice.remarks import Remark, shorten_quote

HOST = re.compile(r"(?:[^\s./]+\.)+[^\s./]{2,}|localhost|\[[0-9a-f:]+\]", re.IGNORECASE)
NO_PAGES = ("/static/", "/media/")
GONE = 400
"""The least status of an answer that is no page."""


class Target(Enum):
    """What there is at an address of the portal's own."""

    PAGE = auto()
    NOT_PUBLIC = auto()
    NOTHING = auto()
    ADMIN = auto()
    FILE = auto()


def judge_links(root: Node) -> Iterator[Remark]:
    """Yield what is said of where the links of a text lead, each address once."""
    links = {node.attributes.get("href", "").strip(): node.text for node in root.walk() if node.tag == "a"}
    for address, text in links.items():
        if not text:
            continue
        if not address:
            words = _(
                "The link “%(text)s” has no address. Write the whole one, such as https://www.example.org/, or take "
                "the link away."
            )
            yield Remark(words % {"text": shorten_quote(text)}, is_error=True)
        elif is_nonsense(address):
            words = _(
                "“%(address)s” is not an address, so the link “%(text)s” leads nowhere. Write the whole address, such "
                "as https://www.example.org/, or take the link away."
            )
            yield Remark(words % {"address": shorten_quote(address), "text": shorten_quote(text)}, is_error=True)
        elif (path := find_own_path(address)) is not None:
            yield from _judge_own(address, text, find_target(path))


def is_nonsense(address: str) -> bool:
    """Whether an address cannot lead anywhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    if parts.scheme in ("http", "https"):
        return not HOST.fullmatch(parts.hostname or "")
    if parts.scheme in ("mailto", "tel"):
        return not parts.path.strip() or (parts.scheme == "mailto" and "@" not in parts.path)
    return not address.startswith(("/", "#", "?")) or any(sign.isspace() for sign in address)


def find_own_path(address: str) -> str | None:
    """Return the path of an address that is one of the portal's own, else None."""
    parts = urlsplit(address)
    own = urlsplit(settings.BASE_URL).netloc
    is_own = parts.netloc == own if parts.netloc else not parts.scheme and address.startswith("/")
    return unquote(parts.path) or "/" if is_own else None


def find_target(path: str) -> Target:
    """Return what there is at a path of the portal's own, in the language of the path."""
    if path.startswith("/admin/"):
        return Target.ADMIN
    if path.startswith(NO_PAGES):
        return Target.FILE
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        for tried in (path, f"{path}/"):
            try:
                return _ask_page(resolve(tried), tried)
            except Resolver404:
                continue
    return Target.NOTHING


def _judge_own(address: str, text: str, target: Target) -> Iterator[Remark]:
    facts = {"address": shorten_quote(address), "text": shorten_quote(text)}
    if target == Target.NOTHING:
        words = _(
            "There is no page at %(address)s, where the link “%(text)s” leads. Open the page that you mean and copy "
            "its address, or take the link away."
        )
        yield Remark(words % facts, is_error=True)
    elif target == Target.ADMIN:
        words = _("The link “%(text)s” leads into the admin, where readers cannot come. Link to the public page.")
        yield Remark(words % facts, is_error=True)
    elif target == Target.NOT_PUBLIC:
        yield Remark(_("The page that the link “%(text)s” leads to is not public. Publish it too.") % facts)
    elif target == Target.FILE:
        words = _(
            "The link “%(text)s” leads straight to a file. Link to the document's page, which says what the file is "
            "and leads to its latest version."
        )
        yield Remark(words % facts)


def _ask_page(match: ResolverMatch, path: str) -> Target:
    """Return what there is at a path that some view answers."""
    if not match.kwargs:
        return Target.PAGE
    found = list(_find_things(match))
    if any(_is_shown(thing) for thing in found):
        return Target.PAGE
    target = _ask_view(match, path)
    return Target.NOT_PUBLIC if target == Target.NOTHING and found else target


def _find_things(match: ResolverMatch) -> Iterator[Any]:
    """Yield the things whose page is at an address, public or not: every slug that one has had is noted."""
    slugs = [value for value in match.kwargs.values() if isinstance(value, str)]
    for noted in FormerSlug.objects.filter(slug__in=slugs).select_related("content_type"):
        model = noted.content_type.model_class()
        thing: Any = model and model._base_manager.filter(pk=noted.object_id).first()  # noqa: SLF001
        if thing is not None and resolve(thing.get_absolute_url().partition("#")[0]).view_name == match.view_name:
            yield thing


def _is_shown(thing: Publishable) -> bool:
    things: Any = type(thing)._default_manager.all()
    return bool(things.published().filter(pk=thing.pk).exists())


def _ask_view(match: ResolverMatch, path: str) -> Target:
    """Return what a visitor gets at an address."""
    request = make_request("GET", AnonymousUser())
    request.path = request.path_info = path
    request.resolver_match = match
    try:
        with transaction.atomic():
            response = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return Target.NOTHING
    except MovedError:
        return Target.PAGE
    for close in response._resource_closers:  # noqa: SLF001 - `close()` would also end the database's connection
        close()
    if response.status_code >= GONE:
        return Target.NOTHING
    is_elsewhere = bool(urlsplit(response.headers.get("Location", "")).netloc)
    return Target.FILE if is_elsewhere or not response.headers["Content-Type"].startswith("text/html") else Target.PAGE
