"""Which form shows a visitor's text again when a view could not be carried out."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from registry.public.forms import PublicForm

View = Callable[..., HttpResponse]
MakeForm = Callable[[HttpRequest], PublicForm]


def keeps_text(make_form: MakeForm) -> Callable[[View], View]:
    """Name the form of a view. It must be made without the database, which may be what is away."""

    def mark(view: View) -> View:
        view.make_typed_form = make_form  # type: ignore[attr-defined]
        return view

    return mark


def make_typed_form(view: Any, request: HttpRequest) -> PublicForm | None:
    """Return the form of a view with what was typed in it, None if the view has none."""
    make_form = getattr(view, "make_typed_form", None)
    return make_form(request) if make_form else None
