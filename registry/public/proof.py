"""Proof of work by the visitor's browser (ALTCHA, self-hosted), without cookies or third parties.

A challenge is signed and expires, so nothing is stored until it has been solved and sent. See https://altcha.org.
"""

import hashlib
import json
from datetime import timedelta
from enum import Enum, auto

from altcha.v1 import create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

LASTS = timedelta(hours=24)
"""As long as the form's token."""
NUMBERS = 30_000
"""A browser finds the number in about a second; a million messages would cost days."""
PAYLOAD_AT_MOST = 2_000


class Proof(Enum):
    MISSING = auto()
    RIGHT = auto()
    WRONG = auto()


def make_challenge() -> str:
    """Return a challenge in JSON, for the page."""
    challenge = create_challenge(
        algorithm="SHA-256",
        max_number=NUMBERS,
        salt_length=12,
        hmac_key=_key(),
        salt="",
        number=None,
        expires=timezone.now() + LASTS,
        params=None,
    )
    return json.dumps(challenge.to_dict())


def judge_proof(payload: str, message_token: str) -> Proof:
    """Judge whether the payload solves a challenge that no other message has used, and mark it as used."""
    if not payload:
        return Proof.MISSING
    try:
        is_right, _error = verify_solution(payload[:PAYLOAD_AT_MOST], _key())
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        is_right = False
    return Proof.RIGHT if is_right and _is_first_use(payload, message_token) else Proof.WRONG


def _is_first_use(payload: str, message_token: str) -> bool:
    """Whether no other message has used the solution. A repeated post is the same message."""
    key = "proof:" + hashlib.sha256(payload.encode()).hexdigest()
    return cache.add(key, message_token, timeout=LASTS.total_seconds()) or cache.get(key) == message_token


def _key() -> str:
    return hashlib.sha256(f"contact-proof:{settings.SECRET_KEY}".encode()).hexdigest()
