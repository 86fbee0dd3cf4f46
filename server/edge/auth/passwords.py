"""Passwords: argon2id, always off the event loop, at most two at a time (64 MiB each).

Their threads are their own: no other work, however much strangers make of it, delays a sign-in.
"""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from interview.threads import Threads

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 256
AT_ONCE = 2

_hasher = PasswordHasher()
_threads = Threads("passwords", AT_ONCE)


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return await _threads.run(_hasher.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; an unknown account costs the same time as a wrong password."""
    fits = await _threads.run(_verify, password_hash, password)
    return fits and password_hash is not None


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
