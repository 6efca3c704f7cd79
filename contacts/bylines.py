"""Bylines: the names under which staff publish."""

from typing import Any

from django.utils import translation


def make_byline(user: Any) -> str:
    """Return name and title as on the staff page in Swedish, else the name of the login."""
    with translation.override("sv"):
        member = getattr(user, "staff_member", None)
        return (str(member) if member else user.get_full_name() or user.get_username())[:160]
