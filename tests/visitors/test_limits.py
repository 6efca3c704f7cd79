"""How often each network may ask for what costs much."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 2)


@pytest.mark.parametrize(
    "address", ["/sok/?q=a", "/sok/forslag?q=a", "/aktiviteter.csv", "/passar-mitt-projekt/", "/diarium/?q=a"]
)
def test_a_network_that_asks_too_often_is_told_to_wait_and_no_other(client: Client, address: str) -> None:
    asked = [client.get(address) for _ in range(3)]
    others = client.get(address, REMOTE_ADDR="203.0.113.7")

    assert 429 not in [response.status_code for response in (*asked[:2], others)]
    assert asked[2].status_code == 429
    assert 1 <= int(asked[2]["Retry-After"]) <= 60
    assert "Vänta en minut och försök igen" in asked[2].content.decode()


def test_addresses_of_one_ipv6_network_are_one(client: Client) -> None:
    asked = [client.get("/sok/?q=a", REMOTE_ADDR=f"2001:db8:1:2::{number}") for number in range(1, 4)]

    assert [response.status_code for response in asked] == [200, 200, 429]


def test_what_is_refused_is_no_line_of_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(4):
        client.get("/sok/?q=a")

    assert caplog.records == []
