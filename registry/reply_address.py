"""The address that answers about a case go to: `diariet+<case>.<code>@…`, which nobody can make up."""

import hmac

from django.conf import settings

from registry.models import Case

CODE_LENGTH = 16


def address_for(case: Case) -> str:
    """Where the answer to a mail about the case should go."""
    mailbox, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{mailbox}+{case.pk}.{_code(case.pk)}@{domain}"


def case_of(address: str) -> Case | None:
    """The case that an address was made for; None where it was made up."""
    tag = address.rpartition("@")[0].rpartition("+")[2]
    number, _dot, code = tag.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < CODE_LENGTH):
        return None
    if not hmac.compare_digest(code.lower().encode(), _code(int(number)).encode()):
        return None
    return Case.objects.filter(pk=int(number)).first()


def _code(case_pk: int) -> str:
    key = f"reply-address:{settings.SECRET_KEY}".encode()
    return hmac.new(key, str(case_pk).encode(), "sha256").hexdigest()[:CODE_LENGTH]
