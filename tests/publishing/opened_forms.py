"""An admin form as a browser has it: opened, filled in further and sent."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import html

from publishing.drafts.admin import KEEP
from tests import factories

Form = dict[str, list[str]]


def read_form(page: bytes) -> Form:
    """Return what a browser would send of a thing's form without editing it."""
    found = html.document_fromstring(page.decode()).xpath("//form[@method='post'][contains(@id, '_form')]")
    sent: Form = {
        field.get("name"): [""] for field in found[0].xpath(".//input[@name and not(@value)][not(@type='checkbox')]")
    }
    for name, value in found[0].form_values():
        values = sent.setdefault(name, [])
        values[:] = [*filter(None, values), (value or "").removeprefix("\n")]  # HTML drops a text's first line break
    return sent


def open_form(client: Client, address: str) -> Form:
    response = client.get(address)
    assert response.status_code == 200, address
    return read_form(response.content)


def send(client: Client, address: str, form: Form, **typed: Any) -> HttpResponse:
    """Send a form with what is typed into it; a change of something public is marked as minor."""
    minor = {"log_minor": "on"} if "log_note_sv" in form else {}
    return client.post(address, form | minor | {"_save": "1"} | typed)


def send_again(client: Client, thing: models.Model, stopped: HttpResponse, **typed: Any) -> HttpResponse:
    """Send the form that a stopped save has shown again."""
    return send(client, form_of(thing), read_form(stopped.content), **typed)


def words_of(response: Any) -> str:
    """Return the page's text with single spaces."""
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


def find_address(thing: models.Model | type[models.Model], page: str, *arguments: Any) -> str:
    """Return the address of one of the pages of a kind of thing in the admin."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}", args=arguments)


def form_of(thing: models.Model) -> str:
    return find_address(thing, "change", thing.pk)


def save_form(client: Client, thing: models.Model, **typed: Any) -> None:
    """Open a thing's form, type into it, and save it."""
    response: Any = send(client, form_of(thing), open_form(client, form_of(thing)), **typed)
    assert response.status_code == 302, response.context["error_links"]


def save_as(user: User, thing: models.Model, flag: int = CHANGE, **stored: Any) -> None:
    """Save as another editor would: in the database, and in the admin's log."""
    type(thing)._base_manager.filter(pk=thing.pk).update(**stored)
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(thing),
        object_id=str(thing.pk),
        object_repr=str(thing),
        action_flag=flag,
        change_message="[]",
    )


def draft_changes(things: Iterable[tuple[models.Model, str]]) -> None:
    """Keep drafts of things under other titles, whose authors may publish them."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(factories.make_user(username=uuid.uuid4().hex, is_superuser=True))
    for thing, title in things:
        typed = {"title_sv": title, "log_minor": "on", KEEP: "1"}
        response = client.post(form_of(thing), open_form(client, form_of(thing)) | typed)
        assert response.status_code == 302, response.content
