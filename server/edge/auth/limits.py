"""How often something may be asked, counted for all processes of the installation together.

Three classes: signing in and what strangers send, everything else, and uploads; each caller has so
many a minute at each address. What a sitting itself sends (sockets, recording pieces) has limits of
its own. The operator's own service key is not limited: it is who runs the server.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from interview.errors import RateLimited
from interview.ports.storage import Allowances
from server.addresses import block_of

Rate = Literal["auth", "general", "upload"]
WINDOW_S = 60
PER_ADDRESS = 6
"""How many times as many sign-ins an address (of IPv6, a /64) may try as one name there."""
WORDS = "Too many tries. Please wait a moment."


class Limits:
    """So many a minute, by class. `clock` is the present."""

    def __init__(
        self,
        allowances: Allowances,
        clock: Callable[[], datetime],
        *,
        auth: int,
        general: int,
        upload: int,
    ) -> None:
        self._allowances = allowances
        self._clock = clock
        self._most: dict[Rate, int] = {"auth": auth, "general": general, "upload": upload}

    async def hit(self, rate: Rate, *who: str, times: int = 1, most: int | None = None) -> None:
        """Count one; `times` as many as the class says are allowed, and never more than `most`.

        Raises:
            RateLimited: The minute's are used up.
            Unavailable: Nobody can count them.
        """
        named = hashlib.sha256("\n".join(who).encode("utf-8", "replace")).hexdigest()[:32]
        allowed = self._most[rate] * times
        allowed = allowed if most is None else min(allowed, most)
        wait_s = await self._allowances.take(f"{rate}:{named}", allowed, WINDOW_S, self._clock())
        if wait_s > 0:
            raise RateLimited(WORDS, retry_after_s=max(1, math.ceil(wait_s)))


class LoginLimiter:
    """Tries to sign in: so many by each name at an address, six times as many by each address."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    async def hit(self, address: str, username: str) -> None:
        """Count one try. Raises as `Limits.hit`."""
        subscriber = block_of(address)
        await self._limits.hit("auth", "address", subscriber, times=PER_ADDRESS)
        await self._limits.hit("auth", "name", subscriber, username.strip().lower())
