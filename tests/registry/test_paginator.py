"""The registrar's list, page by page."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.roles import Role
from registry.admin.cases import CaseAdmin
from tests.factories import make_case

pytestmark = pytest.mark.django_db


def test_pages_of_the_list_show_every_case_once_and_the_latest_first(
    log_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CaseAdmin, "list_per_page", 2)
    numbers = [make_case().registration_number for _ in range(5)]
    client = log_in(Role.REGISTRAR)

    pages = [client.get(f"/admin/registry/case/?p={page}").content.decode() for page in (1, 2, 3)]

    shown = [re.findall(r">(RUS \d{4}/\d{4})</a>", page) for page in pages]
    assert shown == [[numbers[4], numbers[3]], [numbers[2], numbers[1]], [numbers[0]]]


def test_list_ordered_by_addressee_keeps_the_order_across_pages(
    log_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CaseAdmin, "list_per_page", 2)
    numbers = {name: make_case(addressee=name).registration_number for name in ("Cecilia", "Anna", "Bertil")}
    client = log_in(Role.REGISTRAR)

    pages = [client.get(f"/admin/registry/case/?o=4&p={page}").content.decode() for page in (1, 2)]

    shown = [re.findall(r">(RUS \d{4}/\d{4})</a>", page) for page in pages]
    assert shown == [[numbers["Anna"], numbers["Bertil"]], [numbers["Cecilia"]]]
