"""Every address of the admin, as each role, without a role and without a login, against the tables of docs/roles.md.

The addresses are those of the URL configuration: one that no table names fails, and so does a kind without rights.
What is asked for is there also where a role is refused, so that only the right decides.
"""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import Role
from actionplans.models import ActivityImport
from publishing.models import Deletion, Draft, Review, Revision
from publishing.translations.admin import TranslationsAdmin
from registry.models import Case, File, Intake
from registry.services.mail_intake import take_due_mail
from tests import factories
from tests.roles_table import ANYONE, Route, may_do, read_account_routes, read_rights, read_routes
from tests.rus_portal.test_admin_roles import hand_over, make_worker

pytestmark = pytest.mark.django_db
STANDARD = {
    "changelist": Route("read", "read"),
    "add": Route("add", "add"),
    "change": Route("read", "change"),
    "delete": Route("delete", "delete"),
    "history": Route("read", "read"),
}
"""What Django's own addresses of a kind ask for."""
TEXTS = sorted(
    model._meta.label_lower
    for model, model_admin in admin.site._registry.items()
    if isinstance(model_admin, TranslationsAdmin)
)
"""The kinds with drafts, history, bin and reviews."""
OF_DRAFTS = (
    "draft",
    "discard_draft",
    "restore_draft",
    "unschedule_draft",
    "ask",
    "withdraw_review",
    "review",
    "approve_review",
    "return_review",
    "comment_review",
)
BY_A_COLLEAGUE = ("unschedule_draft", "review", "approve_review", "return_review", "comment_review")
MAIL = (
    b"From: anna@ex.example\r\nSubject: Hej\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain\r\n\r\nHej\r\n"
    b"--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfil\r\n--x--\r\n"
)
ONLY_REDIRECTS = re.compile(r"^admin/\w+/\w+/<path:object_id>/$|\(\?P<url>")
"""Of a row to its form, and of anything else to the same address with a slash."""
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
WITHOUT_LOGIN, WITHOUT_ROLE = "without a login", "without a role"


GIVEN: dict[str, Callable[[dict[str, Any], dict[str, Any]], list[Any]]] = {
    "index": lambda _things, _keys: [],
    "app_list": lambda _things, _keys: ["news"],
    "autocomplete": lambda _things, _keys: [],
    "jsi18n": lambda _things, _keys: [],
    "operations": lambda _things, _keys: [],
    "clean_pasted": lambda _things, _keys: [],
    "content_search": lambda _things, _keys: [],
    "view_on_site": lambda things, _keys: [
        ContentType.objects.get_for_model(things["news.newsitem"]).pk,
        things["news.newsitem"].pk,
    ],
    "actionplans_matrix": lambda _things, _keys: [],
    "actionplans_activity_export": lambda _things, _keys: [],
    "actionplans_activity_import": lambda _things, _keys: [],
    "actionplans_activity_tried": lambda _things, keys: [keys["import"]],
    "actionplans_import_save": lambda _things, keys: [keys["import"]],
    "documents_version_file": lambda _things, keys: [keys["version"]],
    "documents_version_withdraw": lambda _things, keys: [keys["version"]],
    "documents_version_restore": lambda _things, keys: [keys["version"]],
    "followup_annual": lambda _things, _keys: [],
    "followup_preview": lambda things, _keys: [things["followup.followup"].pk],
    "registry_file": lambda _things, keys: [keys["registry_file"]],
    "registry_mail": lambda _things, keys: [keys["registry_mail"]],
    "registry_mail_source": lambda _things, keys: [keys["registry_mail"]],
    "registry_answer": lambda _things, keys: [keys["registry_answer"]],
    "registry_daily": lambda _things, _keys: [],
    "registry_reports": lambda _things, _keys: [],
    "case_sheet_pdf": lambda things, _keys: [things["registry.case"].pk],
    "daily_pdf": lambda _things, _keys: [],
}
"""The arguments of the addresses that are of no kind, or not of one row of it."""
DESK = "/admin/"
LEADS_TO_THE_DESK = ("registry_case_act",)
"""What is done from the first page leads back there."""
SENT = {"registry_case_act": {"act": "accept"}}
"""For the acts on a case, of which somebody may do only some. Other forms find too little, and say so."""
QUERIES = {"autocomplete": "?app_label=actionplans&model_name=actionplan&field_name=documents"}


class Address(NamedTuple):
    """An address of the admin: its name, its kind (empty if it is of none) and which of the kind's pages it is."""

    name: str
    kind: str
    page: str

    @property
    def route(self) -> Route | None:
        """What it asks for: by its own name, as one of every kind of text, or as Django's own."""
        routes = read_routes()
        return routes.get(self.name) or routes.get(f"*_{self.page}") or STANDARD.get(self.page)


def list_addresses() -> list[Address]:
    kinds = {
        f"{model._meta.app_label}_{model._meta.model_name}": model._meta.label_lower for model in admin.site._registry
    }
    found = []
    for name in dict.fromkeys(_list_names(get_resolver().url_patterns)):
        start = next((kind for kind in sorted(kinds, key=len, reverse=True) if name.startswith(f"{kind}_")), "")
        found.append(Address(name, kinds.get(start, ""), name.removeprefix(f"{start}_") if start else ""))
    return found


def _list_names(patterns: Any, start: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{start}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _list_names(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith("admin/") and not ONLY_REDIRECTS.search(route):
            yield pattern.name or route


ADDRESSES = list_addresses()
ASKED = [one for one in ADDRESSES if one.name not in read_account_routes()]
"""All but those of one's own account, which are the same for everybody (tests/accounts)."""


def test_every_address_and_every_kind_has_declared_rights() -> None:
    undeclared = [one.name for one in ADDRESSES if one.route is None]
    kinds = {model._meta.label_lower for model in admin.site._registry}

    assert undeclared == []
    assert set(read_rights()) == kinds
    assert len(ADDRESSES) > 500


def test_every_declared_address_exists() -> None:
    there = {one.name for one in ADDRESSES} | {f"*_{one.page}" for one in ADDRESSES}

    assert set(read_routes()) - there == set()


@pytest.fixture(scope="module")
def keys(things: dict[str, Any]) -> dict[str, Any]:
    """The keys of what the addresses are about, besides the things: by the name of the address."""
    colleague = User.objects.get(username="overordnad")
    intake = _take_mail(colleague)
    made = {
        "registry_answer": factories.make_case(Case.Status.IN_PROGRESS, assign_to=colleague).pk,
        "registry_mail": intake.pk,
        "registry_file": File.objects.get(intake=intake).pk,
        "version": things["documents.document"].versions.get().pk,
        "import": ActivityImport.objects.create(size=1, state=ActivityImport.State.FAILED).key,
    }
    for kind in TEXTS:
        made[f"{kind} colleague"] = made[f"{kind} own"] = _make_draft(things[kind], colleague).pk
        Review.objects.create(draft_id=made[f"{kind} colleague"], reviewer=colleague)
        of_thing = {"content_type": ContentType.objects.get_for_model(things[kind]), "object_id": things[kind].pk}
        made[f"{kind} restore"] = Revision.objects.create(contents={"fields": {}, "rows": {}}, **of_thing).pk
        made[f"{kind} bring_back"] = Deletion.objects.create(title="X", author_name="X", **of_thing).pk
    return made


def _take_mail(officer: User) -> Intake:
    mail = factories.make_incoming_mail(MAIL)
    take_due_mail()
    Case.objects.filter(records__intake__mail=mail).update(assigned_to=officer)
    return Intake.objects.get(mail=mail)


def _make_draft(thing: Any, author: User) -> Draft:
    kind = ContentType.objects.get_for_model(thing)
    return Draft.objects.create(content_type=kind, object_id=thing.pk, title=str(thing), author=author, posted={})


class Asker:
    """Somebody who asks every address, for what is their own where things are owned."""

    def __init__(self, client: Client, who: Role | str, things: dict[str, Any], keys: dict[str, Any]) -> None:
        self.client, self.things, self.keys = client, things, dict(keys)
        self.role = who if isinstance(who, Role) else None
        self.is_logged_in = who != WITHOUT_LOGIN
        if self.is_logged_in:
            self._log_in()

    def _log_in(self) -> None:
        worker = make_worker(self.role) if self.role else factories.make_user()
        hand_over(worker)
        ActivityImport.objects.update(owner=worker)
        self.keys |= {f"{kind} own": _make_draft(self.things[kind], worker).pk for kind in TEXTS}
        self.client.force_login(worker)

    def expects(self, one: Address, asked: str) -> bool:
        if asked == ANYONE or not self.is_logged_in:
            return asked == ANYONE
        return may_do(self.role, asked, one.kind)

    def is_let_in(self, one: Address, method: str) -> bool:
        """Whether an address does more than refuse. What it has done is undone."""
        address = self.find_address(one)
        with transaction.atomic():
            response = getattr(self.client, method)(address, SENT.get(one.name, {}) if method == "post" else {})
            if response.streaming:
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
        is_sent_away = response.status_code == HTTPStatus.FOUND and _leads_away(response["Location"])
        is_done = response.status_code not in REFUSED and not is_sent_away
        return is_done or (one.name in LEADS_TO_THE_DESK and response.get("Location") == DESK)

    def find_address(self, one: Address) -> str:
        """Return the address for what is there, the asker's own where it must be."""
        thing = self.things.get(one.kind)
        given = GIVEN.get(one.name)
        if given is not None:
            return reverse(f"admin:{one.name}", args=given(self.things, self.keys)) + QUERIES.get(one.name, "")
        if one.page in ("changelist", "add", "keep_new", "bin"):
            arguments: list[Any] = []
        elif one.page == "restore":
            arguments = [thing.pk, self.keys[f"{one.kind} restore"]]
        elif one.page == "bring_back":
            arguments = [self.keys[f"{one.kind} bring_back"]]
        elif one.page in OF_DRAFTS:
            arguments = [self.keys[f"{one.kind} {'colleague' if one.page in BY_A_COLLEAGUE else 'own'}"]]
        else:
            arguments = [thing.pk]
        return reverse(f"admin:{one.name}", args=arguments)


def _leads_away(location: str) -> bool:
    """Whether a redirect is Django's to the login, or its to the first page where there is no such thing."""
    return location.startswith("/admin/login/") or location == DESK


@pytest.mark.load
@pytest.mark.parametrize("who", [*Role, WITHOUT_ROLE, WITHOUT_LOGIN])
def test_each_address_lets_in_whom_it_should_and_nobody_else(
    client: Client, things: dict[str, Any], keys: dict[str, Any], who: Role | str
) -> None:
    asker = Asker(client, who, things, keys)
    wrong = []
    for one in ASKED:
        assert one.route is not None, one
        for method, asked in (("get", one.route.reading), ("post", one.route.sending)):
            if asker.is_let_in(one, method) != asker.expects(one, asked):
                wrong.append((method, one.name, asked))

    assert wrong == [], wrong
