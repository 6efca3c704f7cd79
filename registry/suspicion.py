"""Why something that the public sent may be a machine's. Nothing is ever refused for it (Arkivlagen 10 §)."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from registry.public_forms import PublicForm
from registry.services import STAFF_LANGUAGE

HOUR = 60 * 60


def suspicion(request: HttpRequest, form: PublicForm) -> str:
    """Why the message should wait in quarantine, or nothing."""
    with translation.override(STAFF_LANGUAGE):
        if reason := form.looks_automatic(settings.CONTACT_SECONDS_AT_LEAST):
            return reason
        if _messages_this_hour(request) > settings.CONTACT_MESSAGES_PER_HOUR:
            return _("Unusually many messages came from the same network address.")
    return ""


def _messages_this_hour(request: HttpRequest) -> int:
    """How many this network address has sent within the hour. The address itself is not kept."""
    address = request.META.get(settings.CLIENT_ADDRESS_HEADER, "")
    hour = f"{timezone.now():%Y%m%d%H}"
    key = "contact:" + hashlib.sha256(f"{settings.SECRET_KEY}{hour}{address}".encode()).hexdigest()
    cache.add(key, 0, timeout=HOUR)
    return cache.incr(key)
