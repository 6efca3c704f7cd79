"""Hostile addresses and forms from users who may log in: every page of the admin answers, none crashes."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import DateTimeField
from django.test import Client, RequestFactory
from django.urls import reverse
from lxml import html

from accounts.roles import Role
from tests.rus_portal.test_admin_roles import ROLES, SUPERUSER, hand_over, make_worker

pytestmark = pytest.mark.django_db

VALUES = {"NUL": "\0", "a word": "x", "a huge number": "9" * 5000, "beyond a bigint": str(2**63)}
"""Keys that no row can have."""
BY_DJANGO = {
    "q": "2026/" + "9" * 5000,
    "p": "9" * 5000,
    "o": "\0",
    "_changelist_filters": "q=%00",
    "id__in": "\0,x",
    "id__range": "0",
    "id__contained_by": "1,2",
    "\0": "x",
}
COUNTS = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")


@pytest.fixture(autouse=True)
def _answer_500_instead_of_raising(superuser: Client) -> None:
    superuser.raise_request_exception = False


class Form(NamedTuple):
    """What the form of a page would send, and how many rows its parts say that they have."""

    fields: dict[str, str]
    counts: dict[str, str]


@pytest.fixture(scope="module")
def forms(things: dict[str, Any]) -> dict[str, Form]:
    """The form of each row's page by its address, as a superuser gets it."""
    client = Client()
    client.force_login(User.objects.get(username="overordnad"))
    urls = [_url(label, "change", thing.pk) for label, thing in things.items()]
    return {url: _read_form(client.get(url).content.decode()) for url in urls}


def _read_form(page: str) -> Form:
    forms = html.document_fromstring(page).forms
    sent = next((form for form in forms if form.get("id") != "logout-form" and form.get("method") == "post"), None)
    names = {field.name for field in sent.inputs if field.name} if sent is not None else set()
    values = dict.fromkeys(names, "") | (dict(sent.form_values()) if sent is not None else {})
    counts = {name: value for name, value in values.items() if name.endswith(COUNTS)}
    return Form({name: value for name, value in values.items() if name not in counts}, counts)


def _url(label: str, page: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def _filters(user: User) -> Iterator[tuple[str, str]]:
    """Yield each list that the user may see, with each of its filter parameters."""
    request = RequestFactory().get("/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        if not model_admin.has_view_or_change_permission(request):
            continue
        for one in model_admin.get_list_filter(request):
            field = one[0] if isinstance(one, tuple) else one
            names = [f"{field}__exact", f"{field}__id__exact"] if isinstance(field, str) else [field.parameter_name]
            yield from ((_url(model._meta.label_lower, "changelist"), name) for name in names)


@pytest.mark.parametrize(
    "value", ["%00", "9" * 5000, "%FF%ED%A0%80%EF%BF%BE%1D"], ids=["NUL", "a huge number", "no text"]
)
def test_no_filter_breaks_by_its_value(client: Client, things: dict[str, Any], value: str) -> None:
    asked = [f"{url}?{name}={value}" for url, name in _filters(User.objects.get(username="overordnad"))]

    broken = [url for url in asked if client.get(url).status_code >= 500]

    assert len(asked) > 50
    assert broken == []


@pytest.mark.parametrize(
    ("name", "value"),
    BY_DJANGO.items(),
    ids=["words", "page", "order", "back", "keys", "range", "range of others", "NUL"],
)
def test_no_list_breaks_by_a_parameter_of_djangos(
    client: Client, things: dict[str, Any], name: str, value: str
) -> None:
    lists = [f"{_url(label, 'changelist')}?{quote(name)}={quote(value)}" for label in things]

    broken = [url for url in lists if client.get(url).status_code >= 500]

    assert broken == []


@pytest.mark.parametrize("value", ["9999-12-31T23:59:59+23:59", "0001-01-01 00:00:00-15:59", "2026-01-01T00:00+16:00"])
def test_no_list_breaks_by_a_moment_that_no_clock_shows(client: Client, things: dict[str, Any], value: str) -> None:
    moments = [
        (_url(label, "changelist"), field.name)
        for label, thing in things.items()
        for field in type(thing)._meta.concrete_fields
        if isinstance(field, DateTimeField)
    ]

    broken = [url for url, name in moments if client.get(url, {f"{name}__lt": value}).status_code >= 500]

    assert len(moments) > 30
    assert broken == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != SUPERUSER])
def test_no_list_of_a_role_breaks(client: Client, things: dict[str, Any], role: Role) -> None:
    worker = make_worker(role)
    hand_over(worker)
    client.force_login(worker)

    answers = {f"{url}?{name}=%00": client.get(f"{url}?{name}=%00").status_code for url, name in _filters(worker)}

    assert {url: status for url, status in answers.items() if status not in (200, 302)} == {}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_form_breaks_by_what_its_address_fills_in(client: Client, things: dict[str, Any], value: str) -> None:
    broken = []
    for label in things:
        url = _url(label, "add")
        if client.get(url).status_code == 200:
            names = [field.name for field in admin.site._registry[type(things[label])].model._meta.get_fields()]
            broken += [url] if client.get(url, dict.fromkeys(names, value)).status_code >= 500 else []

    assert broken == []


def test_no_form_breaks_by_the_filters_of_other_lists(client: Client, things: dict[str, Any]) -> None:
    asked = {name: "x" for _list, name in _filters(User.objects.get(username="overordnad"))}

    broken = [
        url
        for label, thing in things.items()
        for url in (_url(label, "add"), _url(label, "change", thing.pk))
        if client.get(url, asked).status_code >= 500
    ]

    assert broken == []
    assert "fault" in asked


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_form_breaks_by_what_is_sent(client: Client, forms: dict[str, Form], value: str) -> None:
    broken = []
    for url, form in forms.items():
        sent = dict.fromkeys(form.fields, value) | form.counts | {"_save": "1"}
        broken += [url] if client.post(url, sent).status_code >= 500 else []

    assert broken == []


def test_no_form_breaks_by_a_number_of_rows_that_is_none(client: Client, forms: dict[str, Form]) -> None:
    broken = []
    for url, form in forms.items():
        sent = form.fields | dict.fromkeys(form.counts, "x") | {"_save": "1"}
        broken += [url] if client.post(url, sent).status_code >= 500 else []

    assert broken == []


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_list_breaks_by_an_action_on_what_is_no_row(client: Client, things: dict[str, Any], value: str) -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="overordnad")
    broken = []
    for label, thing in things.items():
        url, actions = _url(label, "changelist"), admin.site._registry[type(thing)].get_actions(request)
        for action in [*actions, value]:
            chosen = {"action": action, "_selected_action": value, "index": value, "select_across": value}
            broken += [(url, action)] if client.post(url, chosen).status_code >= 500 else []

    assert broken == []


@pytest.mark.parametrize("key", ["_00", "9" * 4000, "%FF_0A%00"])
def test_no_page_breaks_by_a_key_that_no_row_has(client: Client, things: dict[str, Any], key: str) -> None:
    pages = ("change/", "delete/", "history/", "")
    urls = [f"{_url(label, 'changelist')}{key}/{page}" for label in things for page in pages]

    assert [url for url in urls if client.get(url).status_code >= 500] == []
