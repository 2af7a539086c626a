"""Signs what is posted, by the Standard Webhooks scheme (standardwebhooks.com).

A key is derived from this installation's own secret and a random salt. The database
holds the salt alone: who reads it can sign nothing. The price is that another
``SECRET_KEY`` makes other keys.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

_SALT_BYTES = 16


def new_salt() -> str:
    """Return what a new key is derived from."""
    return secrets.token_hex(_SALT_BYTES)


def secret_of(salt: str) -> str:
    """Return the key as its receiver keeps it, such as ``whsec_…``."""
    return f"whsec_{b64encode(_key(salt)).decode()}"


def headers(
    event_id: str, body: bytes, *, salts: Sequence[str], timestamp: int
) -> dict[str, str]:
    """Return the headers by which a receiver knows sender, time and content.

    One signature for each key: while a key is exchanged, the old one still fits.
    ``timestamp`` is the time of this attempt, in seconds since 1970.
    """
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_sign(salt, signed)}" for salt in salts),
    }


def _sign(salt: str, signed: bytes) -> str:
    return b64encode(hmac.digest(_key(salt), signed, hashlib.sha256)).decode()


def _key(salt: str) -> bytes:
    return salted_hmac("notifications.signing", salt, algorithm="sha256").digest()
