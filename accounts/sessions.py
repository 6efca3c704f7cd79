"""The sessions of a user account: where it is logged in, and ending that."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User


def end_sessions(user: User) -> int:
    """End every session of an account. Return how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
