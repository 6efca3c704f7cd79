"""The secrets of a demonstration: each made at its first use and kept in a file. Production has no default."""

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.utils.functional import lazy


def make_signing_key() -> str:
    """Return a new key that signs the heads of the registry's chain: 32 bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


@cache
def _read_secret(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(make())
        with contextlib.suppress(FileExistsError):  # of two processes that start at once, the first one's holds
            os.link(made, path)
        made.unlink()
    return path.read_text()


get_demo_secret = lazy(_read_secret, str)
"""Return the secret in that file, made by that function, once it is used: importing the settings makes none."""
