"""What is looked at before the portal starts: by every command of `manage.py`, and by the server."""

import logging
import stat
import sys
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks  # noqa: A004

from rus_portal.assets import list_unprepared
from rus_portal.environment import ENV_FILE

START = "start"
"""The tag of what the server looks at too, which starts without any of Django's commands."""
logger = logging.getLogger(__name__)


def refuse_unless_ready() -> None:
    """Stop a server that could only answer with errors, and say why; log what else should be mended."""
    for message in run_checks(tags=[START]):
        if message.is_serious():
            sys.exit(f"The portal does not start. {message.msg} {message.hint}")
        logger.warning("%s %s", message.msg, message.hint)


@register(START)
def assets_are_prepared(**_kwargs: Any) -> list[CheckMessage]:
    """Without them every page would be an error, and every mail in the wrong language."""
    if not (names := list_unprepared()):
        return []
    return [
        Error(
            f"What is built from the code is missing or older than it: {', '.join(names)}.",
            hint="Run `manage.py prepare`, as after every upgrade.",
            id="rus_portal.E001",
        )
    ]


@register(START)
def secrets_are_closed_to_others(**_kwargs: Any) -> list[CheckMessage]:
    if not ENV_FILE.exists() or not ENV_FILE.stat().st_mode & stat.S_IROTH:
        return []
    return [
        Warning(
            f"{ENV_FILE} holds passwords and can be read by every user of this machine.",
            hint=f"Close it: chmod o-rwx {ENV_FILE}",
            id="rus_portal.W001",
        )
    ]


@register(START)
def proxies_are_named(**_kwargs: Any) -> list[CheckMessage]:
    """Only a named proxy is believed that a visitor uses HTTPS: without one, every page is led to itself."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "HTTPS is demanded, but no reverse proxy is named that could say that a visitor uses it.",
            hint="Name its address or network in TRUSTED_PROXIES.",
            id="rus_portal.W002",
        )
    ]
