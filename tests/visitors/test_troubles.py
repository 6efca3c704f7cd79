"""Proxies that hide the visitors are told to the operator."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import translation

from rus_portal.checks import proxies_are_named
from rus_portal.operations.conditions import State, look_at_visitors
from visitors import troubles
from visitors.addresses import TROUBLE, Trouble

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles, "_noted_at", {})


def test_the_operator_is_told_once_for_each_proxy_what_to_do(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        client.get("/nope/", **{TROUBLE: (Trouble.UNNAMED, "192.168.0.2")})
        client.get("/nope/", **{TROUBLE: (Trouble.SILENT, "10.0.0.2")})

    with translation.override("en"):
        silent, unnamed = troubles.describe_troubles()
    warned = [record.getMessage() for record in caplog.records if record.name == "visitors.troubles"]
    assert unnamed == (
        "All visitors seem to have the address 192.168.0.2, so what one of them sends counts against all. If it is "
        "your reverse proxy, add it to TRUSTED_PROXIES and restart."
    )
    assert "10.0.0.2 does not say which visitors" in silent
    assert len(warned) == 2
    assert look_at_visitors().state == State.WARNING


def test_nothing_is_told_where_all_is_well(client: Client) -> None:
    client.get("/nope/")

    assert troubles.describe_troubles() == []
    assert look_at_visitors().state == State.OK


def test_a_note_that_cannot_be_kept_is_tried_again_and_stops_no_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: Any) -> int:
        raise DatabaseError

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(troubles, "count_use", away)
        assert client.get("/nope/", **{TROUBLE: (Trouble.SILENT, "10.0.0.2")}).status_code == 404
    client.get("/nope/", **{TROUBLE: (Trouble.SILENT, "10.0.0.2")})

    assert len(troubles.describe_troubles()) == 1


@pytest.mark.parametrize(
    ("https", "proxies", "warnings"), [(True, [], 1), (True, [ip_network("10.0.0.2")], 0), (False, [], 0)]
)
def test_a_site_that_demands_https_of_no_proxy_warns_when_it_starts(
    settings: Any, https: bool, proxies: list[Any], warnings: int
) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = https, proxies

    assert len(proxies_are_named()) == warnings
