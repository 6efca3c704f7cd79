"""Other processes that tests start: `manage.py`, and whatever listens on a port."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def run_python(
    *arguments: str, environment: Mapping[str, str], timeout: float = 300, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run Python to its end, with the portal's own settings. Raises when it takes too long."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=child_environment(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        **options,
    )


def manage(*arguments: str, environment: Mapping[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` to its end."""
    return run_python("manage.py", *arguments, environment=environment, **options)


def run_module(name: str, *, environment: Mapping[str, str], timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a program of the tests to its end."""
    return run_python("-m", name, environment=environment, timeout=timeout)


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Ours, but with the portal's settings instead of the tests', and the changes."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "rus_portal.settings"} | dict(changes)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
