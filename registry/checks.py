"""System checks of the registry for `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004


@register(Tags.security, deploy=True)
def files_are_checked_for_viruses(**_kwargs: Any) -> list[CheckMessage]:
    """Warn when no virus scanner checks incoming files."""
    if settings.CLAMD_URL:
        return []
    return [
        Warning(
            "Files that come in are not checked for viruses.",
            hint="Set CLAMD_URL, such as tcp://clamav:3310.",
            id="registry.W001",
        )
    ]
