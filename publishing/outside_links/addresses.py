"""Which addresses may be visited: public ones only, so that no text makes the portal ask a server inside."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
TUNNELS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"), ip_network("2001::/32"))
"""Networks whose addresses hold another one, which may be private (NAT64, 6to4, Teredo)."""


class NotPublicError(Exception):
    """The address is none that may be visited."""


class NotFoundError(Exception):
    """No server has that name."""


class Destination(NamedTuple):
    """Where to ask: the server's name, and the one address of it that was looked at and is asked."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def find_destination(url: str) -> Destination:
    """Return where to ask for a page. Raise `NotPublicError` or `NotFoundError`.

    The name is looked up once, and what is asked is what was found: no second answer can lead elsewhere.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise NotPublicError(url) from None
    usual = PORTS.get(parts.scheme)
    if usual is None or not host or port not in (None, usual) or parts.username or parts.password:
        raise NotPublicError(url)
    addresses = look_up(host, usual)
    if not all(is_public(address) for address in addresses):
        raise NotPublicError(url)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return Destination(parts.scheme, host, usual, addresses[0], path)


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a server, IPv4 first: not every network has the other."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotFoundError(host) from None
    return sorted({str(one[4][0]) for one in found}, key=lambda address: (":" in address, address))


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet's."""
    address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    is_tunnelled = any(address.version == network.version and address in network for network in TUNNELS)
    return address.is_global and not address.is_multicast and not is_tunnelled
