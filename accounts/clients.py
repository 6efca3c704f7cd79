"""Where a request comes from: its network address, and its device in words."""

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
"""In this order: Edge also claims to be Chrome, and Chrome to be Safari."""
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def find_address(request: HttpRequest) -> str | None:
    """Return the network address of whoever sent the request; None if the proxy's header holds none."""
    try:
        return str(ipaddress.ip_address(request.META.get(settings.CLIENT_ADDRESS_HEADER, "")))
    except ValueError:
        return None


def find_network(address: str | None) -> str:
    """Return the address, or of IPv6 the network of 64 bits: one subscriber has all of its addresses."""
    if address is None or ":" not in address:
        return address or ""
    return str(ipaddress.ip_network(f"{address.partition('%')[0]}/64", strict=False))


def describe_device(request: HttpRequest) -> str:
    """Return such as `Firefox, Windows`; an empty text if the browser does not tell."""
    return name_device(request.headers.get("User-Agent", ""))


def name_device(told: str) -> str:
    """Return the same for what a browser tells of itself."""
    browser = next((name for sign, name in BROWSERS.items() if re.search(rf"\b{sign}/", told)), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in told), "")
    return ", ".join(filter(None, [browser, system]))
