"""The visitor's address when proxies stand between, and the network it belongs to."""

import ipaddress
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
FORWARDING = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
"""What a proxy says of the visitor, and what a visitor can write himself."""
SCHEMES = ("http", "https")
WATCHED = ("/healthz", "/readyz", "/metrics")
"""What a proxy asks for on its own behalf."""
VISITOR_NETWORK_BITS = 64
"""Of an IPv6 address: a household has at least so many addresses."""
TROUBLE = "portal.proxy_trouble"
"""The key in the environment of a request whose proxy hides the visitor: a `Trouble` and the proxy's address."""


class Trouble(StrEnum):
    """Why all visitors seem to have one address."""

    UNNAMED = "unnamed"
    """The proxy is not in TRUSTED_PROXIES."""
    SILENT = "silent"
    """The proxy sends no X-Forwarded-For."""


def identify_visitor(environ: dict[str, Any]) -> None:
    """Put the visitor's address and scheme in a WSGI environment, where a proxy's stand.

    Only a proxy of TRUSTED_PROXIES is believed. What is said of the visitor is removed all the same, so that nothing
    else can believe it; WSGI does not tell `X_Forwarded_For` from `X-Forwarded-For`, which is for the proxy to do.
    """
    said = {name: environ.pop(name, "") for name in FORWARDING}
    peer = parse_address(environ.get("REMOTE_ADDR", ""))
    if peer is None:
        return
    if not is_trusted(peer):
        if peer.is_private and any(said.values()):
            environ[TROUBLE] = (Trouble.UNNAMED, str(peer))
        return
    forwarded = said["HTTP_X_FORWARDED_FOR"]
    if not forwarded and environ.get("PATH_INFO") not in WATCHED:
        environ[TROUBLE] = (Trouble.SILENT, str(peer))
    environ["REMOTE_ADDR"] = str(_find_visitor(peer, forwarded))
    scheme = said["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip().lower()
    if scheme in SCHEMES:
        environ["wsgi.url_scheme"] = scheme


def parse_address(text: str) -> Address | None:
    """Return the address, which may have a port; None if it is unreadable. An IPv4 address in IPv6 is IPv4."""
    text = text.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def find_address(request: HttpRequest) -> str | None:
    """Return the visitor's address; None if it is unknown, as on a Unix socket."""
    address = parse_address(request.META.get("REMOTE_ADDR", ""))
    return str(address) if address else None


def find_network(request: HttpRequest) -> str:
    """Return the network that one visitor can send from: his address, of IPv6 its /64."""
    address = parse_address(request.META.get("REMOTE_ADDR", ""))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, VISITOR_NETWORK_BITS), strict=False))
    return str(address or "")


def is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _find_visitor(peer: Address, forwarded: str) -> Address:
    """Return the nearest address that is no proxy of ours. What stands further away may be made up."""
    nearest = peer
    for text in reversed(forwarded.split(",")):
        address = parse_address(text)
        if address is None:
            break
        nearest = address
        if not is_trusted(address):
            break
    return nearest
