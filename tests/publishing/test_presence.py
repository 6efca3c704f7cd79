"""Who else has a form open is told, while their page is used."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from publishing.drafts.presence import forget_presences
from publishing.models import Presence
from tests import factories
from tests.publishing.opened_forms import form_of, words_of

pytestmark = pytest.mark.django_db


def tell_presence(client: Client, address: str) -> str:
    """Tell that somebody has a form open. Return who else has."""
    answer = client.post(f"{address}presence/")
    assert answer.status_code == 200
    others: str = answer.json()["others"]
    return others


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_editors_see_each_other_until_one_has_left(editor: Client, peter: User) -> None:
    address = form_of(factories.make_news())
    third = log_in(factories.make_user(Role.ADMINISTRATOR, first_name="Eva", last_name="Ek"))

    assert tell_presence(log_in(peter), address) == ""
    assert tell_presence(editor, address) == "Peter Berg har också det här formuläret öppet"
    tell_presence(third, address)
    assert tell_presence(editor, address) == "Peter Berg och Eva Ek har också det här formuläret öppet"
    assert "Peter Berg och Eva Ek" in words_of(editor.get(address))
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        assert tell_presence(editor, address) == ""


def test_other_forms_are_other_forms(editor: Client, peter: User) -> None:
    tell_presence(log_in(peter), form_of(factories.make_news()))

    assert tell_presence(editor, form_of(factories.make_news())) == ""
    assert tell_presence(editor, form_of(factories.make_goal())) == ""


def test_who_may_not_change_it_is_told_nothing_and_by_get_nothing_is_noted(editor: Client, peter: User) -> None:
    address = form_of(factories.make_activity())
    tell_presence(log_in(peter), address)
    reader = log_in(factories.make_user(Role.COORDINATOR))

    statuses = [reader.post(f"{address}presence/").status_code, editor.get(f"{address}presence/").status_code,
                editor.post("/admin/news/newsitem/0/change/presence/").status_code]  # fmt: skip

    assert statuses == [404, 405, 404]
    assert Presence.objects.count() == 1


def test_what_nobody_is_told_any_more_is_removed(editor: Client) -> None:
    for age in (timedelta(0), timedelta(hours=2)):
        tell_presence(editor, form_of(factories.make_news()))
        Presence.objects.filter(pk=Presence.objects.latest("pk").pk).update(seen_at=timezone.now() - age)

    assert (forget_presences(), Presence.objects.count()) == (1, 1)
