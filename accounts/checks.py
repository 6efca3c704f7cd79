from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.roles import Role

KNOWN = {role.name.lower() for role in Role}


@register
def check_roles(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse a role that is none: nobody would be asked for a second step, or be given it."""
    named = {"MFA_REQUIRED_ROLES": settings.MFA_REQUIRED_ROLES, "OIDC_ROLES": list(settings.OIDC_ROLES.values())}
    return [
        Error(
            f"{setting} names {role}, but can name {', '.join(sorted(KNOWN))} (see .env.example).", id="accounts.E001"
        )
        for setting, roles in named.items()
        for role in roles
        if role.lower() not in KNOWN
    ]


@register
def check_issuer(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse to ask by HTTP who somebody is, but in a demonstration: anybody on the way could answer."""
    if settings.HTTPS and settings.OIDC_ISSUER and not settings.OIDC_ISSUER.startswith("https://"):
        return [Error("OIDC_ISSUER must begin with https:// (see .env.example).", id="accounts.E002")]
    return []
