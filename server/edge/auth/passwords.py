"""Passwords: argon2id, always off the event loop, at most two at a time (64 MiB each)."""

from __future__ import annotations

import asyncio
import weakref
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 256
AT_ONCE = 2

_hasher = PasswordHasher()
_gates: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
    weakref.WeakKeyDictionary()
)


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    async with _gate():
        return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; an unknown account costs the same time as a wrong password."""
    async with _gate():
        fits = await asyncio.to_thread(_verify, password_hash, password)
    return fits and password_hash is not None


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


def _gate() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    gate = _gates.get(loop)
    if gate is None:
        gate = _gates[loop] = asyncio.Semaphore(AT_ONCE)
    return gate
