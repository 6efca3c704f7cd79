"""What someone has typed on a page and not yet used: it comes back with the page, whichever button was pressed.

It lies in the session, on the server, until it is used, emptied or the session ends.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from registry.models import Case

KEY = "typed"
PAGES_AT_MOST = 20
"""The texts of the pages that were left longest ago go first."""
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "act", "do", "version", "action"})


def keep_typed(request: HttpRequest, page: str, typed: Mapping[str, str]) -> None:
    """Keep what is typed on a page, instead of what was kept there before."""
    kept = {name: texts for name, texts in request.session.get(KEY, {}).items() if name != page}
    if typed:
        kept[page] = dict(typed)
    if kept or KEY in request.session:
        request.session[KEY] = dict(list(kept.items())[-PAGES_AT_MOST:])


def find_typed(request: HttpRequest, page: str) -> dict[str, str]:
    """What is kept for a page, by the names of its fields."""
    return request.session.get(KEY, {}).get(page, {})


def changed_texts(form: forms.BaseForm) -> dict[str, str]:
    """What a bound form holds beside what it was opened with, by the names of its fields in the page."""
    names = {name: form.add_prefix(name) for name in form.changed_data if not form.fields[name].widget.is_hidden}
    return {html: form.data[html] for html in names.values() if form.data.get(html)}


def show_typed(form: Any, typed: Mapping[str, str]) -> None:
    """Fill an unbound form in with what was typed in it, and let its template know that something was."""
    known = {name: form.add_prefix(name) for name in form.fields}
    texts = {name: typed[html] for name, html in known.items() if html in typed}
    form.initial = dict(form.initial or {}) | texts
    form.was_typed = bool(texts)


def has_text(request: HttpRequest) -> bool:
    """Whether anything was typed in what is posted."""
    return bool(_texts(request))


def give_back(request: HttpRequest, title: str, words: str) -> HttpResponse:
    """Say why nothing was done, and hand back what was typed, so that it can be copied."""
    frame = admin.site.each_context(request) | {"opts": Case._meta, "title": title}
    context = frame | {"words": words, "texts": _texts(request)}
    return TemplateResponse(request, "admin/registry/given_back.html", context, status=403)


def _texts(request: HttpRequest) -> list[str]:
    """What was typed, without what was chosen or came with the page."""
    posted = {name: str(text) for name, text in request.POST.items() if name not in NOT_TYPED}
    return [text for name, text in posted.items() if name.rpartition("-")[0] not in NOT_TYPED and _is_text(text)]


def _is_text(text: str) -> bool:
    return bool(text.strip()) and not text.isdecimal() and text != "on"
