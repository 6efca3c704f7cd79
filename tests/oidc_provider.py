"""A real OpenID Connect provider beside the tests, which says of people what the tests tell it."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.processes import free_port

SECONDS_TO_START = 30


class Provider:
    """A running provider."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"
        self.id = f"localhost-{port}"

    def tell(self, subject: str, **claims: Any) -> None:
        """Let it say this, and nothing else, of a person from now on."""
        request = urllib.request.Request(f"{self.issuer}/users/{subject}", json.dumps(claims).encode(), method="PUT")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request, timeout=10).close()

    def authorize(self, address: str, **answer: str) -> str:
        """Log somebody in there, as the page at the address asks. Return the address that leads back."""
        request = urllib.request.Request(address, urllib.parse.urlencode(answer).encode())
        try:
            urllib.request.build_opener(KeepRedirect).open(request, timeout=10).close()
        except urllib.error.HTTPError as answered:
            return answered.headers["Location"]
        raise AssertionError("The provider did not lead back.")


class KeepRedirect(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_args: Any) -> None:
        return None


@contextmanager
def running_provider() -> Iterator[Provider]:
    port = free_port()
    provider = Provider(port)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--host", "localhost"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(provider)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(provider: Provider) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urllib.request.urlopen(f"{provider.issuer}/.well-known/openid-configuration", timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
