"""Signatures as the Standard Webhooks specification has them (version 1, symmetric)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
USER_AGENT = "Vivavoce-Webhooks/1"


def new_secret() -> str:
    """A signing secret as its receiver keeps it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, at: datetime, body: str) -> str:
    """`v1,…` over id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{int(at.timestamp())}.{body}".encode()
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def headers(secrets_: Sequence[str], message_id: str, at: datetime, body: str) -> dict[str, str]:
    """What is sent with a body; during a rotation it is signed with each secret in force."""
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signature(s, message_id, at, body) for s in secrets_),
    }


class SecretBox:
    """Keeps signing secrets; the key follows from the installation's own."""

    def __init__(self, installation_key: str) -> None:
        digest = hashlib.sha256(b"webhooks:" + installation_key.encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(digest))

    def seal(self, secret: str) -> str:
        """As it is stored."""
        return self._box.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The secret; None when the installation's key is another by now."""
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
