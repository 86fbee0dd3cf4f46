"""Costly work that strangers may ask for: few at once, one for each of them, a bounded queue."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interview.errors import RateLimited, Unavailable

RETRY_S = 5


class FairTurns:
    """`at_once` pieces of work at a time, never two of one owner.

    What if full: an owner with `per_owner` pieces under way is refused (RateLimited), and so is
    everybody (Unavailable) while `in_all` are.
    """

    def __init__(self, component: str, *, at_once: int, per_owner: int, in_all: int) -> None:
        self._component = component
        self._per_owner = per_owner
        self._in_all = in_all
        self._room = asyncio.Semaphore(at_once)
        self._asked: Counter[str] = Counter()
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def place(self, owner: str) -> AsyncIterator[Place]:
        """A place in the queue, taken before anything of the work is held in memory.

        Raises:
            RateLimited: This owner has too many.
            Unavailable: All have.
        """
        if self._asked[owner] >= self._per_owner:
            raise RateLimited("Please wait for what was asked before.", retry_after_s=RETRY_S)
        if self._asked.total() >= self._in_all:
            raise Unavailable(self._component, "too much is waiting")
        self._asked[owner] += 1
        try:
            yield Place(self._locks.setdefault(owner, asyncio.Lock()), self._room)
        finally:
            self._asked[owner] -= 1
            if not self._asked[owner]:
                del self._asked[owner]
                self._locks.pop(owner, None)


class Place:
    """One's place: `turn` waits until it is one's turn."""

    def __init__(self, own: asyncio.Lock, room: asyncio.Semaphore) -> None:
        self._own = own
        self._room = room

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """To be held while the work is done."""
        async with self._own, self._room:
            yield
