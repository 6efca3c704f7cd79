"""Text typed on a page and not yet used: it is shown again, whichever button was pressed.

It is kept in the session until it is used or emptied, or the session ends.
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
"""The oldest are dropped."""
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "act", "do", "version", "action"})


def keep_typed(request: HttpRequest, page: str, typed: Mapping[str, str]) -> None:
    """Keep what is typed on a page, replacing what was kept before."""
    kept = {name: texts for name, texts in request.session.get(KEY, {}).items() if name != page}
    if typed:
        kept[page] = dict(typed)
    if kept or KEY in request.session:
        request.session[KEY] = dict(list(kept.items())[-PAGES_AT_MOST:])


def find_typed(request: HttpRequest, page: str) -> dict[str, str]:
    """Return what is kept for a page, by field name."""
    return request.session.get(KEY, {}).get(page, {})


def find_changed_texts(form: forms.BaseForm) -> dict[str, str]:
    """Return the changed values of a bound form, by field name in the page."""
    names = {name: form.add_prefix(name) for name in form.changed_data if not form.fields[name].widget.is_hidden}
    return {html: form.data[html] for html in names.values() if form.data.get(html)}


def show_typed(form: Any, typed: Mapping[str, str]) -> None:
    """Fill an unbound form with what was typed in it, and set `was_typed` for its template."""
    known = {name: form.add_prefix(name) for name in form.fields}
    texts = {name: typed[html] for name, html in known.items() if html in typed}
    form.initial = dict(form.initial or {}) | texts
    form.was_typed = bool(texts)


def has_text(request: HttpRequest) -> bool:
    """Whether the request posts any typed text."""
    return bool(_texts(request))


def hand_back_text(request: HttpRequest, title: str, words: str) -> HttpResponse:
    """Explain why nothing was done, and show what was typed so that it can be copied."""
    frame = admin.site.each_context(request) | {"opts": Case._meta, "title": title}
    context = frame | {"words": words, "texts": _texts(request)}
    return TemplateResponse(request, "admin/registry/text_returned.html", context, status=403)


def _texts(request: HttpRequest) -> list[str]:
    """Return what was typed, without choices and hidden fields."""
    posted = {name: str(text) for name, text in request.POST.items() if name not in NOT_TYPED}
    return [text for name, text in posted.items() if name.rpartition("-")[0] not in NOT_TYPED and _is_text(text)]


def _is_text(text: str) -> bool:
    return bool(text.strip()) and not text.isdecimal() and text != "on"
