"""Addresses that work for a while without credentials: `path?exp=…&sig=…`."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime

from interview.errors import Forbidden
from server.secrets import Keys

SIGNATURE = re.compile(r"[0-9a-f]{64}")


def sign_path(keys: Keys, path: str, ttl_s: float, now: datetime | None = None) -> str:
    """`path` with an expiry and a signature; `now` is the wall clock unless given."""
    moment = now or datetime.now(UTC)
    expires = int(moment.timestamp() + ttl_s)
    return f"{path}?exp={expires}&sig={_signature(keys, path, expires)}"


def check_signature(
    keys: Keys, path: str, exp: str | None, sig: str | None, now: datetime | None = None
) -> None:
    """Accept a signed address.

    Raises:
        Forbidden: No signature, another path's, an altered or an expired one.
    """
    if exp is None or sig is None or not exp.isascii() or not exp.isdigit() or len(exp) > 12:
        raise Forbidden("The address is not signed.")
    expected = _signature(keys, path, int(exp))
    if not SIGNATURE.fullmatch(sig) or not hmac.compare_digest(sig, expected):
        raise Forbidden("The address is not signed for this.")
    moment = now or datetime.now(UTC)
    if int(exp) <= moment.timestamp():
        raise Forbidden("The address has expired.")


def _signature(keys: Keys, path: str, expires: int) -> str:
    message = f"{expires}\n{path}".encode()
    return hmac.new(keys.signing.encode(), message, hashlib.sha256).hexdigest()
