"""Names of new accounts."""

from django.contrib.auth.models import User

from accounts.lockout import normalize_name
from publishing.slugs import find_free_slug


def find_free_name(wanted: str) -> str:
    """Return a name like the wanted one that no account has, in whatever spelling."""
    stem = "".join(letter for letter in normalize_name(wanted.partition("@")[0]) if letter.isalnum() or letter in ".-_")
    stem = stem[:140] or "user"
    taken = set(map(str.casefold, User.objects.filter(username__istartswith=stem).values_list("username", flat=True)))
    return find_free_slug(stem, taken.__contains__, between="")
