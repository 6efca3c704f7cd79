"""The address that answers about a case go to: `diariet+42.<mac>@example.org`.

The code (HMAC-SHA-256) shows that the address is one we gave out; who writes to it is judged elsewhere.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.models import Case

CODE_LENGTH = 20
PLUS = re.compile(r"\+(?P<case>\d{1,12})\.(?P<code>[0-9a-f]+)@", re.IGNORECASE | re.ASCII)


def make_reply_address(case: Case) -> str:
    """Where answers about a case go."""
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{case.pk}.{_code(case.pk)}@{domain}"


def read_reply_address(address: str) -> tuple[int, bool] | None:
    """The primary key of the case that an address names, and whether the code in it is ours."""
    found = PLUS.search(address)
    if found is None:
        return None
    pk = int(found["case"])
    return pk, constant_time_compare(found["code"].lower(), _code(pk))


def is_ours(address: str) -> bool:
    """Whether mail to the address reaches the authority's own mailbox, so that no answer to anyone goes there."""
    local, _at, domain = address.lower().rpartition("@")
    ours = (settings.REPLY_ADDRESS, settings.DEFAULT_FROM_EMAIL, settings.REGISTRAR_EMAIL)
    return f"{local.partition('+')[0]}@{domain}" in {own.lower() for own in ours}


def _code(pk: int) -> str:
    return salted_hmac("registry.reply_address", str(pk), algorithm="sha256").hexdigest()[:CODE_LENGTH]
