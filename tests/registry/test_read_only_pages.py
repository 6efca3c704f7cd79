"""The pages of the registry's rows: who may open them, and what happens if there is no such row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from registry.models import Event
from registry.services.registration import receive_message
from tests.factories import make_case, make_delivery, make_disposal, make_message, make_user

pytestmark = pytest.mark.django_db


def make_event() -> Event:
    return make_case().events.get()


ROWS: dict[str, Callable[[], Any]] = {
    "case": make_case,
    "delivery": make_delivery,
    "disposal": make_disposal,
    "intake": lambda: receive_message(make_message()),
    "event": make_event,
}


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize(("role", "status"), [(Role.ARCHIVIST, 200), (Role.ADMINISTRATOR, 403), (None, 403)])
def test_a_row_is_shown_to_those_who_may_see_it(client: Client, model: str, role: Role | None, status: int) -> None:
    row = ROWS[model]()
    client.force_login(make_user(role))
    url = reverse(f"admin:registry_{model}_change", args=[row.pk])

    page = client.get(url)

    assert (page.status_code, client.post(url, {}).status_code in (200, 403)) == (status, True)
    assert (str(row).lower() in page.content.decode().lower()) == (status == 200)


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize("which", ["4711", "x", "99999999999999999999"])
def test_a_row_that_is_none_leads_back_with_a_sentence(client: Client, model: str, which: str) -> None:
    client.force_login(make_user(Role.ARCHIVIST))

    answer = client.get(reverse(f"admin:registry_{model}_change", args=[which]), follow=True)

    assert answer.redirect_chain == [("/admin/", 302)]
    assert [which in message.message for message in answer.context["messages"]] == [True]
