"""How long a session lasts: so long without a sign of life, and so long in all."""

import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

STARTED, SEEN = "started_at", "seen_at"
NOTE_EVERY = 60
"""Seconds between two notes of a sign of life: each is a write."""


def start_session(session: SessionBase) -> None:
    """Note when someone logged in."""
    session[STARTED] = session[SEEN] = time.time()


def has_ended(request: HttpRequest) -> bool:
    """Whether the session of someone logged in has lasted too long; otherwise note the sign of life."""
    now, session = time.time(), request.session
    started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
    if now - started > settings.SESSION_HOURS * 3600 or now - seen > settings.SESSION_IDLE_MINUTES * 60:
        return True
    if now - seen > NOTE_EVERY:
        session[SEEN] = now
    return False
