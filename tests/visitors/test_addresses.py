"""Whose request it is when a proxy passes it on, and what a visitor cannot make up."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.test import RequestFactory

from visitors.addresses import FORWARDING, TROUBLE, Trouble, find_network, identify_visitor, parse_address

PROXY, VISITOR = "10.0.0.2", "203.0.113.7"


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/24"), ip_network("fd00::/64")]


def identify(peer: str, forwarded: str = "", **more: str) -> dict[str, Any]:
    """The environment as Django gets it."""
    environ: dict[str, Any] = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "PATH_INFO": "/", **more}
    if forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    identify_visitor(environ)
    assert not set(FORWARDING) & set(environ)
    return environ


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        (PROXY, VISITOR, VISITOR),
        (PROXY, f"6.6.6.6, {VISITOR}", VISITOR),  # the first one was written by the visitor
        (PROXY, f"{VISITOR}, 10.0.0.3", VISITOR),  # two proxies of ours
        (PROXY, "10.0.0.9", "10.0.0.9"),  # a visitor inside our own network
        (PROXY, f"6.6.6.6, nonsense, {VISITOR}", VISITOR),
        (PROXY, f"{VISITOR}, nonsense", PROXY),
        (PROXY, "", PROXY),
        (PROXY, f"{VISITOR}:4711", VISITOR),
        (PROXY, "[2001:db8::1]:4711", "2001:db8::1"),
        (f"::ffff:{PROXY}", f"::ffff:{VISITOR}", VISITOR),
        ("fd00::2", "2001:db8::1", "2001:db8::1"),
        (VISITOR, "6.6.6.6", VISITOR),
        ("127.0.0.1", "6.6.6.6", "127.0.0.1"),
        ("", "6.6.6.6", ""),
    ],
)
def test_a_visitor_is_who_the_nearest_trusted_proxy_says(peer: str, forwarded: str, visitor: str) -> None:
    assert identify(peer, forwarded)["REMOTE_ADDR"] == visitor


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        (PROXY, "https", "https"),
        (PROXY, "http, https", "https"),
        (PROXY, "https, http", "http"),
        (PROXY, "gopher", "http"),
        (VISITOR, "https", "http"),
    ],
)
def test_only_a_trusted_proxy_says_that_https_was_used(peer: str, said: str, scheme: str) -> None:
    environ = identify(
        peer, VISITOR, HTTP_X_FORWARDED_PROTO=said, HTTP_X_REAL_IP="6.6.6.6", HTTP_FORWARDED="for=6.6.6.6"
    )

    assert environ["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize(
    ("peer", "forwarded", "path", "trouble"),
    [
        ("192.168.0.2", VISITOR, "/", (Trouble.UNNAMED, "192.168.0.2")),
        (PROXY, "", "/", (Trouble.SILENT, PROXY)),
        (PROXY, "", "/healthz", None),
        (PROXY, VISITOR, "/", None),
        ("8.8.8.8", "6.6.6.6", "/", None),  # anyone may write the header
        ("192.168.0.2", "", "/", None),
    ],
)
def test_a_proxy_that_hides_the_visitors_is_noticed(peer: str, forwarded: str, path: str, trouble: Any) -> None:
    assert identify(peer, forwarded, PATH_INFO=path).get(TROUBLE) == trouble


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (VISITOR, VISITOR),
        (f"::ffff:{VISITOR}", VISITOR),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_visitor_counts_as_his_network(address: str, network: str) -> None:
    assert find_network(RequestFactory().get("/", REMOTE_ADDR=address)) == network


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3", "1.2.3.4.5", "[::1", "::1::2", "a" * 10_000])
def test_what_is_no_address_is_none(text: str) -> None:
    assert str(parse_address(text)) in {"None", "::1"}
