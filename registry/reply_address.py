"""The reply address of a case: `diariet+42.<mac>@example.org`.

The HMAC-SHA-256 shows that we gave the address out; whether the sender belongs to the case is judged elsewhere.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.models import Case

CODE_LENGTH = 20
PLUS = re.compile(r"\+(?P<case>\d{1,12})\.(?P<code>[0-9a-f]+)@", re.IGNORECASE | re.ASCII)


def make_reply_address(case: Case) -> str:
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{case.pk}.{_code(case.pk)}@{domain}"


def read_reply_address(address: str) -> tuple[int, bool] | None:
    """Return the key of the case that an address names, and whether its code is genuine."""
    found = PLUS.search(address)
    if found is None:
        return None
    pk = int(found["case"])
    return pk, constant_time_compare(found["code"].lower(), _code(pk))


def is_ours(address: str) -> bool:
    """Whether the address is the authority's own mailbox, to which no answers or receipts are sent."""
    local, _at, domain = address.lower().rpartition("@")
    ours = (settings.REPLY_ADDRESS, settings.DEFAULT_FROM_EMAIL, settings.REGISTRAR_EMAIL)
    return f"{local.partition('+')[0]}@{domain}" in {own.lower() for own in ours}


def _code(pk: int) -> str:
    return salted_hmac("registry.reply_address", str(pk), algorithm="sha256").hexdigest()[:CODE_LENGTH]
