"""Encryption of secrets that stand in the database, so that a copy of it is not enough to log in."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt_text(text: str) -> str:
    return _make_box().encrypt(text.encode()).decode()


def decrypt_text(encrypted: str) -> str:
    return _make_box().decrypt(encrypted.encode()).decode()


def _make_box() -> MultiFernet:
    """Return what encrypts by the secret key, and decrypts by that and the former ones."""
    keys = map(str, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    digests = [hashlib.sha256(b"accounts.secret_box" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
