"""The address that answers to our mail come to: it names the case, signed so that nobody can guess another's."""

from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac

from registry.models import Case


def address_for(case: Case) -> str:
    """Our own address with the case and its signature as a sub-address (RFC 5233)."""
    local, _at, domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")
    return f"{local}+{case.pk}-{signature(case.pk)}@{domain}"


def signature(pk: int) -> str:
    """The first 80 bits of an HMAC-SHA-256 over the case's key."""
    return salted_hmac("registry.reply_address", str(pk), algorithm="sha256").hexdigest()[:20]
