"""The device that a request comes from, in words."""

import re

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


def describe_device(request: HttpRequest) -> str:
    """Return such as `Firefox, Windows`; an empty text if the browser does not tell."""
    return name_device(request.headers.get("User-Agent", ""))


def name_device(told: str) -> str:
    """Return the same for what a browser tells of itself."""
    browser = next((name for sign, name in BROWSERS.items() if re.search(rf"\b{sign}/", told)), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in told), "")
    return ", ".join(filter(None, [browser, system]))
