"""How often something may be tried.

Logins: 10 a minute for each address and user, 60 for each address (of IPv6, for each /64: so much
every subscriber has). Uploaded clips: 20 a minute.
"""

from __future__ import annotations

import hashlib
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from interview.errors import RateLimited
from server.addresses import block_of

PER_USER = 10
PER_ADDRESS = 60
CLIPS = 20


class LoginLimiter:
    """A moving window. Memory is bounded by the window: entries expire after a minute."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())
        self._user = RateLimitItemPerMinute(PER_USER, namespace="login-user")
        self._address = RateLimitItemPerMinute(PER_ADDRESS, namespace="login-address")

    async def hit(self, address: str, username: str) -> None:
        """Count one try.

        Raises:
            RateLimited: The minute's tries are used up.
        """
        who = hashlib.sha256(username.strip().lower().encode()).hexdigest()[:16]
        subscriber = block_of(address)
        await _hit(self._limiter, self._address, subscriber)
        await _hit(self._limiter, self._user, subscriber, who)


class ClipLimiter:
    """How many clips one principal may have recognised in a minute."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())
        self._item = RateLimitItemPerMinute(CLIPS, namespace="clips")

    async def hit(self, actor: str) -> None:
        """Count one clip.

        Raises:
            RateLimited: The minute's clips are used up.
        """
        await _hit(self._limiter, self._item, actor)


async def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, *identity: str) -> None:
    if await limiter.hit(item, *identity):
        return
    window = await limiter.get_window_stats(item, *identity)
    wait_s = max(1, math.ceil(window.reset_time - time.time()))
    raise RateLimited("Too many tries. Please wait a moment.", retry_after_s=wait_s)
