"""Encryption of secrets that stand in the database, so that a copy of it is not enough to log in.

AES-256 with GCM, by a key made from the secret key with HKDF (OWASP ASVS 5.0, appendix C).
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_LENGTH, NONCE_LENGTH = 32, 12


def encrypt_text(text: str) -> str:
    nonce = secrets.token_bytes(NONCE_LENGTH)
    return base64.b64encode(nonce + _make_box(settings.SECRET_KEY).encrypt(nonce, text.encode(), None)).decode()


def decrypt_text(encrypted: str) -> str:
    """Return the text, by the secret key or a former one. Raise `InvalidTag` if none of them made it."""
    sealed = base64.b64decode(encrypted)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _make_box(key).decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], None).decode()
        except InvalidTag:
            continue
    raise InvalidTag


def _make_box(secret_key: str) -> AESGCM:
    kdf = HKDF(SHA256(), KEY_LENGTH, salt=None, info=b"accounts.secret_box")
    return AESGCM(kdf.derive(str(secret_key).encode()))
