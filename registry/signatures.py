"""Signatures by the registry's Ed25519 key, for day heads and the end of the chain. The key is not in the database."""

import base64
import json
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core import checks


def encode_canonical(statement: dict[str, Any]) -> bytes:
    """Return the statement in canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def sign_statement(statement: dict[str, Any]) -> str:
    """Return the signature of a statement in base64."""
    signature = _private_key(settings.REGISTRY_SIGNING_KEY).sign(encode_canonical(statement))
    return base64.b64encode(signature).decode()


def is_signed(statement: dict[str, Any], signature: str) -> bool:
    """Whether one of our keys made the signature."""
    message = encode_canonical(statement)
    return any(_verifies(key, signature, message) for key in list_public_keys())


def list_public_keys() -> list[str]:
    """Return the current public key, then the former ones, in base64."""
    present = _private_key(settings.REGISTRY_SIGNING_KEY).public_key().public_bytes_raw()
    return [base64.b64encode(present).decode(), *settings.REGISTRY_FORMER_KEYS]


@checks.register(checks.Tags.security)
def check_keys(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Report an invalid key at start, before the first event."""
    try:
        for key in list_public_keys():
            Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    except ValueError:
        words = "REGISTRY_SIGNING_KEY and REGISTRY_FORMER_KEYS must each be 32 bytes in base64 (see .env.example)."
        return [checks.Error(words, id="registry.E001")]
    return []


def _verifies(key: str, signature: str, message: bytes) -> bool:
    try:
        signed = base64.b64decode(signature)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return base64.b64encode(signed).decode() == signature  # other spellings of the same bytes are an alteration too


@cache
def _private_key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(str(seed)))  # a demonstration makes it at first use
